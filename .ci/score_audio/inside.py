"""Numbers that only the code knows, from what its tests and benchmarks print."""

import re

import tools

NUMBER = r"(-?[\d.]+|[-+]?Inf|NaN)"


def tested(package, tests):
    return tools.run(["go", "test", "-count=1", "-v", "-run", tests, package])


def benchmark(package, name):
    return tools.run(["go", "test", "-run", "^$", "-bench", name, "-benchtime", "300ms", package])


def meter(_):
    """Ours beside libebur128."""
    for what, test in (("synthetic signals", "^TestMeterReadsTheEBUSignals$"), ("speech files", "^TestMeterAgreesOnSpeech$")):
        reading = r"\{" + " ".join([NUMBER] * 3) + r"\}"
        found = re.findall(r"Hz[^\n]*?: " + reading + "; libebur128 " + reading, tested("./audio/loudness", test))
        pairs = [[float(n) for n in line] for line in found]
        loud = max(abs(p[0] - p[3]) for p in pairs if p[0] > -70)
        peak = max(abs(p[2] - p[5]) for p in pairs)
        yield f"{len(pairs)} readings of {what}: loudness from libebur128, LU", f"{loud:.3f}", "<= 0.1", ""
        yield f"{len(pairs)} readings of {what}: true peak from libebur128, dB", f"{peak:.3f}", "<= 0.2", ""


def resampler(_):
    found = re.findall(rf"SNR\s+{NUMBER} dB, gain \+?{NUMBER} dB", tested("./audio/resample", "^TestTonesKeepLevelPhaseAndPurity$"))
    yield f"{len(found)} tones up to 0.40 of the lower rate: purity, dB", f"{min(float(snr) for snr, _ in found):.1f}", ">= 100", "soxr 186, swr 38 to 106, beep 8 to 237"
    yield f"{len(found)} tones: level, dB from flat", f"{max(abs(float(gain)) for _, gain in found):.3f}", "<= 0.1", ""
    with tools.folder() as folder:
        program, seconds = folder / "test", 300
        tools.run(["go", "test", "-c", "-o", program, "./audio/resample"])
        speeds = {}
        for rates in ("22050-44100", "24000-44100", "44100-22050", "48000-44100"):
            name = f"^BenchmarkResample$/^{rates}$"
            used = tools.usage([program, "-test.run", "^$", "-test.bench", name, "-test.benchtime", f"{seconds}x"])
            speeds[rates] = seconds / (used.ru_utime + used.ru_stime)
        slowest = min(speeds, key=speeds.get)
        yield f"times real time, CPU time, slowest of four ({slowest} Hz)", f"{speeds[slowest]:.0f}", ">= 300", "soxr 2700, swr 2900, beep 9 to 108"


def decoding(_):
    """The test fails where one file is not as FFmpeg decodes it, so that all of them are."""
    out = tested("./audio/mp3", "Table|EveryBitRate")
    files = sum(int(n) for n in re.findall(r"(\d+) files; refused", out))
    yield "files of all rates, bit rates and modes as FFmpeg decodes them to 70 dB, or refused", f"{files}", ">= 300", "go-mp3 garbles 22.05 kHz at four bit rates"


def signing(options):
    with tools.folder() as folder:
        tools.run([options.program, "keys", "init", folder / "keys"])
        plain = tools.convert(options.program, folder / "plain", "--backend", "fake", "--format", "wav")
        signed = tools.convert(options.program, folder / "signed", "--backend", "fake", "--format", "wav", "--keys", str(folder / "keys"))
        size = signed.file(".wav").stat().st_size - plain.file(".wav").stat().st_size
        yield "manifest in a WAV file, bytes", f"{size}", "<= 4096", "c2pa-rs 13,300 with a time stamp"
    out = benchmark("./audio/c2pa", "^BenchmarkSign$")
    (empty,) = re.findall(r"BenchmarkSign/0MB\S*\s+\d+\s+([\d.]+) ns/op", out)
    yield "signing, beside the hash, ms", f"{float(empty) / 1e6:.2f}", "<= 5", ""
    (speed,) = re.findall(r"BenchmarkSign/64MB.*?([\d.]+) MB/s", out)
    yield "hashing, MB/s", f"{float(speed):.0f}", ">= 150", ""
