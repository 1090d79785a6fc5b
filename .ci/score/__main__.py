"""Prints one table of how well the text front end reads: every number beside its goal and beside other programs' numbers.

usage: python3 .ci/score --data DIR [--program build/voicepress] [--only SECTION] [--json]

DIR holds the sets that are scored; a set that is not there is named as missing. Speed comes from Go's benchmarks and needs
no set. Ends with 1 if something could not be measured, with 0 otherwise, whether the goals are met or not.

A section is a module beside this file with rows(program, data) -> [(measure, ours, goal, peers)]. `ours` begins with the
number; `goal` is ">= N", "<= N", "N" (exactly that), or "-" for none. Python 3.11 and Go, nothing else.
"""

import argparse
import importlib
import json
import pathlib
import re
import subprocess
import sys
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from table import Row, Unmeasured, table  # noqa: E402

SECTIONS = ["extraction", "segmentation", "normalisation"]

# What Go's benchmarks give: package, benchmark, unit, measure, goal, peers. Where a benchmark has parts, the worst counts.
# The goal for a page is a median over many; this is the one page of the benchmark.
SPEEDS = [
    ("./pipeline/article", "BenchmarkRead", "ms", "reading a page, ms", "<= 25", "not measured"),
    ("./pipeline/script/segment", "BenchmarkSentences", "MB/s", "sentences, MB/s on one core", ">= 20",
     "uax29 140-217, prose Punkt 37, uniseg 32, neurosnap 8.5, pySBD 0.2"),
    ("./pipeline/script/segment", "BenchmarkSentencesOfHostileText", "ms", "sentences, worst hostile text of 200 kB, ms", "<= 50",
     "pySBD over 8,000; neurosnap, uax29 4-130"),
    ("./pipeline/script/normalize", "BenchmarkNormalize", "MB/s", "normalisation, MB/s on one core", ">= 5",
     "NeMo-text-processing about 0.0005"),
]  # fmt: skip

def section(name: str, program: str, data: pathlib.Path) -> list[Row | Unmeasured]:
    """The rows of one section, or why there are none."""
    if not (pathlib.Path(__file__).parent / f"{name}.py").exists():
        return [Unmeasured(name, f"there is no {name}.py beside this program")]
    try:
        found = importlib.import_module(name).rows(program, data)
        rows = [Row(name, *row) for row in found] or [Unmeasured(name, "it gave no numbers")]
        return [Unmeasured(name, r.measure) if isinstance(r, Row) and r.missing() else r for r in rows]
    except FileNotFoundError as err:
        return [Unmeasured(name, f"missing: {err.filename or err}")]
    except subprocess.CalledProcessError as err:
        return [Unmeasured(name, f"{' '.join(map(str, err.cmd))} ended with {err.returncode}")]
    except (Exception, SystemExit) as err:  # one broken section does not take the others' numbers with it
        traceback.print_exc()
        return [Unmeasured(name, f"{type(err).__name__}: {err}")]


def speeds() -> list[Row | Unmeasured]:
    rows: list[Row | Unmeasured] = []
    for package, benchmark, unit, measure, goal, peers in SPEEDS:
        command = ["go", "test", "-run", "^$", "-bench", f"^{benchmark}$", "-benchtime", "300ms", package]
        run = subprocess.run(command, capture_output=True, text=True)
        found = re.findall(rf"^{benchmark}\b.*?\s([\d.]+) ns/op(?:\s+([\d.]+) MB/s)?", run.stdout, re.M)
        if run.returncode != 0 or not found:
            print(run.stdout + run.stderr, file=sys.stderr)
            rows.append(Unmeasured("speed", f"{benchmark} in {package} gave no {unit}"))
        elif unit == "ms":
            rows.append(Row("speed", measure, f"{max(float(ns) for ns, _ in found) / 1e6:.1f}", goal, peers))
        else:
            rows.append(Row("speed", measure, f"{min(float(mb or 0) for _, mb in found):.1f}", goal, peers))
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="score", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder with the sets that are scored")
    parser.add_argument("--program", default="build/voicepress")
    parser.add_argument("--only", action="append", choices=[*SECTIONS, "speed"], help="a section; may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    args = parser.parse_args()
    if not args.data.is_dir():
        parser.error(f"{args.data} is not a folder")
    rows: list[Row | Unmeasured] = []
    for name in args.only or [*SECTIONS, "speed"]:
        rows += speeds() if name == "speed" else section(name, str(pathlib.Path(args.program).resolve()), args.data.resolve())
    unmeasured = [r for r in rows if isinstance(r, Unmeasured)]
    if args.json:
        measured = [r._asdict() | {"met": r.met()} for r in rows if isinstance(r, Row)]
        print(json.dumps({"rows": measured, "not_measured": [r._asdict() for r in unmeasured]}, ensure_ascii=False, indent=1))
    else:
        print(table(rows))
    return 1 if unmeasured else 0


if __name__ == "__main__":
    sys.exit(main())
