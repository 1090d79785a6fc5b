"""Pauses and joins, in finished WAV files of real voices whose level was left as it was spoken."""

import json
import math

import tools

SILENT = 10 ** (-50 / 20)  # RMS of 10 ms: the level below which nothing is heard
AUDIBLE = 10 ** (-60 / 20)  # RMS of 1 ms: below it a join cannot click
GAP = 220  # samples of digital silence that only a pause has


def rows(options):
    for voice in tools.voices(options.program):
        with tools.folder() as folder:
            # A pause may be no shorter than the margins of a clip; the notice is heard, too.
            article = tools.convert(options.program, folder, "--backend", voice, "--format", "wav", "--preset", "none")
            sound = tools.decoded(article.file(".wav"))
            sentences = article.read(".words.json")["sentences"]
            planned = pauses(options.program, len(sentences))
            off = [got - want for got, want in zip(realised(sound, sentences), planned, strict=True)]
            worst = max(off, key=abs)
            yield f"{voice}: {len(off)} pauses, worst from plan, ms", f"{abs(worst):.0f}", "<= 5", "81 to 107 before they were counted from sound to sound"
            step, frame, count = clicks(sound)
            yield f"{voice}: {count} joins, largest step, % of full scale", f"{100 * step:.3f}", "<= 1", ""
            yield f"{voice}: loudest 1 ms beside a join over its neighbours, dB", f"{frame:.1f}", "<= 6", ""
            level = levels(sound, sentences)
            yield f"{voice}: sentences of 2 s and more, farthest from their mean, LU", f"{level:.1f}", "<= 3", ""
            start = article.read(".disclosure.json")["audible"]["start_ms"]
            yield f"{voice}: the notice begins, ms", f"{start}", "<= 500", ""


def pauses(program, count):
    """The planned pauses in ms: head, between all sentences, tail."""
    script = json.loads(tools.run([program, "script", tools.ARTICLE, "--json"]))["utterances"]
    if len(script) != count:
        raise ValueError(f"the script has {len(script)} sentences, the recording {count}")
    between = [max(a["pause_after_ms"], b["pause_before_ms"]) for a, b in zip(script, script[1:])]
    return [300, *between, 1000]


def realised(sound, sentences):
    """How long nothing is heard, in ms: before the first sentence, between two, behind the last."""
    squares = steps(sound)
    window = [sum(squares[i : i + 10]) / 10 for i in range(len(squares) - 9)]
    loud = [w > SILENT * SILENT for w in window]
    ends = [0, *(s["end_ms"] - 50 for s in sentences)]
    starts = [*(s["start_ms"] for s in sentences), len(squares) - 10]
    for end, start in zip(ends, starts):
        middle = min(range(max(end, 0), max(start, end + 1)), key=lambda i: window[min(i, len(window) - 1)])
        first = last = min(middle, len(loud) - 1)
        while first > 0 and not loud[first - 1]:
            first -= 1
        while last < len(loud) and not loud[last]:
            last += 1
        yield min(last + 9, len(squares)) - first  # the first window that is heard begins 9 ms before what makes it so


def steps(sound):
    """The mean square of each millisecond."""
    n = len(sound.samples) * 1000 // sound.rate
    out = []
    for ms in range(n):
        part = sound.samples[ms * sound.rate // 1000 : (ms + 1) * sound.rate // 1000]
        out.append(sum(x * x for x in part) / len(part))
    return out


def clicks(sound):
    """The largest step within 2 samples of a join, the loudest millisecond within 3 of one in dB over its neighbours, and
    how many joins there are: where digital silence begins or ends."""
    x, ms = sound.samples, sound.rate // 1000
    edges, run = [], 0
    for i, v in enumerate(x):
        if v == 0:
            run += 1
            continue
        if run >= GAP:
            edges += [i - run, i] if i > run else [i]
        run = 0
    if run >= GAP:
        edges.append(len(x) - run)

    def rms(at):
        part = x[max(at, 0) : at + ms]
        return math.sqrt(sum(v * v for v in part) / max(len(part), 1))

    step = frame = 0.0
    for at in edges:
        for i in range(max(at - 2, 1), min(at + 3, len(x))):
            step = max(step, abs(x[i] - x[i - 1]))
        for f in range(at - 3 * ms, at + 3 * ms + 1, ms):
            frame = max(frame, 20 * math.log10(max(rms(f), 1e-9) / max(rms(f - ms), rms(f + ms), AUDIBLE)))
    return step, frame, len(edges)


def levels(sound, sentences):
    """How far the sentence that is farthest from the mean of all is from it. A word or two is as loud as its vowels, and is
    not brought to the level of the rest."""
    loud = []
    for s in sentences:
        if s["end_ms"] - s["start_ms"] >= 2000:
            part = sound.samples[s["start_ms"] * sound.rate // 1000 : s["end_ms"] * sound.rate // 1000]
            loud.append(tools.measured(tools.Sound(part, sound.rate, 1))[0])
    mean = sum(loud) / len(loud)
    return max(abs(v - mean) for v in loud)
