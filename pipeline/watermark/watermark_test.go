package watermark

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/pipeline/watermark/watermarktest"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/assets"
)

func options(tb testing.TB, s watermarktest.Shape, payload uint16) Options {
	tb.Helper()
	o := Options{Payload: payload, Data: os.Getenv("VOICEPRESS_DATA")}
	if o.Data == "" {
		var err error
		o.Data, err = assets.DefaultDir()
		require.NoError(tb, err)
	}
	o.Model, o.Detector = watermarktest.Write(tb, s)
	o.SHA256 = sum(tb, o.Model)
	return o
}

func sum(tb testing.TB, path string) string {
	tb.Helper()
	file, err := os.ReadFile(path)
	require.NoError(tb, err)
	hash := sha256.Sum256(file)
	return hex.EncodeToString(hash[:])
}

func open(tb testing.TB, o Options) *AudioSeal {
	tb.Helper()
	a, err := Open(o)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, a.Close()) })
	return a
}

// samples is a decoder of samples.
type samples []float32

func (s *samples) Read(p []float32) (int, error) {
	if len(*s) == 0 {
		return 0, io.EOF
	}
	n := copy(p, *s)
	*s = (*s)[n:]
	return n, nil
}

// embed marks sound that comes in pieces of some length.
func embed(tb testing.TB, a *AudioSeal, sound []float32, rate, channels, piece int) []float32 {
	tb.Helper()
	s, err := a.Embed(tb.Context(), rate, channels)
	require.NoError(tb, err)
	var out []float32
	for len(sound) > 0 {
		n := min(piece, len(sound))
		out, err = s.Process(out, sound[:n])
		require.NoError(tb, err)
		sound = sound[n:]
	}
	out, err = s.Flush(out)
	require.NoError(tb, err)
	return out
}

func TestAMarkIsFoundWithItsPayload(t *testing.T) {
	for _, shape := range []watermarktest.Shape{{}, {IntMessage: true}, {OneOutput: true}} {
		for _, payload := range []uint16{0, 0xABCD, 0xFFFF} {
			a := open(t, options(t, shape, payload))
			rates, lengths := []int{44100}, []time.Duration{4 * time.Second}
			if (shape == watermarktest.Shape{}) && payload == 0xABCD {
				rates = []int{16000, 22050, 44100, 48000}
				lengths = []time.Duration{300 * time.Millisecond, 4 * time.Second, 11 * time.Second}
			}
			for _, rate := range rates {
				for _, length := range lengths {
					t.Run(fmt.Sprint(shape, payload, rate, length), func(t *testing.T) {
						sound := audiotest.Bursts(rate, length, 3)
						got := embed(t, a, sound, rate, 1, 1<<14)
						require.Len(t, got, len(sound))
						plain, marked := samples(sound), samples(got)
						d, err := a.Detect(t.Context(), &plain, rate)
						require.NoError(t, err)
						require.False(t, d.Found())
						d, err = a.Detect(t.Context(), &marked, rate)
						require.NoError(t, err)
						require.Equal(t, Detection{Marked: 1, Payload: payload}, d)
					})
				}
			}
		}
	}
}

func TestTheMarkIsAddedToSoundOfFullRateAndNothingElseChanges(t *testing.T) {
	const rate = 44100
	a := open(t, options(t, watermarktest.Shape{}, 1))
	sound := audiotest.Bursts(rate, 11*time.Second, 5)
	silence := make([]float32, len(sound))
	mark := embed(t, a, silence, rate, 1, 1000)
	require.Less(t, audiotest.Peak(mark), 0.1)
	require.NotZero(t, audiotest.RMS(mark[len(mark)-1000:]), "the end is marked as well")
	got := embed(t, a, sound, rate, 1, 1<<20)
	for i := range sound {
		require.InDelta(t, sound[i]+mark[i], got[i], 1e-6) // this model's mark does not depend on the sound
	}
	require.Equal(t, got, embed(t, a, sound, rate, 1, 777), "however it is cut")
}

func TestBothChannelsGetOneMark(t *testing.T) {
	const rate = 48000
	a := open(t, options(t, watermarktest.Shape{}, 77))
	left, right := audiotest.Bursts(rate, 6*time.Second, 5), audiotest.Bursts(rate, 6*time.Second, 6)
	var both []float32
	for i := range left {
		both = append(both, left[i], right[i])
	}
	got := embed(t, a, both, rate, 2, 4096)
	require.Len(t, got, len(both))
	for i := range left {
		require.InDelta(t, got[2*i]-left[i], got[2*i+1]-right[i], 1e-6)
	}
}

func TestMemoryDoesNotGrowWithTheSound(t *testing.T) {
	const rate = 44100
	mark := func(sound []float32) ([]float32, error) { return make([]float32, len(sound)), nil }
	s, err := newStream(mark, rate, 1)
	require.NoError(t, err)
	minute := make([]float32, rate)
	total := 0
	for range 600 {
		out, err := s.Process(nil, minute)
		require.NoError(t, err)
		total += len(out)
		require.Less(t, cap(s.held)+cap(s.marks)+cap(s.block), 20*rate)
	}
	out, err := s.Flush(nil)
	require.NoError(t, err)
	require.Equal(t, 600*rate, total+len(out))
}

func TestOnlyThePinnedModelIsOpened(t *testing.T) {
	o := options(t, watermarktest.Shape{}, 1)
	right := o.SHA256
	for _, pin := range []string{"", "00", sum(t, o.Detector)} {
		o.SHA256 = pin
		_, err := Open(o)
		var pinned *PinError
		require.ErrorAs(t, err, &pinned)
		require.Contains(t, pinned.Hint(), right)
	}
	o.SHA256 = right
	one, another := open(t, o), open(t, Options{Detector: o.Detector, Data: o.Data})
	o.Payload++
	require.NotEqual(t, one.Fingerprint(), open(t, o).Fingerprint())
	var missing *tts.Unavailable
	_, err := another.Embed(t.Context(), 44100, 1)
	require.ErrorAs(t, err, &missing)
	none := open(t, Options{})
	_, err = none.Detect(t.Context(), &samples{}, 44100)
	require.ErrorAs(t, err, &missing)
}

func TestFilesThatAreNoSuchModelsAreRefused(t *testing.T) {
	o := options(t, watermarktest.Shape{}, 1)
	for name, change := range map[string]func(o *Options){
		"no such file or directory": func(o *Options) { o.Model += "x" },
		"is not a file":             func(o *Options) { o.Model = t.TempDir() },
		"a generator has two":       func(o *Options) { o.Model, o.SHA256 = o.Detector, sum(t, o.Detector) },
		"it is no detector":         func(o *Options) { o.Detector = o.Model },
		"no runtimes here":          func(o *Options) { o.Runtime = "no runtimes here" },
		"onnx": func(o *Options) {
			o.Detector = o.Model + ".cut"
			require.NoError(t, os.WriteFile(o.Detector, []byte("cut"), 0o600))
		},
	} {
		changed := o
		change(&changed)
		_, err := Open(changed)
		require.ErrorContains(t, err, name)
	}
}

func TestWhatIsNoSoundIsRefusedAndErrorsOfReadingAreTold(t *testing.T) {
	a := open(t, options(t, watermarktest.Shape{}, 1))
	_, err := a.Embed(t.Context(), 12, 1)
	require.Error(t, err)
	broken := errors.New("connection reset")
	_, err = a.Detect(t.Context(), failing{broken}, 44100)
	require.ErrorIs(t, err, broken)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(broken)
	s, err := a.Embed(ctx, 16000, 1)
	require.NoError(t, err)
	_, err = s.Process(nil, make([]float32, 2*blockLength))
	require.ErrorIs(t, err, broken)
	d, err := a.Detect(t.Context(), &samples{}, 44100)
	require.NoError(t, err)
	require.Equal(t, Detection{}, d)
}

type failing struct{ err error }

func (f failing) Read([]float32) (int, error) { return 0, f.err }
