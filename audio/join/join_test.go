package join_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/join"
	meter "github.com/voicepress/voicepress/audio/loudness"
)

const rate = 22050

// ms is a number of samples at the test rate.
func ms(n int) int { return audio.Samples(time.Duration(n)*time.Millisecond, rate) }

// sound puts a tone of each odd length (ms) between silences of the even ones: silence, tone, silence, tone, silence ...
func sound(lengths ...int) []float32 {
	var samples []float32
	for i, length := range lengths {
		if i%2 == 0 {
			samples = append(samples, make([]float32, ms(length))...)
		} else {
			samples = append(samples, audiotest.Tone(rate, time.Duration(length)*time.Millisecond, 500, 0.3, 0)...)
		}
	}
	return samples
}

func add(samples []float32, noise []float32) []float32 {
	for i := range samples {
		samples[i] += noise[i]
	}
	return samples
}

// soften multiplies the first and last n samples by gain.
func soften(samples []float32, n int, gain float32) []float32 {
	for i := range n {
		samples[i] *= gain
		samples[len(samples)-1-i] *= gain
	}
	return samples
}

// trim is what is kept where there is room for all margins and no engine says where it speaks.
func trim(samples []float32, rate int) join.Range {
	return join.Trim(samples, rate, join.Range{}, time.Second, time.Second).Kept
}

func TestTrimKeepsSpeechAndItsMargins(t *testing.T) {
	decibels := func(d float64) float64 { return math.Pow(10, d/20) * math.Sqrt(3) } // peak of even noise from its RMS
	for _, c := range []struct {
		name     string
		samples  []float32
		from, to int // ms
	}{
		{"silence at both ends", sound(200, 500, 300), 170, 760},
		{"nothing to trim", sound(0, 500), 0, 500},
		{"less than the margins", sound(20, 500, 40), 0, 560},
		{"silence inside stays", sound(200, 100, 1500, 100, 300), 170, 1960},
		{"never more than 2 s at an end", sound(5000, 500, 6000), 2000, 9500},
		{"noise below -50 dBFS", add(sound(200, 500, 300), audiotest.Noise(ms(1000), decibels(-55), 1)), 170, 760},
		{"noise above -50 dBFS", add(sound(200, 500, 300), audiotest.Noise(ms(1000), decibels(-48), 1)), 170, 760},
		{"noise like speech", audiotest.Noise(ms(1000), 0.1, 1), 0, 1000},
		{"a steady loud sound has no noise floor", sound(0, 3000), 0, 3000},
		{"soft ends without a pause", soften(sound(0, 2000), ms(300), 0.1), 0, 2000},
		{"soft but audible", audiotest.Noise(ms(300), decibels(-47), 1), 0, 300},
	} {
		kept := trim(c.samples, rate)
		require.InDelta(t, ms(c.from), kept.From, float64(ms(10)), "%s: from", c.name)
		require.InDelta(t, ms(c.to), kept.To, float64(ms(10)), "%s: to", c.name)
	}
}

// A pause can only be as long as planned if it is known to the millisecond where sound begins and ends.
func TestTrimHearsWhereSoundBeginsAndEnds(t *testing.T) {
	for _, c := range [][]int{{200, 500, 300}, {0, 500, 0}, {3, 40, 700}, {123, 77, 4}, {200, 100, 1500, 100, 300}} {
		total := 0
		for _, length := range c {
			total += length
		}
		heard := join.Trim(sound(c...), rate, join.Range{}, time.Second, time.Second).Heard
		require.InDelta(t, ms(c[0]), heard.From, float64(ms(2)), "%v", c)
		require.InDelta(t, ms(total-c[len(c)-1]), heard.To, float64(ms(2)), "%v", c)
	}
}

func TestTrimNeverCutsIntoWhatIsSpoken(t *testing.T) {
	// Half a second of tone; the engine says that it speaks before and after, too softly to be heard here.
	clip := sound(400, 500, 600)
	for _, c := range []struct {
		name     string
		spoken   join.Range
		from, to int // ms
	}{
		{"not known", join.Range{}, 370, 960},
		{"all of it is heard", join.Range{From: ms(410), To: ms(890)}, 370, 960},
		{"a soft end", join.Range{From: ms(400), To: ms(1046)}, 370, 1056},
		{"a soft beginning", join.Range{From: ms(300), To: ms(900)}, 295, 960},
		{"all of the clip", join.Range{From: 0, To: ms(1500)}, 0, 1500},
	} {
		part := join.Trim(clip, rate, c.spoken, time.Second, time.Second)
		require.InDelta(t, ms(c.from), part.Kept.From, float64(ms(2)), c.name)
		require.InDelta(t, ms(c.to), part.Kept.To, float64(ms(2)), c.name)
		require.InDelta(t, ms(400), part.Heard.From, float64(ms(2)), c.name)
		require.InDelta(t, ms(900), part.Heard.To, float64(ms(2)), c.name)
	}
	part := join.Trim(make([]float32, ms(1000)), rate, join.Range{From: ms(200), To: ms(300)}, time.Second, time.Second)
	require.InDelta(t, ms(195), part.Kept.From, 1, "an engine that whispers")
	require.InDelta(t, ms(310), part.Kept.To, 1)
}

func TestMarginsFitIntoThePauses(t *testing.T) {
	clip := sound(400, 500, 600)
	for _, pause := range []int{0, 30, 60, 90, 150} {
		d := time.Duration(pause) * time.Millisecond
		part := join.Trim(clip, rate, join.Range{}, d, d)
		margins := part.Heard.From - part.Kept.From + part.Kept.To - part.Heard.To
		require.LessOrEqual(t, margins, max(ms(pause), ms(15))+2, "a pause of %v", d)
		require.GreaterOrEqual(t, margins, ms(15)-2, "room for the fades")
	}
}

func TestTrimOfSilenceAndScraps(t *testing.T) {
	for _, n := range []int{0, 1, ms(5), ms(1000), ms(3999)} {
		require.Zero(t, trim(make([]float32, n), rate), "%d samples of silence", n)
	}
	require.Equal(t, join.Range{From: ms(2000), To: ms(8000)}, trim(make([]float32, ms(10000)), rate))

	click := []float32{0.5, -0.5, 0.5}
	require.Equal(t, join.Range{To: 3}, trim(click, rate))
	require.Equal(t, join.Range{To: 3}, trim(click, 10), "a step has at least one sample")
}

func TestTrimTakesTheSilenceOfAnEngine(t *testing.T) {
	for _, s := range audiotest.Sentences() {
		clip := audiotest.Speak(t, s[0], s[1])
		kept := trim(clip.Samples, clip.Rate)
		from, to := kept.From, kept.To
		t.Logf("%v trimmed at the start, %v at the end", audio.Duration(from, rate), audio.Duration(len(clip.Samples)-to, rate))
		require.Greater(t, len(clip.Samples)-to, ms(200), "espeak-ng leaves 290 ms and more")
		require.Greater(t, audiotest.Peak(clip.Samples[from:from+ms(50)]), 0.003, "speech begins within 20 ms after the margin")
		require.Greater(t, audiotest.Peak(clip.Samples[to-ms(80):to]), 0.003, "speech ends within 20 ms before the margin")
		require.Less(t, audiotest.RMS(clip.Samples[:from]), 0.0032)
		require.Less(t, audiotest.RMS(clip.Samples[to:]), 0.0032)
	}
}

func TestLongSilencesAreCapped(t *testing.T) {
	for _, c := range []struct {
		name    string
		samples []float32
		want    []int // ms left between silences, as sound takes them
	}{
		{"one too long", sound(100, 200, 2000, 200, 100), []int{100, 200, 900, 200, 100}},
		{"two too long, one not", sound(0, 200, 1000, 200, 800, 200, 3000, 200), []int{0, 200, 900, 200, 800, 200, 900, 200}},
		{"just short enough", sound(0, 200, 890, 200), []int{0, 200, 890, 200}},
		{"only at the ends", sound(2000, 200, 2000), []int{2000, 200, 2000}},
		{"all silent", sound(3000), []int{3000}},
		{"nothing", nil, nil},
	} {
		before := len(c.samples)
		out, cuts := join.CapSilences(c.samples, rate)
		total := 0
		for _, length := range c.want {
			total += ms(length)
		}
		require.InDelta(t, total, len(out), float64(2*ms(10)*max(1, len(cuts))), c.name)
		removed := 0
		for _, cut := range cuts {
			removed += cut.To - cut.From
		}
		require.Equal(t, before, len(out)+removed, c.name)
	}
}

func TestMapFollowsEverySample(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	for seed := range uint64(20) {
		lengths := []int{random.IntN(300)}
		for range 3 + random.IntN(4) {
			lengths = append(lengths, 100+random.IntN(400), random.IntN(2500))
		}
		before := sound(lengths...)
		add(before, audiotest.Noise(len(before), 0.001, seed)) // so that a sample is recognised
		out, cuts := join.CapSilences(slices.Clone(before), rate)
		require.Len(t, out, cuts.Map(len(before)))
		last := 0
		for i, x := range before {
			at := cuts.Map(i)
			if at < last {
				t.Fatalf("sample %d maps to %d, the one before it to %d", i, at, last)
			}
			last = at
			faded := slices.ContainsFunc(cuts, func(c join.Range) bool { return i >= c.From-ms(10)-1 && i <= c.To+ms(5)+1 })
			if !faded && x != out[at] {
				t.Fatalf("sample %d does not lie at %d", i, at)
			}
		}
	}
	require.Equal(t, 7, join.Cuts(nil).Map(7))
	require.Equal(t, []int{5, 10, 10, 10, 15, -1}, []int{
		join.Cuts{{10, 20}}.Map(5), join.Cuts{{10, 20}}.Map(10), join.Cuts{{10, 20}}.Map(15),
		join.Cuts{{10, 20}}.Map(20), join.Cuts{{10, 20}}.Map(25), join.Cuts{{10, 20}}.Map(-1),
	})
}

func TestFadesReachSilenceWithoutAStep(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 10, ms(14), ms(100)} {
		samples := make([]float32, n)
		for i := range samples {
			samples[i] = 1
		}
		join.FadeIn(samples, rate)
		join.FadeOut(samples, rate)
		for i, x := range samples {
			require.InDelta(t, x, join.FadedAt(int64(i), int64(n), rate), 1e-6)
			require.LessOrEqual(t, x, float32(1))
			require.GreaterOrEqual(t, x, float32(0), "sample %d of %d", i, n)
		}
		if n > ms(15) {
			require.Less(t, samples[0], float32(0.001))
			require.Less(t, samples[n-1], float32(0.001))
			require.Equal(t, slices.Repeat([]float32{1}, n-ms(5)-ms(10)-2), samples[ms(5)+1:n-ms(10)-1])
			for i := 1; i < n; i++ {
				require.Less(t, math.Abs(float64(samples[i]-samples[i-1])), math.Pi/2/float64(ms(5))*1.01)
			}
		}
	}
}

func loudness(t *testing.T, samples []float32) float64 {
	t.Helper()
	l, err := meter.Of(samples, rate)
	require.NoError(t, err)
	return l
}

func amplify(samples []float32, decibels float64) []float32 {
	for i := range samples {
		samples[i] *= float32(math.Pow(10, decibels/20))
	}
	return samples
}

// The clips are off by up to 5 LU; those of 3 s and more end within 2 LU of each other where at most 3 dB were missing.
func TestClipsAreBroughtToTheLevelOfThoseBefore(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 8))
	var clips [4][]float32
	for i := range clips {
		clips[i] = audiotest.Bursts(rate, time.Duration(3+i)*time.Second, uint64(i))
		amplify(clips[i], -22-loudness(t, clips[i]))
	}
	for range 5 {
		var level join.Level
		require.True(t, math.IsInf(level.Loudness(), -1))
		for i := range 30 {
			clip := slices.Clone(clips[random.IntN(len(clips))])
			off := 10*random.Float64() - 5
			if i == 0 {
				off = 0
			}
			amplify(clip, off)
			before := loudness(t, clip)
			gain, err := level.Match(clip, rate)
			require.NoError(t, err)
			require.InDelta(t, gain, loudness(t, clip)-before, 0.02)
			require.LessOrEqual(t, math.Abs(gain), 3.0)
			require.InDelta(t, -22, level.Loudness(), 1.5)
			require.InDelta(t, -22, loudness(t, clip), 1.5+max(math.Abs(off)-3, 0), "off by %.1f LU", off)
		}
	}
}

func TestAShortClipKeepsItsOwnLevelWithinBounds(t *testing.T) {
	for _, c := range []struct {
		length    time.Duration
		off, gain float64
	}{
		{300 * time.Millisecond, 1.9, 0},
		{300 * time.Millisecond, -1.9, 0},
		{300 * time.Millisecond, 4, -2},
		{300 * time.Millisecond, -9, 3},
		{1700 * time.Millisecond, 3, -2},
		{3 * time.Second, 1, -1},
		{3 * time.Second, -20, 3},
	} {
		var level join.Level
		tone := func(d time.Duration, decibels float64) []float32 {
			return amplify(audiotest.Tone(rate, d, 1000, 0.1, 0), decibels)
		}
		gain, err := level.Match(tone(5*time.Second, 0), rate)
		require.NoError(t, err)
		require.Zero(t, gain, "the first clip")
		gain, err = level.Match(tone(c.length, c.off), rate)
		require.NoError(t, err)
		require.InDelta(t, c.gain, gain, 0.05, "%v, %v dB off", c.length, c.off)
	}
	var level join.Level
	for _, silent := range [][]float32{nil, make([]float32, 1000), audiotest.Noise(1000, 1e-5, 1)} {
		gain, err := level.Match(silent, rate)
		require.NoError(t, err)
		require.Zero(t, gain)
		require.True(t, math.IsInf(level.Loudness(), -1), "what is not heard does not count")
	}
	_, err := level.Match(nil, 1)
	require.Error(t, err)
}

func TestOffsetIsRemoved(t *testing.T) {
	tone := audiotest.Tone(rate, time.Second, 441, 0.5, 0)
	shifted := slices.Clone(tone)
	for i := range shifted {
		shifted[i] += 0.05
	}
	join.RemoveDC(shifted)
	for i := range tone {
		require.InDelta(t, float64(tone[i]), float64(shifted[i]), 1e-6)
	}
	join.RemoveDC(nil)
	bad := []float32{1, float32(math.Inf(1)), 3}
	join.RemoveDC(bad)
	require.Equal(t, []float32{1, float32(math.Inf(1)), 3}, bad)
}

// The numbers are the project's goals: no step of more than 1 % of full scale, and no millisecond at the join more than
// 6 dB louder than the louder of its neighbours.
func TestJoinsDoNotClick(t *testing.T) {
	for _, s := range audiotest.Sentences() {
		clip := audiotest.Speak(t, s[0], s[1])
		for i := range clip.Samples {
			clip.Samples[i] = clip.Samples[i]*0.9 + 0.03
		}
		join.RemoveDC(clip.Samples)
		kept := trim(clip.Samples, clip.Rate)
		part, _ := join.CapSilences(clip.Samples[kept.From:kept.To], clip.Rate)
		join.FadeIn(part, clip.Rate)
		join.FadeOut(part, clip.Rate)
		require.Less(t, math.Abs(float64(part[0])), 0.01)
		require.Less(t, math.Abs(float64(part[len(part)-1])), 0.01)
		const audible = 0.001
		first, second := audiotest.RMS(part[:ms(1)]), audiotest.RMS(part[ms(1):ms(2)])
		require.LessOrEqual(t, first, max(2*second, audible))
		n := len(part)
		first, second = audiotest.RMS(part[n-ms(1):]), audiotest.RMS(part[n-ms(2):n-ms(1)])
		require.LessOrEqual(t, first, max(2*second, audible))
	}
}

func Example() {
	clip := audio.Clip{Samples: sound(120, 500, 2000, 400, 300), Rate: rate}
	word := ms(120 + 500 + 2000) // where the second tone begins

	join.RemoveDC(clip.Samples)
	part := join.Trim(clip.Samples, clip.Rate, join.Range{}, time.Second, time.Second)
	samples, cuts := join.CapSilences(clip.Samples[part.Kept.From:part.Kept.To], clip.Rate)
	join.FadeIn(samples, clip.Rate)
	join.FadeOut(samples, clip.Rate)
	word = cuts.Map(word - part.Kept.From)

	round := func(n int) time.Duration { return audio.Duration(n, rate).Round(10 * time.Millisecond) }
	fmt.Println(round(len(samples)), round(word))
	// Output: 1.89s 1.43s
}

func BenchmarkTrimAndCap(b *testing.B) {
	samples := audiotest.Bursts(rate, 10*time.Second, 1)
	b.ReportAllocs()
	for b.Loop() {
		join.RemoveDC(samples)
		kept := join.Trim(samples, rate, join.Range{}, time.Second, time.Second).Kept
		join.CapSilences(samples[kept.From:kept.To], rate)
	}
	b.ReportMetric(10*float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
}
