"""The table of scores: rows of numbers beside their goals."""

import re
from typing import NamedTuple

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?|-?\.\d+")


class Row(NamedTuple):
    section: str
    measure: str
    ours: str
    goal: str
    peers: str

    def met(self) -> bool | None:
        """Is the goal met? None where there is no goal, or nothing to compare with it."""
        goal, ours = NUMBER.search(self.goal), NUMBER.match(self.ours.strip())
        if not goal or not ours:
            return None
        have, want = (float(found[0].replace(",", "")) for found in (ours, goal))
        if ">" in self.goal or "≥" in self.goal:
            return have >= want
        if "<" in self.goal or "≤" in self.goal:
            return have <= want
        return have == want

    def missing(self) -> bool:
        """Is there a goal, but no number to compare with it?"""
        return bool(NUMBER.search(self.goal)) and self.met() is None


class Unmeasured(NamedTuple):
    section: str
    why: str


def table(rows: list[Row | Unmeasured]) -> str:
    measured = [r for r in rows if isinstance(r, Row)]
    head = ("measure", "ours", "goal", "", "others")
    mark = {None: "", True: "met", False: "NOT MET"}
    cells = [head] + [(r.measure, r.ours, r.goal, mark[r.met()], r.peers) for r in measured]
    widths = [max(len(line[i]) for line in cells) for i in range(4)]
    lines = []
    last = measured[0].section if measured else ""
    for row, line in zip([None, *measured], cells):
        if row and row.section != last:
            lines.append("")
            last = row.section
        lines.append("  ".join([*(text.ljust(width) for text, width in zip(line, widths)), line[4]]).rstrip())
    verdicts = [r.met() for r in measured if r.met() is not None]
    lines += ["", f"{verdicts.count(True)} of {len(verdicts)} goals met."]
    lines += [f"NOT MEASURED  {r.section}: {r.why}" for r in rows if isinstance(r, Unmeasured)]
    return "\n".join(lines)
