"""The whole way from clips to a disclosed MP3, on one core, with a voice that costs next to nothing: tones."""

import json

import tools

SENTENCE = "The committee heard that the ferry had carried {n} passengers since March, and that fares would stay the same."
SECONDS = 9.1  # that the tones take for it, with its pause


def rows(options):
    with tools.folder() as folder:
        path = folder / "long.md"
        count = int(options.minutes * 60 / SECONDS)
        text = "".join(SENTENCE.format(n=1000 + 7 * i) + ("\n\n" if i % 4 == 3 else " ") for i in range(count))
        path.write_text("# Long\n\n" + text + "\n")
        idle = tools.usage([options.program, "version"])
        signer = folder / "keys"
        tools.run([options.program, "keys", "init", signer])
        run = tools.usage([options.program, "convert", path, "-o", folder / "out", "--backend", "fake", "--jobs", "1", "--keys", signer, "--quiet"])
        seconds = json.loads(next((folder / "out").glob("*.disclosure.json")).read_text())["outputs"][0]["duration_ms"] / 1000
        cpu = run.ru_utime + run.ru_stime
        name = f"{seconds / 60:.0f} minutes of tones to a signed MP3"
        yield f"{name}: times real time, CPU time of one core", f"{seconds / cpu:.0f}", ">= 60", ""
        yield f"{name}: peak memory, MiB", f"{run.ru_maxrss / 1024:.0f}", "<= 64", ""
        yield "of which before anything is read, MiB", f"{idle.ru_maxrss / 1024:.0f}", "-", "tables of dates that come with the extractor"
        yield "of which for the sound, MiB", f"{(run.ru_maxrss - idle.ru_maxrss) / 1024:.0f}", "-", ""
