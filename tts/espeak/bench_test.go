package espeak

import (
	"testing"
	"time"

	"github.com/voicepress/voicepress/tts"
)

// BenchmarkPhonemes renders an ordinary sentence of two clauses, as the piper backend does.
func BenchmarkPhonemes(b *testing.B) {
	p := start(b, PhonemizerOptions{})
	clauses := []string{"The minister said on Tuesday that the bridge would be closed for repairs,", "and that traffic would be led around the city centre."}
	b.ResetTimer()
	for b.Loop() {
		if _, err := p.Phonemes(b.Context(), "en-us", clauses); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStart starts a process for one word, as after a cancelled request.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		p := start(b, PhonemizerOptions{})
		if _, err := p.Phonemes(b.Context(), "en-us", []string{"hello"}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSpeak reports how many seconds of sound a second of computing makes, one process a sentence.
func BenchmarkSpeak(b *testing.B) {
	backend := openBackend(b, Options{}, "")
	r := tts.Request{Text: "The minister said on Tuesday that the bridge would be closed for repairs, and that traffic would be led around the city centre."}
	var sound time.Duration
	for b.Loop() {
		speech, err := backend.Speak(b.Context(), r)
		if err != nil {
			b.Fatal(err)
		}
		sound += speech.Clip.Duration()
	}
	b.ReportMetric(sound.Seconds()/b.Elapsed().Seconds(), "x-real-time")
}
