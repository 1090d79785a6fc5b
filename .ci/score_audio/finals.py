"""Finished files of every format and preset, decoded by FFmpeg and measured by libebur128."""

import math
import subprocess

import tools

FORMATS = ["mp3", "wav", "flac", "opus", "m4a"]


def rows(options):
    for name in FORMATS:
        with tools.folder() as folder:
            try:
                article = tools.convert(options.program, folder, "--backend", "espeak", "--format", name)
            except subprocess.CalledProcessError as err:
                yield f"{name}: level, LU from -19", err.stderr.strip().split("\n")[0][:80], "<= 0.5", ""
                continue
            integrated, _, peak = tools.measured(tools.decoded(article.file("." + name)))
            yield f"{name}: level, LU from -19 LUFS", f"{abs(integrated + 19):.2f}", "<= 0.5", ""
            yield f"{name}: true peak, dBTP", f"{peak:.2f}", "<= -1.0", ""
    with tools.folder() as folder:
        article = tools.convert(options.program, folder, "--backend", "espeak", "--format", "mp3", "--preset", "web")
        integrated, _, peak = tools.measured(tools.decoded(article.file(".mp3")))
        yield "preset web: level, LU from -16 LUFS", f"{abs(integrated + 16):.2f}", "<= 0.5", ""
        yield "preset web: true peak, dBTP", f"{peak:.2f}", "<= -1.0", ""
    with tools.folder() as folder:
        yield from music(options, folder)
    with tools.folder() as folder:
        article = tools.convert(options.program, folder, "--backend", "espeak", "--format", "mp3", "--preset", "acx")
        yield from acx(tools.decoded(article.file(".mp3")))


def music(options, folder):
    """A file with a stereo intro."""
    intro = folder / "intro.wav"
    tools.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=440:d=6", "-f", "lavfi", "-i", "sine=554:d=6", "-filter_complex", "amerge", intro])
    (folder / "c.yaml").write_text("audio: {intro: intro.wav}\n")
    article = tools.convert(options.program, folder / "out", "--backend", "espeak", "--format", "mp3", "--config", str(folder / "c.yaml"))
    sound = tools.decoded(article.file(".mp3"))
    integrated, _, peak = tools.measured(sound)
    yield "stereo by a stereo intro: channels", f"{sound.channels}", "2", ""
    yield "stereo: level, LU from -16 LUFS", f"{abs(integrated + 16):.2f}", "<= 0.5", ""
    yield "stereo: true peak, dBTP", f"{peak:.2f}", "<= -1.0", ""
    at = next(c for c in article.read(".disclosure.json")["chapters"] if c["title"] == "Intro")
    cut = [at[k] * sound.rate // 1000 * sound.channels for k in ("start_ms", "end_ms")]
    part = tools.Sound(sound.samples[cut[0] : cut[1]], sound.rate, sound.channels)
    yield "intro: from the level of the file, LU", f"{abs(tools.measured(part)[0] - integrated):.2f}", "<= 1", ""


def acx(sound):
    """What audiobook shops measure: RMS of all, sample peak, RMS of the quietest half second."""

    def db(value):
        return 20 * math.log10(max(value, 1e-6))

    squares = [x * x for x in sound.samples]
    half = sound.rate // 2
    sums = [sum(squares[i : i + half]) / half for i in range(0, len(squares) - half, half)]
    yield "preset acx: RMS, dB from the middle of -23 to -18", f"{abs(db(math.sqrt(sum(squares) / len(squares))) + 20.5):.2f}", "<= 2.5", ""
    yield "preset acx: peak, dB", f"{db(max(map(abs, sound.samples))):.2f}", "<= -3", ""
    yield "preset acx: noise floor, dB RMS", f"{db(math.sqrt(min(sums))):.1f}", "<= -60", ""
