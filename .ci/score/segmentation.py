#!/usr/bin/env python3
"""Scores how paragraphs are cut into sentences: 48 English golden rules, the dev half of a web treebank (EWT), and
that the sentences and the gaps between them are the text, byte for byte.

usage: segmentation.py PROGRAM DATA [--failures]

DATA is a folder that holds segmentation/golden-rules/golden-rules.jsonl and segmentation/ewt-dev/ewt-dev.jsonl; their
format and licences are described there. --failures prints what is wrong: golden rules in full, and the treebank's
borders with the bytes around them, by kind. Python 3.11 and nothing else.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

INLINE_LISTS = range(31, 40)  # the golden rules about lists inside a paragraph, rare in news


def read_lines(path: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def cut(program: str, texts: list[str]) -> list[list[tuple[int, int]]]:
    """The sentences of each text, as bytes [start, end)."""
    lines = "".join(json.dumps({"id": str(i), "text": t}) + "\n" for i, t in enumerate(texts))
    run = subprocess.run(
        [program, "script", "-", "--jsonl", "--language", "en"], input=lines.encode(), stdout=subprocess.PIPE, check=True
    )
    out = [json.loads(line) for line in run.stdout.decode().splitlines()]
    if [o["id"] for o in out] != [str(i) for i in range(len(texts))]:
        raise SystemExit("the program did not answer line by line")
    return [[(s["start"], s["end"]) for s in o["sentences"]] for o in out]


def lossless(text: str, spans: list[tuple[int, int]]) -> bool:
    """Are the sentences in order and not empty, with nothing but white space between them?"""
    raw = text.encode()
    last = 0
    for start, end in spans:
        if not last <= start < end <= len(raw) or raw[last:start].decode(errors="replace").strip():
            return False
        last = end
    return not raw[last:].decode(errors="replace").strip()


def squeeze(text: str, spans: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """The spans counted in signs that are not white space."""
    raw = text.encode()

    def place(at: int) -> int:
        return len("".join(raw[:at].decode(errors="replace").split()))

    return {(place(start), place(end)) for start, end in spans}


def rows(program: str, data: pathlib.Path) -> list[tuple[str, str, str, str]]:
    """(measure, ours, goal, peers)"""
    golden = read_lines(data / "segmentation/golden-rules/golden-rules.jsonl")
    ewt = read_lines(data / "segmentation/ewt-dev/ewt-dev.jsonl")
    golden_cuts = cut(program, [g["text"] for g in golden])
    ewt_cuts = cut(program, [p["text"] for p in ewt])

    met = {g["id"]: pieces(g["text"], spans) == g["sentences"] for g, spans in zip(golden, golden_cuts)}
    core = [ok for rule, ok in met.items() if rule not in INLINE_LISTS]

    found = wanted = right = 0
    for paragraph, spans in zip(ewt, ewt_cuts):
        ours = squeeze(paragraph["text"], spans)
        gold = squeeze(paragraph["text"], paragraph["sentences"])
        found, wanted, right = found + len(ours), wanted + len(gold), right + len(ours & gold)
    precision, recall = right / max(1, found), right / max(1, wanted)
    f1 = 2 * right / max(1, found + wanted)

    lost = sum(not lossless(item["text"], spans) for item, spans in zip(golden + ewt, golden_cuts + ewt_cuts))
    return [
        ("sentences: golden rules", f"{sum(met.values())}/{len(met)}", "48/48", "pySBD 47, best Go (prose v1) 40"),
        ("sentences: golden rules without inline lists", f"{sum(core)}/{len(core)}", "39/39", "not measured"),
        ("sentences: EWT dev, span F1", percent(f1), ">= 86.0", "prose Punkt 84.78, pySBD 80.78"),
        ("sentences: EWT dev, precision / recall", f"{percent(precision)} / {percent(recall)}", "-", "not measured"),
        ("sentences: texts changed or lost", f"{lost} of {len(golden) + len(ewt)}", "0", "prose v1, sbd, pragmatic_segmenter lose some"),
    ]


def percent(share: float) -> str:
    return f"{100 * share:.2f}"


def pieces(text: str, spans: list[tuple[int, int]]) -> list[str]:
    raw = text.encode()
    return [raw[start:end].decode(errors="replace") for start, end in spans]


def failures(program: str, data: pathlib.Path) -> None:
    golden = read_lines(data / "segmentation/golden-rules/golden-rules.jsonl")
    for rule, spans in zip(golden, cut(program, [g["text"] for g in golden])):
        if pieces(rule["text"], spans) != rule["sentences"]:
            print(f"rule {rule['id']} ({rule['name']})\n  got  {pieces(rule['text'], spans)}\n  want {rule['sentences']}")
    ewt = read_lines(data / "segmentation/ewt-dev/ewt-dev.jsonl")
    kinds = collections.Counter()
    for paragraph, spans in zip(ewt, cut(program, [p["text"] for p in ewt])):
        raw = paragraph["text"].encode()
        ours, gold = ends(raw, spans), ends(raw, paragraph["sentences"])
        for at in sorted(ours ^ gold):
            kind = "cut" if at in ours else "not cut"
            mark = chr(raw[at - 1])
            kind += " behind a word" if mark.isalnum() else f" behind {mark}"
            kinds[kind] += 1
            print(f"{kind:24} {paragraph['genre']:10} {show(raw[max(0, at - 40):at])}⏐{show(raw[at:at + 40])}")
    for kind, n in kinds.most_common():
        print(f"{n:5} {kind}")


def ends(raw: bytes, spans: list[tuple[int, int]]) -> set[int]:
    """The ends of all sentences but the last."""
    return {end for _, end in spans if raw[end:].strip()}


def show(raw: bytes) -> str:
    return raw.decode(errors="replace").replace("\n", "⏎")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--failures", action="store_true", help="print every golden rule and border that is wrong")
    args = parser.parse_args()
    if args.failures:
        failures(args.program, args.data)
    for row in rows(args.program, args.data):
        print(" | ".join(row))


if __name__ == "__main__":
    sys.exit(main())
