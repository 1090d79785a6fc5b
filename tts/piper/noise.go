package piper

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"

	"github.com/voicepress/voicepress/tts"
)

// noise gives the random numbers of one utterance: the same for the same text, voice, settings and seed, whatever was
// said before and whatever is said at the same time.
type noise struct{ key [sha256.Size]byte }

// newNoise hashes (SHA-256) everything that makes an utterance another one: every string with its length before it,
// every number as 8 bytes, little endian.
func newNoise(r tts.Request, voice string, s settings) noise {
	h := sha256.New()
	number := func(v uint64) {
		_ = binary.Write(h, binary.LittleEndian, v) // a hash takes everything
	}
	text := func(v string) {
		number(uint64(len(v)))
		_, _ = h.Write([]byte(v))
	}
	text("voicepress piper noise 1")
	text(r.Text)
	text(voice)
	for _, v := range []float64{s.noiseScale, s.lengthScale, s.noiseW} {
		number(math.Float64bits(v))
	}
	number(r.Seed)
	for _, p := range r.Phonemes {
		number(uint64(p.Start))
		number(uint64(p.End))
		text(p.IPA)
	}
	var n noise
	h.Sum(n.key[:0])
	return n
}

// normal fills dst with the first numbers of a stream of independent standard normal numbers: PCG-DXSM seeded with 16
// bytes of the key, through the ziggurat of math/rand/v2. There are two streams, 0 and 1.
func (n noise) normal(stream int, dst []float32) {
	key := n.key[16*stream:]
	r := rand.New(rand.NewPCG(binary.LittleEndian.Uint64(key), binary.LittleEndian.Uint64(key[8:])))
	for i := range dst {
		dst[i] = float32(r.NormFloat64())
	}
}
