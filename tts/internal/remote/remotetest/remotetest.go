// Package remotetest is what the tests of backends for HTTP services share: speech for their fakes of a service, and the
// servers that every such backend has to survive.
//
// It is not for the conformance of backends (see tts/ttstest): run both.
package remotetest

import (
	"bytes"
	"encoding/binary"
	"math"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

// Key is the key to open a backend with. Hostile servers repeat it, and it may be in no error.
const Key = "sk-remotetest-4f9a1c77d2e05b36"

// Speaker is the voice of a fake service: tones, with the time of each word.
type Speaker struct {
	tb      testing.TB
	backend *fake.Backend
}

// NewSpeaker makes a voice of that sample rate in Hz. It may be used until the test ends.
func NewSpeaker(tb testing.TB, rate int) *Speaker {
	tb.Helper()
	b, err := fake.New(fake.Options{SampleRate: rate, Concurrency: 64})
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = b.Close() })
	return &Speaker{tb, b}
}

// Say speaks a text, and gives nil where there is nothing to say. It is safe for concurrent use.
func (s *Speaker) Say(text string, speed float64) *tts.Speech {
	speech, err := s.backend.Speak(s.tb.Context(), tts.Request{Text: text, Rate: speed})
	if err != nil {
		return nil
	}
	return speech
}

// Tone is a second of a tone at rate Hz, for a server that need not say anything.
func Tone(rate int) audio.Clip {
	clip := audio.Clip{Samples: make([]float32, rate), Rate: rate}
	for i := range clip.Samples {
		clip.Samples[i] = float32(0.3 * math.Sin(2*math.Pi*440*float64(i)/float64(rate)))
	}
	return clip
}

// WAV is a clip as a WAV file with 16 bits.
func WAV(clip audio.Clip) []byte {
	var file bytes.Buffer
	w, err := wav.NewWriter(&file, clip.Rate, 1, int64(len(clip.Samples)), nil)
	if err == nil {
		err = w.Write(clip.Samples)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a buffer takes all
	}
	return file.Bytes()
}

// PCM is a clip as 16 bits, little-endian, without a header.
func PCM(clip audio.Clip) []byte {
	b := make([]byte, 0, 2*len(clip.Samples))
	for _, x := range clip.Samples {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(math.Round(float64(x)*32767))))
	}
	return b
}

// Throttle is how many requests a fake service takes at once. Its zero value takes none.
type Throttle struct {
	Most   int64
	inside atomic.Int64
}

// Enter lets a request in, or says that there are too many. One that is in calls leave.
func (t *Throttle) Enter() (leave func(), ok bool) {
	if t.inside.Add(1) > t.Most {
		t.inside.Add(-1)
		return nil, false
	}
	return func() { t.inside.Add(-1) }, true
}
