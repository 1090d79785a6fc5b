package c2pa_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
)

// BenchmarkSign signs files of two lengths: the difference is the hash, the rest what signing costs beside it.
func BenchmarkSign(b *testing.B) {
	for name, size := range map[string]int{"0MB": 0, "64MB": 64 << 20} {
		b.Run(name, func(b *testing.B) {
			s, _ := newKeys(b)
			m, bare := manifest(b), bytes.Repeat([]byte{0x55}, size)
			b.SetBytes(int64(size))
			for b.Loop() {
				_, err := s.Sign(b.Context(), m, func(store []byte) (c2pa.Layout, error) { return id3Layout(b, bare, store), nil })
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkValidate(b *testing.B) {
	s, root := newKeys(b)
	c := containers()[0]
	signed := sign(b, s, manifest(b), c, bytes.Repeat([]byte{0x55}, 64<<20))
	store, hole := c.find(b, signed)
	anchors := trust(b, root)
	b.SetBytes(int64(len(signed)))
	for b.Loop() {
		r := c2pa.Validate(signed[store.Start:store.Start+store.Length], section(signed), hole, anchors)
		require.Equal(b, c2pa.Trusted, r.State)
	}
}
