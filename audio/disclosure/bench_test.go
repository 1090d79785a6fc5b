package disclosure_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/disclosure"
)

func BenchmarkSidecar(b *testing.B) {
	d := sample()
	for b.Loop() {
		if _, err := d.Sidecar(outputs(), time.Time{}).Encode(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWrite writes what is to be said into an MP3 file of an hour at 64 kb/s.
func BenchmarkWrite(b *testing.B) {
	signer, _ := newSigner(b, "")
	data := bytes.Repeat(frames(), 28_800_000/len(frames()))
	d := sample()
	for name, s := range map[string]*c2pa.Signer{"unsigned": nil, "signed": signer} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := disclosure.Write(b.Context(), io.Discard, section(data), &d, s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkVerify verifies an MP3 file of an hour at 64 kb/s.
func BenchmarkVerify(b *testing.B) {
	d := sample()
	data := append(tagOf(b, d), bytes.Repeat(frames(), 28_800_000/len(frames()))...)
	path := filepath.Join(b.TempDir(), "story.mp3")
	s := d.Sidecar([]disclosure.Output{{
		File: "story.mp3", MIME: "audio/mpeg", Bytes: int64(len(data)), SHA256: strings.Repeat("0", 64), SampleRate: 44_100, Channels: 1,
	}}, time.Time{})
	sidecar, err := s.Encode()
	if err != nil {
		b.Fatal(err)
	}
	for name, content := range map[string][]byte{path: data, disclosure.SidecarName(path): sidecar} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := (disclosure.Verifier{}).Verify(b.Context(), path); err != nil {
			b.Fatal(err)
		}
	}
}
