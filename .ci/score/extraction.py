"""How well the program finds the article on a page, over the 181 pages of the article extraction benchmark.

The pages and their article bodies are those of github.com/scrapinghub/article-extraction-benchmark, laid out as
`DATA/extraction/pages/html/<id>.html.gz` and `ground-truth.json`. The scores are the benchmark's own: words are `\\w+`,
4-word sequences are counted in truth and result, precision and recall are means over the pages, F1 comes from these two
means, accuracy is the share of pages whose words are the truth's.

    python3 .ci/score/extraction.py PROGRAM DATA               the table
    python3 .ci/score/extraction.py PROGRAM DATA --failures    every block and page behind it, for developers
    python3 .ci/score/extraction.py PROGRAM DATA --half a      one half of the pages (by the first digit of the id's hash)
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import dataclasses
import gzip
import hashlib
import html.parser
import json
import os
import pathlib
import re
import statistics
import subprocess

LENGTH = 4  # words of a sequence
WORDS = re.compile(r"\w+")
ROOT = pathlib.Path(__file__).resolve().parents[2]

# The measures with their goal and what peers reach on these pages. Peers: the benchmark's README for F1, accuracy and
# precision; the counts of blocks were measured with go-trafilatura v1.12.2 (fallback on) and go-readability v2.1.3.
MEASURES = {
    "F1 (this and below: tables read, as the set has them)": (">= 0.972", "rs_trafilatura .970, AutoExtract .970, go-trafilatura .960, readeck .952"),
    "exact body": (">= 0.52", "AutoExtract .470, Diffbot .348, newspaper4k .326, go-trafilatura .293, readeck .188"),
    "precision": (">= 0.968", "AutoExtract .984, newspaper4k .964, go-trafilatura .940, readeck .918"),
    "recall": ("-", "rs_trafilatura .990, readeck .989, go-trafilatura .980"),
    "blocks read that should not be": ("<= 120", "go-trafilatura 334, readeck 806"),
    "pages whose first block is wrong": ("<= 8", "go-trafilatura 73, readeck 78"),
    "pages whose last block is wrong": ("<= 15", "go-trafilatura 54, readeck 69"),
    "pages whose title is spoken twice": ("0", "go-trafilatura 58"),
    "captions and credits read": ("0", "go-trafilatura 8, readeck 186"),
    "pages losing over 10 % of the article": ("<= 5", "readeck 4, go-trafilatura 9"),
    "empty results": ("0", ""),
    "errors and crashes": ("0", "go-trafilatura 0, readeck 0"),
    "ms a page, median": ("<= 25", "readeck 3.1, go-trafilatura 9.7, each for its part of the work"),
}


@dataclasses.dataclass
class Page:
    """One page, its truth, and what the program made of it."""

    name: str
    url: str
    truth: str
    html: bytes
    article: dict | None = None
    error: str = ""

    @property
    def blocks(self) -> list[str]:
        return [b["text"] for b in self.article["blocks"]] if self.article else []

    @property
    def half(self) -> str:
        return "a" if hashlib.sha256(self.name.encode()).hexdigest()[0] in "01234567" else "b"


def words(text: str) -> list[str]:
    return WORDS.findall(text)


def sequences(tokens: list[str]) -> collections.Counter:
    """The 4-word sequences of a text; a shorter text is one sequence."""
    return collections.Counter(tuple(tokens[i : i + LENGTH]) for i in range(max(1, len(tokens) - LENGTH + 1)))


def load(data: pathlib.Path) -> list[Page]:
    folder = data / "extraction" / "pages"
    truths = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        Page(name, truth["url"], truth["articleBody"], gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()))
        for name, truth in sorted(truths.items())
    ]


def read(program: str, pages: list[Page]) -> None:
    """Reads the pages with the program, two at a time."""

    def one(page: Page) -> None:
        command = [program, "article", "--json", "--as", "html", "--i-have-the-rights", "-"]
        # The truth has tables row by row; by default they are announced and not read.
        environment = dict(os.environ, VOICEPRESS_EXTRACTION_TABLES="rows")
        try:
            done = subprocess.run(command, input=page.html, capture_output=True, timeout=60, check=False, env=environment)
        except subprocess.TimeoutExpired:
            page.error = "takes longer than 60 s"
            return
        if done.returncode:
            page.error = done.stderr.decode(errors="replace").strip()
            return
        page.article = json.loads(done.stdout)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(one, pages))


class Captions(html.parser.HTMLParser):
    """Collects what a page shows as captions and credits: figcaption and elements whose class says so."""

    void = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
    named = re.compile(r"(?:^|[-_\s])(?:fig)?(?:caption|credit)s?(?:$|[-_\s])", re.IGNORECASE)

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, list[str] | None]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.void:
            found = tag == "figcaption" or bool(self.named.search(dict(attrs).get("class") or ""))
            self.open.append((tag, [] if found else None))

    def handle_endtag(self, tag: str) -> None:
        if all(name != tag for name, _ in self.open):
            return
        while self.open:
            name, text = self.open.pop()
            if text is not None:
                self.texts.append(" ".join(words(" ".join(text))))
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        for _, text in self.open:
            if text is not None:
                text.append(data)


CREDIT = re.compile(
    r"^\W*(?:photo|photograph|image|picture|illustration|graphic)s?(?: credit| by|:)|getty images|/ ?(?:reuters|afp|ap|epa|pa)\W*$",
    re.IGNORECASE,
)


def captions(page: Page) -> set[str]:
    parser = Captions()
    parser.feed(page.html.decode("utf-8", errors="replace"))
    return {text for text in parser.texts if 0 < len(text) <= 1000}


@dataclasses.dataclass
class Score:
    """What is said of one page."""

    page: Page
    precision: float = 0.0
    recall: float = 0.0
    exact: bool = False
    extra: list[int] = dataclasses.field(default_factory=list)  # blocks, by number
    captions: list[int] = dataclasses.field(default_factory=list)
    twice: list[int] = dataclasses.field(default_factory=list)
    lost: float = 0.0  # share of the truth's sequences
    missing: list[str] = dataclasses.field(default_factory=list)  # runs of the truth that are not read

    @property
    def first_wrong(self) -> bool:
        return 0 in self.extra

    @property
    def last_wrong(self) -> bool:
        return len(self.page.blocks) - 1 in self.extra


def score(page: Page) -> Score:
    s = Score(page)
    truth_words, read_words = words(page.truth), words("\n".join(page.blocks))
    truth, result = sequences(truth_words), sequences(read_words)
    same = sum((truth & result).values())
    s.precision = 1.0 if truth == result else same / sum(result.values())
    s.recall = 1.0 if truth == result else same / sum(truth.values())
    s.exact = truth_words == read_words
    s.lost = 1 - s.recall
    whole = " " + " ".join(truth_words) + " "
    shown = None
    for i, block in enumerate(page.blocks):
        parts = sequences(words(block))
        found = sum(n for part, n in parts.items() if (part in truth if len(part) == LENGTH else " " + " ".join(part) + " " in whole))
        if 2 * found < sum(parts.values()):
            s.extra.append(i)
            if shown is None:
                shown = captions(page)
            if " ".join(words(block)) in shown or len(block) < 300 and CREDIT.search(block):
                s.captions.append(i)
        if words(block.lower()) == words(page.article["title"].lower()):
            s.twice.append(i)
    run: list[str] = []
    for i in range(len(truth_words)):
        if tuple(truth_words[i : i + LENGTH]) in result or i + LENGTH > len(truth_words):
            if len(run) >= LENGTH:
                s.missing.append(" ".join(run))
            run = []
        else:
            run.append(truth_words[i])
    if len(run) >= LENGTH:
        s.missing.append(" ".join(run))
    return s


def median_time(data: pathlib.Path) -> str:
    """Milliseconds a page, without the start of a process: the median that the Go benchmark over these pages reports."""
    environment = dict(os.environ, VOICEPRESS_PAGES=str(data / "extraction" / "pages" / "html"))
    command = ["go", "test", "-run=^$", "-bench=^BenchmarkPages$", "-benchtime=1x", "./pipeline/article"]
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "not measured"
    found = re.search(r"([\d.]+) median-ms", done.stdout)
    return found[1] if found else "not measured"


def summary(scores: list[Score]) -> dict[str, str]:
    precision = statistics.mean(s.precision for s in scores)
    recall = statistics.mean(s.recall for s in scores)
    return {
        "F1 (this and below: tables read, as the set has them)": f"{2 * precision * recall / ((precision + recall) or 1):.4f}",
        "exact body": f"{statistics.mean(s.exact for s in scores):.3f}",
        "precision": f"{precision:.4f}",
        "recall": f"{recall:.4f}",
        "blocks read that should not be": str(sum(len(s.extra) for s in scores)),
        "pages whose first block is wrong": str(sum(s.first_wrong for s in scores)),
        "pages whose last block is wrong": str(sum(s.last_wrong for s in scores)),
        "pages whose title is spoken twice": str(sum(bool(s.twice) for s in scores)),
        "captions and credits read": str(sum(len(s.captions) for s in scores)),
        "pages losing over 10 % of the article": str(sum(s.lost > 0.1 for s in scores)),
        "empty results": str(sum(not s.page.blocks and s.page.truth.strip() != "" for s in scores)),
        "errors and crashes": str(sum(s.page.error != "" for s in scores)),
    }


def rows(program: str, data: pathlib.Path) -> list[tuple[str, str, str, str]]:
    """The table: measure, ours, goal, peers."""
    pages = load(data)
    read(program, pages)
    ours = summary([score(page) for page in pages])
    ours["ms a page, median"] = median_time(data)
    return [(measure, ours[measure], goal, peers) for measure, (goal, peers) in MEASURES.items()]


def failures(scores: list[Score]) -> None:
    """Prints every block and page that counts against us."""
    for s in scores:
        if s.exact:
            continue
        blocks = s.page.blocks
        print(f"\n== {s.page.name[:8]} {s.page.half} {s.page.url}")
        print(f"   precision {s.precision:.3f} recall {s.recall:.3f} blocks {len(blocks)}  {s.page.error}")
        for i in s.extra:
            place = "FIRST" if i == 0 else "LAST" if i == len(blocks) - 1 else ""
            caption = "CAPTION" if i in s.captions else ""
            print(f"   + {i:3} {s.page.article['blocks'][i]['kind']:10} {place:5} {caption} {blocks[i][:160]}")
        for i in s.twice:
            print(f"   TITLE TWICE {i} {blocks[i][:160]}")
        reasons = {" ".join(words(k["text"])): k["reason"] for k in s.page.article["skipped"]} if s.page.article else {}
        for run in s.missing:
            why = next((reason for text, reason in reasons.items() if text and (text in run or run in text)), "")
            print(f"   - [{why}] {run[:200]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--failures", action="store_true", help="print what counts against us, page by page")
    parser.add_argument("--half", choices=["a", "b"], help="score one half of the pages")
    parser.add_argument("--read", type=pathlib.Path, help="take the articles from this folder (<id>.json) and run nothing")
    options = parser.parse_args()
    pages = [page for page in load(options.data) if options.half in (None, page.half)]
    if options.read:
        for page in pages:
            file = options.read / f"{page.name}.json"
            page.article = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
            page.error = "" if page.article else "no article"
    else:
        read(options.program, pages)
    scores = [score(page) for page in pages]
    if options.failures:
        failures(scores)
        print()
    for measure, value in summary(scores).items():
        print(f"{measure:40} {value:>8}   {MEASURES[measure][0]}")


if __name__ == "__main__":
    main()
