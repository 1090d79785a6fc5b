package pipeline

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/loudness"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/all"
	"github.com/voicepress/voicepress/tts/assets"
	"github.com/voicepress/voicepress/tts/estimate"
	"github.com/voicepress/voicepress/tts/fake"
)

// syllables speaks every request as audiotest.Bursts between silences of random lengths, up to 5 dB louder or softer, with
// an offset. It depends on the text alone.
type syllables struct{ tts.Backend }

func (s syllables) Speak(_ context.Context, r tts.Request) (*tts.Speech, error) {
	const rate = 24000
	random := rand.New(rand.NewPCG(uint64(len(r.Text)), uint64(r.Text[0])))
	silence := func() []float32 {
		return audiotest.Silence(rate, time.Duration(random.IntN(400))*time.Millisecond)
	}
	samples := silence()
	sound := audiotest.Bursts(rate, time.Duration(50*len(r.Text))*time.Millisecond, random.Uint64())
	gain := float32(math.Pow(10, (10*random.Float64()-5)/20))
	for i := range sound {
		sound[i] *= gain * 0.5
	}
	samples = append(append(samples, sound...), silence()...)
	for i := range samples {
		samples[i] += 0.01
	}
	return &tts.Speech{Clip: audio.Clip{Samples: samples, Rate: rate}}, nil
}

// voices are the backends that a track is tested with, a real neural voice and a formant synthesiser among them.
func voices(t *testing.T) map[string]tts.Backend {
	t.Helper()
	list := map[string]tts.Backend{}
	tones, err := fake.New(fake.Options{})
	require.NoError(t, err)
	list["syllables"] = estimate.Wrap(syllables{tones})
	data, err := assets.DefaultDir()
	require.NoError(t, err)
	for _, name := range []string{"piper", "espeak"} {
		factory, ok := all.Registry().Find(name)
		require.True(t, ok)
		backend, err := factory.Open(t.Context(), factory.Options(), tts.Env{Data: data, Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err, "make test installs the voice")
		list[name] = estimate.Wrap(backend)
	}
	t.Cleanup(func() {
		for _, backend := range list {
			require.NoError(t, backend.Close())
		}
	})
	return list
}

func joinedArticle() *article.Article {
	return &article.Article{Language: "en", Title: "Snow on the cliff path", Blocks: []article.Block{
		{Kind: article.Paragraph, Text: "The cliff path is off. Stephen, seventy-eight, walks it at half past six! Does he mind? He laughs."},
		{Kind: article.Heading, Level: 2, Text: "What the ferry crews expect of the north wind"},
		{Kind: article.ListItem, Text: "Salt from the south"},
		{Kind: article.ListItem, Text: "A list of the ten stiffest gusts"},
		{Kind: article.Paragraph, Text: "Nobody asked, though everybody thought it, which is a thing that happens often in a village where few people " +
			"speak before noon; and when at last the boat came in with its lamps lit and its deck white from end to end, they all fell silent. Yes."},
	}}
}

// stitched stitches an article and gives its script, its track and the track's samples.
func stitched(t *testing.T, backend tts.Backend, a *article.Article, change func(*Settings)) (*script.Script, *Track, []float32) {
	t.Helper()
	s := Settings{
		Pauses: script.DefaultPauses(), Formats: []Format{WAV}, MaxRunes: 120,
		Mastering: Mastering{SampleRate: 44100, Target: ByLUFS, Mono: -19, Stereo: -16, TruePeak: -1},
	}
	change(&s)
	w, err := New(t.Context(), backend, s, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	sc, _, err := Split(a, backend.Info(), w.settings)
	require.NoError(t, err)
	track, err := w.newTrack(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(track.close)
	require.NoError(t, w.stitch(t.Context(), a, sc, w.speak(t.Context(), a, sc), track, func(int) {}))
	samples := make([]float32, track.Samples)
	n, err := track.spool.read(samples, 0, make([]byte, len(samples)*sampleBytes))
	require.NoError(t, err)
	require.Len(t, samples, n)
	return sc, track, samples
}

// softness is the level (dBFS, RMS) of the 10 ms of samples from each millisecond on.
func softness(samples []float32, rate int) []float64 {
	sums := make([]float64, len(samples)+1)
	for i, x := range samples {
		sums[i+1] = sums[i] + float64(x)*float64(x)
	}
	levels := make([]float64, len(samples)*1000/rate)
	for ms := range levels {
		from, to := ms*rate/1000, min((ms+10)*rate/1000, len(samples))
		levels[ms] = 10 * math.Log10((sums[to]-sums[from])/float64(rate/100)+1e-20)
	}
	return levels
}

// silenceAround is the stretch of milliseconds around ms in which nothing is heard.
func silenceAround(levels []float64, ms int) (from, to int) {
	const silent = -50 // dBFS
	from, to = ms, ms
	for from > 0 && levels[from-1] <= silent {
		from--
	}
	for to < len(levels) && levels[to] <= silent {
		to++
	}
	return from, min(to+9, len(levels)) // the first window that is heard begins 9 ms before what makes it so
}

// shortPauses are too short for the margins that are kept of a clip.
func shortPauses(s *Settings) {
	const ms = time.Millisecond
	s.Pauses = script.Pauses{
		Head: 40 * ms, Tail: 70 * ms, Notice: 50 * ms, Title: 60 * ms, HeadingBefore: 80 * ms, HeadingAfter: 70 * ms, Paragraph: 90 * ms,
		ListItem: 20 * ms, Sentence: 80 * ms, Question: 85 * ms, Clause: 60 * ms, Comma: 30 * ms,
	}
}

func TestPausesAreAsLongAsPlanned(t *testing.T) {
	for name, backend := range voices(t) {
		for setting, change := range map[string]func(*Settings){
			"default":    func(*Settings) {},
			"short":      shortPauses,
			"other rate": func(s *Settings) { s.Mastering.SampleRate = 48000 },
		} {
			t.Run(name+", "+setting, func(t *testing.T) {
				sc, track, samples := stitched(t, backend, joinedArticle(), change)
				s := Settings{Pauses: script.DefaultPauses()}
				change(&s)
				levels := softness(samples, track.Rate)
				worst, phonemes := 0.0, 0
				check := func(what string, planned, begin, end time.Duration) {
					softest := int(begin.Milliseconds())
					for ms := softest; ms < int(end.Milliseconds()); ms++ {
						if levels[ms] < levels[softest] {
							softest = ms
						}
					}
					from, to := silenceAround(levels, softest)
					off := float64(to-from) - float64(planned.Milliseconds())
					if math.Abs(off) > math.Abs(worst) {
						worst = off
					}
					if off > 0 && planned < 150*time.Millisecond && name == "piper" {
						phonemes++ // a soft consonant takes more than the pause has
						return
					}
					require.InDelta(t, 0, off, 5, "%s, from %d to %d ms", what, from, to)
				}
				list := track.Timeline.Utterances
				check("head", s.Pauses.Head, 0, list[0].Start)
				for i := range list[1:] {
					planned := max(sc.Utterances[i].After, sc.Utterances[i+1].Before)
					check(fmt.Sprintf("after %q", sc.Utterances[i].Spoken), planned, list[i].End-50*time.Millisecond, list[i+1].Start)
				}
				check("tail", s.Pauses.Tail, list[len(list)-1].End, track.Duration())
				t.Logf("%d pauses, the worst is off by %.0f ms; %d are too short for the phonemes beside them", len(list)+1, worst, phonemes)
			})
		}
	}
}

// At the edges of a clip, where it meets the silence that was put there, nothing may click.
func TestJoinsInATrackDoNotClick(t *testing.T) {
	for name, backend := range voices(t) {
		_, track, samples := stitched(t, backend, joinedArticle(), func(*Settings) {})
		var worstStep, worstFrame float64
		ms := track.Rate / 1000
		frame := func(at int) float64 { return audiotest.RMS(samples[max(at, 0):min(at+ms, len(samples))]) }
		edges := joins(samples)
		require.GreaterOrEqual(t, len(edges), 2*len(track.Timeline.Utterances), "every clip has two ends")
		for _, at := range edges {
			for i := max(at-2, 1); i <= min(at+2, len(samples)-1); i++ {
				worstStep = max(worstStep, math.Abs(float64(samples[i]-samples[i-1])))
			}
			for f := at - 3*ms; f <= at+3*ms; f += ms {
				const audible = 0.001 // -60 dBFS
				neighbours := max(frame(f-ms), frame(f+ms), audible)
				worstFrame = max(worstFrame, audiotest.DB(frame(f)/neighbours))
			}
		}
		t.Logf("%s: %d joins, the largest step is %.3f %% of full scale, the loudest millisecond %.1f dB above its neighbours",
			name, len(edges), 100*worstStep, worstFrame)
		require.Less(t, worstStep, 0.01, name)
		require.LessOrEqual(t, worstFrame, 6.0, name)
	}
}

// joins is where runs of at least 5 ms of digital silence, at 44.1 kHz, begin and end.
func joins(samples []float32) (edges []int) {
	const shortest = 220
	run := 0
	for i, x := range append(samples, 1) {
		if x == 0 {
			run++
			continue
		}
		if run >= shortest {
			if i > run {
				edges = append(edges, i-run)
			}
			if i < len(samples) {
				edges = append(edges, i)
			}
		}
		run = 0
	}
	return edges
}

func TestClipsOfATrackHaveOneLevel(t *testing.T) {
	for name, backend := range voices(t) {
		sc, track, samples := stitched(t, backend, joinedArticle(), func(*Settings) {})
		programme, err := loudness.Of(samples, track.Rate)
		require.NoError(t, err)
		var before, after []float64
		for i, at := range track.Timeline.Utterances {
			speech, err := backend.Speak(t.Context(), tts.Request{Text: sc.Utterances[i].Spoken, Language: "en", Rate: 1})
			require.NoError(t, err)
			own, err := loudness.Of(speech.Clip.Samples, speech.Clip.Rate)
			require.NoError(t, err)
			before = append(before, own)
			own, err = loudness.Of(samples[audio.Samples(at.Start, track.Rate):audio.Samples(at.End, track.Rate)], track.Rate)
			require.NoError(t, err)
			after = append(after, own-programme)
		}
		t.Logf("%s: clips spread over %.1f LU (standard deviation %.2f) before, %.1f LU (%.2f) after",
			name, spread(before), deviation(before), spread(after), deviation(after))
		require.Less(t, deviation(after), deviation(before), name)
		for i, off := range after {
			require.InDelta(t, 0, off, 3, "%s: %q", name, sc.Utterances[i].Spoken)
		}
	}
}

func spread(values []float64) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	return high - low
}

func deviation(values []float64) float64 {
	var sum, squares float64
	for _, v := range values {
		sum += v
		squares += v * v
	}
	n := float64(len(values))
	return math.Sqrt(max(squares/n-sum*sum/n/n, 0))
}
