"""Prints one table of how the sound is made: every number beside its goal.

usage: python3 .ci/score_audio [--program build/voicepress] [--only SECTION] [--minutes 60] [--json]

Finished files are measured from outside: made by the program, decoded by FFmpeg, measured by libebur128 and by this program.
What only the code knows (the meter beside libebur128, the resampler, the MP3 decoder beside FFmpeg, signing) comes from what its
tests and benchmarks say. Ends with 1 if something could not be measured, with 0 otherwise, whether the goals are met or not.

Python 3.11, Go, gcc, libebur128-dev, FFmpeg and espeak-ng; nothing else. The voice of piper is taken where it is installed.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import traceback
from typing import NamedTuple

import chain
import finals
import inside
import joins

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from table import Row, Unmeasured, table  # noqa: E402

os.environ["VOICEPRESS_CACHE_ENABLED"] = "false"  # every run speaks

SECTIONS = {
    "joins": joins.rows,
    "finished files": finals.rows,
    "meter": inside.meter,
    "resampler": inside.resampler,
    "MP3 decoding": inside.decoding,
    "manifest": inside.signing,
    "chain": chain.rows,
}


class Options(NamedTuple):
    program: str
    minutes: float  # of speech that the whole chain is measured with


def section(name: str, options: Options) -> list[Row | Unmeasured]:
    """The rows of one section, or why there are none."""
    try:
        rows = [Row(name, *row) for row in SECTIONS[name](options)] or [Unmeasured(name, "it gave no numbers")]
        return [Unmeasured(name, f"{r.measure}: {r.ours}") if isinstance(r, Row) and r.missing() else r for r in rows]
    except FileNotFoundError as err:
        return [Unmeasured(name, f"missing: {err.filename or err}")]
    except subprocess.CalledProcessError as err:
        print(err.stdout, err.stderr, file=sys.stderr)
        return [Unmeasured(name, f"{' '.join(map(str, err.cmd))} ended with {err.returncode}")]
    except Exception as err:  # one broken section does not take the others' numbers with it
        traceback.print_exc()
        return [Unmeasured(name, f"{type(err).__name__}: {err}")]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="score_audio", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--program", default="build/voicepress")
    parser.add_argument("--only", action="append", choices=list(SECTIONS), help="a section; may be repeated")
    parser.add_argument("--minutes", type=float, default=60, help="of speech that the whole chain is measured with")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    args = parser.parse_args()
    options = Options(str(pathlib.Path(args.program).resolve()), args.minutes)
    rows = [row for name in args.only or SECTIONS for row in section(name, options)]
    unmeasured = [r for r in rows if isinstance(r, Unmeasured)]
    if args.json:
        measured = [r._asdict() | {"met": r.met()} for r in rows if isinstance(r, Row)]
        print(json.dumps({"rows": measured, "not_measured": [r._asdict() for r in unmeasured]}, ensure_ascii=False, indent=1))
    else:
        print(table(rows))
    return 1 if unmeasured else 0


if __name__ == "__main__":
    sys.exit(main())
