package espeak

import "testing"

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
