package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"

	"github.com/voicepress/voicepress/tts"
)

// schema is the first thing in every key. Another one makes everything that is kept unknown; it changes with the form of
// keys and entries and with what is done to sound before it is kept.
const schema = "voicepress speech 1"

// Key names a request by everything that decides its sound, as SHA-256.
type Key [sha256.Size]byte

// String is the key in hexadecimal.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

func parseKey(s string) (k Key, err error) {
	if n, err := hex.Decode(k[:], []byte(s)); err != nil || n != len(k) {
		return k, damaged("its name is no key")
	}
	return k, nil
}

// KeyOf is the key of a request to a backend of that description: of the backend its name, fingerprint, sample rate and
// timing, and the voice that it takes; of the request everything but its Article, and Before and After only where the
// backend listens to them. Each part has its length before it, so no two lists of parts are encoded alike.
func KeyOf(info tts.Info, r tts.Request) Key {
	e := make(encoding, 0, 1024)
	e.text(schema)
	e.text(info.Name)
	e.text(info.Fingerprint)
	e.number(uint64(info.SampleRate))
	e.number(uint64(info.Timing))
	// The voice as asked for and as taken: what stands for none depends on the backend, and for some on the language.
	voice := taken(info, r.Voice)
	e.text(r.Voice)
	e.text(voice.ID)
	e.text(r.Language)
	e.text(voice.Language)
	e.number(math.Float64bits(r.Speed()))
	e.number(r.Seed)
	e.text(r.Text)
	e.number(uint64(len(r.Phonemes)))
	for _, p := range r.Phonemes {
		e.number(uint64(p.Start))
		e.number(uint64(p.End))
		e.text(p.IPA)
	}
	if info.Context {
		e.text(r.Before)
		e.text(r.After)
	}
	return sha256.Sum256(e)
}

// taken is the voice that a request gets: the one of that ID, which a backend may know without listing it, or the default.
func taken(info tts.Info, id string) tts.Voice {
	i := slices.IndexFunc(info.Voices, func(v tts.Voice) bool { return v.ID == id || id == "" })
	if i < 0 {
		return tts.Voice{ID: id}
	}
	return info.Voices[i]
}

// encoding is the parts of a key, one after the other.
type encoding []byte

func (e *encoding) number(n uint64) { *e = binary.BigEndian.AppendUint64(*e, n) }

func (e *encoding) text(s string) {
	e.number(uint64(len(s)))
	*e = append(*e, s...)
}
