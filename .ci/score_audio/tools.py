"""What the sections share: the program, FFmpeg, libebur128, and sound as numbers."""

import array
import contextlib
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import Iterator, NamedTuple

ARTICLE = "testdata/articles/flood-warning.txt"
JUDGE = "audio/loudness/testdata/ebur128.c"


def run(command: list, **options) -> str:
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True, **options).stdout


@contextlib.contextmanager
def folder() -> Iterator[pathlib.Path]:
    with tempfile.TemporaryDirectory(prefix="voicepress-score-") as path:
        yield pathlib.Path(path)


class Article(NamedTuple):
    """A converted article: its files by extension."""

    base: pathlib.Path

    def file(self, suffix: str) -> pathlib.Path:
        return self.base.with_name(self.base.name + suffix)

    def read(self, suffix: str) -> dict:
        return json.loads(self.file(suffix).read_text(encoding="utf-8"))


def convert(program: str, to: pathlib.Path, *options: str, article: str = ARTICLE) -> Article:
    run([program, "convert", article, "-o", to, "--overwrite", *options])
    (sidecar,) = to.glob("*.disclosure.json")
    return Article(sidecar.with_name(sidecar.name.removesuffix(".disclosure.json")))


def voices(program: str) -> list[str]:
    """The real backends that can be asked here."""
    installed = "piper" in run([program, "voices"]) if os.environ.get("VOICEPRESS_SCORE_NO_PIPER") is None else False
    return (["piper"] if installed else []) + ["espeak"]


class Sound(NamedTuple):
    samples: array.array  # of float, interleaved
    rate: int
    channels: int


def decoded(path: pathlib.Path) -> Sound:
    """A file as FFmpeg decodes it."""
    shape = run(["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "stream=sample_rate,channels", "-of", "csv=p=0", path])
    rate, channels = (int(n) for n in shape.strip().split("\n")[0].split(",")[:2])
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-map", "0:a:0", "-f", "f32le", "-"], check=True, capture_output=True).stdout
    samples = array.array("f", raw)
    if sys.byteorder == "big":
        samples.byteswap()
    return Sound(samples, rate, channels)


@functools.cache
def judge() -> str:
    """The program that prints what libebur128 measures."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="voicepress-judge-")) / "ebur128"
    run(["gcc", "-O2", "-o", path, JUDGE, "-lebur128", "-lm"])
    return str(path)


def measured(sound: Sound) -> tuple[float, float, float]:
    """Integrated loudness (LUFS), loudness range (LU) and true peak (dBTP) after libebur128."""
    out = subprocess.run([judge(), str(sound.rate), str(sound.channels)], input=sound.samples.tobytes(), check=True, capture_output=True).stdout
    integrated, span, peak = (float(n) for n in out.split())
    return integrated, span, peak


def usage(command):
    """What a command used, on one core."""
    child = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=one_core)
    complaints = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise subprocess.CalledProcessError(child.returncode, command, stderr=complaints.decode())
    return used


def one_core():
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
