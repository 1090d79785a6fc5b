"""Score how written text becomes spoken words, on the sets that docs/text.md names.

rows(program, data) gives lines of a table: measure, ours, goal, the peers' published or measured figures. Run by itself
it prints the lines; with --failures also every case that fails and every sign left.

usage: python3 .ci/score/normalisation.py PROGRAM DATA [--failures]
"""
import collections
import gzip
import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import tempfile

SIGNS = re.compile(r"[$€£¥%°&@#/+=~^|<>]")


def speak(program, texts):
    """The spoken form of each text, its sentences joined with a space, and with nothing."""
    lines = "".join(json.dumps({"id": str(i), "text": t}) + "\n" for i, t in enumerate(texts))
    out = subprocess.run([program, "script", "-", "--jsonl"], input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout
    spoken = {}
    for line in out.decode().splitlines():
        row = json.loads(line)
        spoken[int(row["id"])] = " ".join(s["spoken"] for s in row["sentences"])
    return [spoken.get(i, "") for i in range(len(texts))]


def lenient(text):
    """Case, hyphens, commas, "and", other signs and white space do not count; full stops only inside."""
    text = re.sub(r"[-,]", " ", text.lower())
    text = re.sub(r"\band\b", "", text)
    text = re.sub(r"[^\w\s.]", " ", text)
    text = re.sub(r"\.+(?=\s|$)", "", text)
    return re.sub(r"\s", "", text)


def nemo(program, data):
    """By class: cases, exact hits, lenient hits, core or not; and the cases that fail the lenient comparison."""
    path = data / "normalisation/nemo-dev/nemo-dev.jsonl"
    cases = [json.loads(line) for line in path.read_text().splitlines()]
    spoken = speak(program, [c["written"] for c in cases])
    classes, failed = collections.defaultdict(lambda: [0, 0, 0, False]), []
    for case, said in zip(cases, spoken):
        row = classes[case["category"]]
        row[0] += 1
        row[1] += said in case["spoken"]
        hit = lenient(said) in [lenient(s) for s in case["spoken"]]
        row[2] += hit
        row[3] = case["core"]
        if not hit:
            failed.append((case["category"], case["written"], said, case["spoken"]))
    return dict(classes), failed


def probes(program, folder):
    """Passed and all news probes, the failures, and how many spoken texts change when spoken again."""
    spec = importlib.util.spec_from_file_location("newsprobes", folder / "score.py")
    rules = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rules)
    cases = [json.loads(line) for line in (folder / "dev.jsonl").read_text().splitlines()]
    spoken = speak(program, [c["written"] for c in cases])
    failed = []
    for case, said in zip(cases, spoken):
        ok, why = rules.judge(case, said)
        if not ok:
            failed.append((case["category"], case["written"], said, why))
    return len(cases) - len(failed), len(cases), failed, spoken


def pages(program, data):
    """Of every page, its language and its utterances as spoken; pages without an article are left out."""
    folder = data / "extraction/pages"
    truth = json.loads((folder / "ground-truth.json").read_text())
    with tempfile.TemporaryDirectory() as tmp:
        for name in sorted(truth):
            page = pathlib.Path(tmp) / (name + ".html")
            page.write_bytes(gzip.decompress((folder / "html" / (name + ".html.gz")).read_bytes()))
            out = subprocess.run([program, "script", str(page), "--json", "--i-have-the-rights", "--no-spoken-notice"],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            if out.returncode == 0:
                script = json.loads(out.stdout)
                yield name, script["language"], [(u["written"], u["spoken"]) for u in script["utterances"]]


def left(program, data):
    """Signs and digits left in the pages' spoken text, and utterances that change when they are spoken again."""
    read, english, digits, signs, changed, notes = 0, 0, 0, 0, 0, []
    for name, language, utterances in pages(program, data):
        read += 1
        if language.split("-")[0] != "en":
            continue
        english += 1
        for (written, spoken), again in zip(utterances, speak(program, [s for _, s in utterances])):
            d, s = sum(c.isdigit() for c in spoken), len(SIGNS.findall(spoken))
            digits, signs = digits + d, signs + s
            # Sentence borders may fall elsewhere in the spoken text, so only white space may differ.
            other = " ".join(again.split()) != " ".join(spoken.split())
            changed += other
            if d or s or other:
                notes.append((name[:12], written, spoken, again if other else ""))
    return read, english, digits, signs, changed, notes


def measure(program, data):
    data = pathlib.Path(data)
    table, failures = [], []
    classes, failed = nemo(program, data)
    failures += [("NeMo " + c, w, s, e) for c, w, s, e in failed]

    def total(of, hit):
        chosen = [r for r in classes.values() if of(r)]
        n, hits = sum(r[0] for r in chosen), sum(r[hit] for r in chosen)
        return f"{100 * hits / n:.1f} % ({hits}/{n})"

    core = lambda r: r[3]
    table.append(("NeMo, 13 numeric classes, lenient", total(core, 2), ">= 95 %", "Kokoro-FastAPI 35 %, abogen 24 %"))
    table.append(("NeMo, 13 numeric classes, exact", total(core, 1), "-", "Kokoro-FastAPI 13 %"))
    table.append(("NeMo, all classes, lenient", total(lambda r: True, 2), ">= 85 %", "Kokoro-FastAPI 44 %, abogen 31 %, espeak-ng 34 %"))
    table.append(("NeMo, all classes, exact", total(lambda r: True, 1), "-", "Kokoro-FastAPI 21 %"))
    for name, row in sorted(classes.items(), key=lambda item: (not item[1][3], item[0])):
        table.append((f"NeMo, {name}, lenient", f"{row[2]}/{row[0]}", "-", ""))
    passed, n, failed, _ = probes(program, data / "newsprobes")
    failures += [("probe " + c, w, s, e) for c, w, s, e in failed]
    table.append(("News probes", f"{100 * passed / n:.1f} % ({passed}/{n})", ">= 98 %",
                  "NeMo-text-processing 56 %, with capitals spaced out 66.5 %; loudness-tts 22-26 %"))
    read, english, digits, signs, changed, notes = left(program, data)
    failures += [("page " + name, w, s, a) for name, w, s, a in notes]
    table.append((f"Digits left in the spoken text of {english} English pages (of {read} read)", str(digits), "0", ""))
    table.append((f"Signs left of $€£¥%°&@#/+=~^|<> in {english} English pages", str(signs), "0", ""))
    table.append(("Spoken sentences of the pages that change when spoken again", str(changed), "0", ""))
    return table, failures


def rows(program: str, data: pathlib.Path) -> list[tuple[str, str, str, str]]:
    return measure(program, data)[0]


def main(argv):
    if len(argv) < 3:
        sys.exit(__doc__)
    table, failures = measure(argv[1], argv[2])
    if "--failures" in argv:
        for kind, written, spoken, wanted in failures:
            print(f"{kind}\n  written {written!r}\n  spoken  {spoken!r}\n  wanted  {wanted!r}")
    for measure_, ours, goal, peers in table:
        print(f"{measure_:<75} {ours:<18} {goal:<8} {peers}")


if __name__ == "__main__":
    main(sys.argv)
