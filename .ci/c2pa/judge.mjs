// The two reference readers of C2PA manifests, asked about many files in one process.
//
// usage: node judge.mjs < jobs.json > answers.json
//
// Standard input is one JSON object:
//   {"jobs": [{"file": "PATH", "format": "audio/mpeg", "store": "PATH of a sidecar, or nothing", "flips": [OFFSET, ...],
//       "anchors": "PEM of the certificates to trust, or nothing"}, ...]}
//   or {"sign": [{"file": "PATH", "format": "audio/mpeg", "to": "PATH", "certificate": "PEM", "key": "PEM",
//       "timestamp": "URL or nothing", "manifest": {..., "intent": "edit", "update" or nothing}}, ...]}
// The answer is a list with an entry a job: {"node": READING, "wasm": READING, "flipped": {"node": [STATE, ...], "wasm": [STATE, ...]}}.
// A READING is {"state", "success", "informational", "failure", "report", "error"}; a STATE is that of the file with the byte at
// OFFSET inverted. An error is a reading too: {"state": "Error", "error": "..."}.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Builder, LocalSigner, Reader } from "@contentauth/c2pa-node";
import { initSync, WasmReader } from "@contentauth/c2pa-wasm";

const require = createRequire(import.meta.url);
initSync({ module: readFileSync(require.resolve("@contentauth/c2pa-wasm").replace(/[^/\\]*$/, "c2pa_bg.wasm")) });

const codes = (list) => (list ?? []).map((entry) => entry.code);

function reading(report) {
  if (!report) return { state: "None", success: [], informational: [], failure: [] };
  const results = report.validation_results ?? {};
  const active = results.activeManifest ?? {};
  const ingredients = (results.ingredientDeltas ?? []).flatMap((d) => codes(d.validationDeltas?.failure));
  return {
    state: report.validation_state ?? "Unknown",
    success: codes(active.success),
    informational: codes(active.informational),
    failure: codes(active.failure).concat(ingredients),
    report,
  };
}

async function attempt(read) {
  try {
    return reading(await read());
  } catch (error) {
    return { state: "Error", success: [], informational: [], failure: [], error: String(error?.message ?? error) };
  }
}

function readers(anchors) {
  const trust = anchors ? { user_anchors: anchors, verify_trust_list: true } : { verify_trust_list: true };
  const verify = { verify_trust: true, verify_timestamp_trust: true, remote_manifest_fetch: false, ocsp_fetch: false };
  const settings = JSON.stringify({ trust, verify });
  return {
    node: (bytes, format, store) =>
      attempt(async () => {
        const asset = { buffer: bytes, mimeType: format };
        const reader = store
          ? await Reader.fromManifestDataAndAsset(store, asset, settings)
          : await Reader.fromAsset(asset, settings);
        return reader?.json();
      }),
    // It cannot be given a store and its file: of a sidecar it reads the store alone.
    wasm: (bytes, format, store) =>
      attempt(async () => {
        const reader = await WasmReader.fromBytes(store ? "application/c2pa" : format, store ?? bytes, settings);
        try {
          return JSON.parse(reader.json());
        } finally {
          reader.free();
        }
      }),
  };
}

async function judge(jobs) {
  const answers = [];
  for (const job of jobs) {
    const read = readers(job.anchors);
    const bytes = readFileSync(job.file);
    const store = job.store ? readFileSync(job.store) : undefined;
    const answer = {
      node: await read.node(bytes, job.format, store),
      wasm: await read.wasm(bytes, job.format, store),
      flipped: { node: [], wasm: [] },
    };
    for (const offset of job.flips ?? []) {
      bytes[offset] ^= 0xff;
      answer.flipped.node.push((await read.node(bytes, job.format, store)).state);
      if (!store) answer.flipped.wasm.push((await read.wasm(bytes, job.format)).state);
      bytes[offset] ^= 0xff;
    }
    answers.push(answer);
  }
  return answers;
}

function sign({ file, format, to, certificate, key, timestamp, manifest }) {
  const signer = LocalSigner.newSigner(Buffer.from(certificate), Buffer.from(key), "es256", timestamp || undefined);
  const { intent, ...definition } = manifest;
  const builder = Builder.withJson(definition, JSON.stringify({ verify: { verify_after_sign: false } }));
  if (intent) builder.setIntent(intent);
  const output = { buffer: null };
  builder.sign(signer, { buffer: readFileSync(file), mimeType: format }, output);
  writeFileSync(to, output.buffer);
}

const request = JSON.parse(readFileSync(0, "utf8"));
const answer = request.sign ? request.sign.map(sign) : await judge(request.jobs);
process.stdout.write(JSON.stringify(answer));
