package tts_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/ttstest"
)

// beeper is a backend of one's own: a beep for each word.
type beeper struct{ closed atomic.Bool }

func (*beeper) Info() tts.Info {
	return tts.Info{
		Name: "beeper", Fingerprint: "beeper 1", SampleRate: 16000,
		Voices:        []tts.Voice{{ID: "beep", Language: "en", Licence: "CC0-1.0"}},
		Limit:         tts.Limit{N: 1000, Unit: tts.Runes},
		Concurrency:   8,
		Timing:        tts.TimingWord,
		Deterministic: true,
		SourceType:    disclosure.AlgorithmicMedia,
	}
}

func (b *beeper) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	if b.closed.Load() {
		return nil, tts.ErrClosed
	}
	if err := b.Info().Check(r); err != nil { // nothing to say, too long
		return nil, err
	}
	if _, err := b.Info().Voice(r.Voice); err != nil { // no such voice
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	const rate, pitch, beepSeconds, gapSeconds = 16000, 440, 0.2, 0.05
	beep, gap := int(beepSeconds*rate/r.Speed()), int(gapSeconds*rate/r.Speed())
	s := &tts.Speech{Clip: audio.Clip{Rate: rate}}
	if len(r.Phonemes) > 0 {
		s.Warnings = append(s.Warnings, "a beep has no phonemes")
	}
	at := 0
	for _, word := range strings.Fields(r.Text) {
		start := at + strings.Index(r.Text[at:], word)
		at = start + len(word)
		from := len(s.Clip.Samples)
		for i := range beep {
			s.Clip.Samples = append(s.Clip.Samples, float32(0.1*math.Sin(2*math.Pi*pitch*float64(i)/rate)))
		}
		s.Marks = append(s.Marks, tts.Mark{Kind: tts.TimingWord, Start: start, End: at, From: from, To: from + beep})
		s.Clip.Samples = append(s.Clip.Samples, make([]float32, gap)...)
	}
	return s, nil
}

func (b *beeper) Close() error {
	b.closed.Store(true)
	return nil
}

// TestBeeperIsABackend shows that the example keeps the contract: a backend of one's own is tested with these lines.
func TestBeeperIsABackend(t *testing.T) {
	ttstest.Run(t, func(*testing.T) tts.Backend { return &beeper{} })
}

// TestDocsShowTheExample keeps the documentation to what is compiled and run here.
func TestDocsShowTheExample(t *testing.T) {
	code, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	_, example, _ := strings.Cut(string(code), "\n\n// beeper is")
	example, _, _ = strings.Cut(example, "\n\n// TestDocs")
	docs, err := os.ReadFile("../docs/backends.md")
	require.NoError(t, err)
	require.Contains(t, string(docs), "// beeper is"+example)
}

// A backend is three methods. Everything else that a voice needs stands around it.
func Example_backend() {
	var backend tts.Backend = &beeper{}
	defer backend.Close()
	speech, err := backend.Speak(context.Background(), tts.Request{Text: "three short words"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(speech.Clip.Duration())
	for _, m := range speech.Marks {
		fmt.Println(m.Kind, m.Start, m.End, m.From, m.To)
	}
	// Output:
	// 750ms
	// word 0 5 0 3200
	// word 6 11 4000 7200
	// word 12 17 8000 11200
}
