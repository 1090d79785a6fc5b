package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/tts"
)

var update = flag.Bool("update", false, "write the golden files anew")

// spoken is speech with something in every field.
func spoken() *tts.Speech {
	return &tts.Speech{
		Clip: audio.Clip{Rate: 16000, Samples: audiotest.Noise(1000, 0.5, 1)},
		Marks: []tts.Mark{
			{Kind: tts.TimingWord, Start: 0, End: 3, From: 10, To: 500, Estimated: true},
			{Kind: tts.TimingPhoneme, Start: 4, End: 9, From: 500, To: 1000},
		},
		Bill:     tts.Bill{Requests: 2, Characters: 42, USD: 0.1 + 0.2},
		Warnings: []string{"a \"word\" <&> \u2028 was not said", "bad \xff\xfe bytes"},
		Saved:    tts.Bill{Requests: 1, Characters: 7, USD: 1e-9},
		Cached:   true,
		Takes:    3,
		Faults:   []string{"too fast"},
		By:       &tts.Speaker{Info: info(), Voice: info().Voices[1]},
	}
}

func TestEntryGivesBackWhatWentIn(t *testing.T) {
	want := settled(spoken())
	data, err := encode(Key{1}, "piper", "joe", want)
	require.NoError(t, err)
	h, sound, err := parse(data, Key{1})
	require.NoError(t, err)
	got, err := h.speech(sound, 9)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, []string{h.Backend, h.Voice}, []string{"piper", "joe"})
}

// Entries of this form are on the disks of users. If the golden file has to change, so has schema.
func TestEntriesOfEarlierVersionsAreRead(t *testing.T) {
	path := filepath.Join("testdata", "entry.speech")
	want := settled(spoken())
	if *update {
		data, err := encode(Key{1}, "piper", "joe", want)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, data, 0o644))
	}
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	h, sound, err := parse(data, Key{1})
	require.NoError(t, err)
	got, err := h.speech(sound, 9)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestSoundOf16BitsIsKeptIn16AndUnchanged(t *testing.T) {
	fine := audiotest.Noise(4000, 1, 1)
	coarse := make([]float32, len(fine))
	for i, x := range fine {
		coarse[i] = float32(math.Round(float64(x)*(1<<15))) / (1 << 15)
	}
	coarse[0], coarse[1] = -1, 32767.0/32768
	for i, x := range coarse {
		coarse[i] = min(x, 32767.0/32768)
	}
	require.Equal(t, coarse, round(coarse))
	require.Equal(t, 16, bitsOf(coarse))
	require.Equal(t, 24, bitsOf(round(fine)))
	size := func(samples []float32) int {
		data, err := encode(Key{}, "", "", &tts.Speech{Clip: audio.Clip{Samples: samples, Rate: 16000}})
		require.NoError(t, err)
		h, sound, err := parse(data, Key{})
		require.NoError(t, err)
		got, err := h.speech(sound, -1)
		require.NoError(t, err)
		require.Equal(t, samples, got.Clip.Samples)
		return len(data)
	}
	require.InDelta(t, 4000, size(round(fine))-size(coarse), 100, "a byte a sample")
}

func TestRoundingIsOnceAndForAll(t *testing.T) {
	in := append(audiotest.Noise(10000, 1.2, 3), 0, 1, -1, 2, -2, 1e-9, -1e-9, 1.5/(1<<23), 2.5/(1<<23), math.SmallestNonzeroFloat32)
	once := round(in)
	require.Equal(t, once, round(once))
	for i, x := range in {
		if x > -1 && x < 1-1.0/(1<<23) {
			require.InDelta(t, x, once[i], 0.5/(1<<23))
		}
		require.LessOrEqual(t, math.Abs(float64(once[i])), 1.0)
	}
	strange := round([]float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))})
	require.True(t, math.IsNaN(float64(strange[0])) && math.IsInf(float64(strange[1]), 1) && math.IsInf(float64(strange[2]), -1))
}

func TestEveryFlippedByteAndEveryCutIsFound(t *testing.T) {
	s := settled(spoken())
	s.Clip.Samples = s.Clip.Samples[:64]
	s.Marks = nil
	data, err := encode(Key{1}, "piper", "joe", s)
	require.NoError(t, err)
	for i := range data {
		for _, flip := range []byte{0x01, 0x80, 0xFF} {
			data[i] ^= flip
			_, _, err := parse(data, Key{1})
			require.ErrorIs(t, err, errDamaged, "byte %d", i)
			data[i] ^= flip
		}
		_, _, err := parse(data[:i], Key{1})
		require.ErrorIs(t, err, errDamaged, "%d bytes", i)
	}
	_, _, err = parse(append(data, 0), Key{1})
	require.ErrorIs(t, err, errDamaged, "a byte too many")
	_, _, err = parse(data, Key{2})
	require.ErrorIs(t, err, errDamaged, "under the name of another")
}

// sealed is an entry with the right checksum around anything.
func sealed(header string, sound []byte) []byte {
	data := append(make([]byte, headerAt), header...)
	copy(data, magic)
	binary.BigEndian.PutUint32(data[lengthAt:], uint32(len(header)))
	data = append(data, sound...)
	sum := sha256.Sum256(data[lengthAt:])
	copy(data[sumAt:], sum[:])
	return data
}

func TestEntriesThatSomebodyMadeUpAreRefused(t *testing.T) {
	good, err := encode(Key{}, "", "", settled(spoken()))
	require.NoError(t, err)
	_, sound, err := parse(good, Key{})
	require.NoError(t, err)
	key := Key{}.String()
	for name, header := range map[string]string{
		"no header":              ``,
		"no JSON":                `hello`,
		"more than JSON":         `{"Key":"` + key + `"} {}`,
		"no samples":             `{"Key":"` + key + `","Samples":0,"Speech":{"Clip":{"Rate":16000}}}`,
		"fewer than none":        `{"Key":"` + key + `","Samples":-1,"Speech":{"Clip":{"Rate":16000}}}`,
		"far too many":           `{"Key":"` + key + `","Samples":99999999999,"Speech":{"Clip":{"Rate":16000}}}`,
		"too few":                `{"Key":"` + key + `","Samples":999,"Speech":{"Clip":{"Rate":16000}}}`,
		"too many":               `{"Key":"` + key + `","Samples":1001,"Speech":{"Clip":{"Rate":16000}}}`,
		"another rate":           `{"Key":"` + key + `","Samples":1000,"Speech":{"Clip":{"Rate":8000}}}`,
		"no rate":                `{"Key":"` + key + `","Samples":1000}`,
		"samples in the header":  `{"Key":"` + key + `","Samples":1000,"Speech":{"Clip":{"Rate":16000,"Samples":[1]}}}`,
		"a mark before the text": `{"Key":"` + key + `","Samples":1000,"Speech":{"Clip":{"Rate":16000},"Marks":[{"Start":-1}]}}`,
		"a mark after the text":  `{"Key":"` + key + `","Samples":1000,"Speech":{"Clip":{"Rate":16000},"Marks":[{"End":10}]}}`,
		"a mark after the sound": `{"Key":"` + key + `","Samples":1000,"Speech":{"Clip":{"Rate":16000},"Marks":[{"To":1001}]}}`,
		"a mark backwards":       `{"Key":"` + key + `","Samples":1000,"Speech":{"Clip":{"Rate":16000},"Marks":[{"From":9,"To":8}]}}`,
	} {
		h, sound, err := parse(sealed(header, sound), Key{})
		if err == nil {
			_, err = h.speech(sound, 9)
		}
		require.ErrorIs(t, err, errDamaged, name)
	}
	data := sealed("{}", sound)
	binary.BigEndian.PutUint32(data[lengthAt:], math.MaxUint32)
	_, err = func() (*header, error) { h, _, err := takeApart(data); return h, err }()
	require.ErrorIs(t, err, errDamaged, "a header that is longer than the file")
}

func TestWhatIsNoSpeechIsNotKept(t *testing.T) {
	require.True(t, worthKeeping(spoken(), 9))
	for name, spoil := range map[string]func(*tts.Speech){
		"no sound":             func(s *tts.Speech) { s.Clip.Samples = nil },
		"silence":              func(s *tts.Speech) { clear(s.Clip.Samples) },
		"not a number":         func(s *tts.Speech) { s.Clip.Samples[9] = float32(math.NaN()) },
		"infinite":             func(s *tts.Speech) { s.Clip.Samples[9] = float32(math.Inf(-1)) },
		"too long":             func(s *tts.Speech) { s.Clip.Samples = append(make([]float32, maxSamples), 1) },
		"no rate":              func(s *tts.Speech) { s.Clip.Rate = 0 },
		"a take for now":       func(s *tts.Speech) { s.Provisional = true },
		"a mark after the end": func(s *tts.Speech) { s.Marks[1].To++ },
	} {
		s := spoken()
		spoil(s)
		require.False(t, worthKeeping(s, 9), name)
	}
}

// FuzzEntry reads what somebody made up, past the checksum: there is no panic, and what is taken keeps to its own limits.
func FuzzEntry(f *testing.F) {
	good, err := encode(Key{1}, "piper", "joe", settled(spoken()))
	require.NoError(f, err)
	h, sound, err := takeApart(good)
	require.NoError(f, err)
	_ = h
	f.Add(good[headerAt:len(good)-len(sound)], sound)
	f.Add([]byte(`{"Samples":5,"Speech":{"Clip":{"Rate":16000}}}`), []byte("fLaC"))
	f.Fuzz(func(t *testing.T, text, sound []byte) {
		began := time.Now()
		h, rest, err := takeApart(sealed(string(text), sound))
		if err != nil {
			require.ErrorIs(t, err, errDamaged)
			return
		}
		s, err := h.speech(rest, 20)
		if err != nil {
			require.ErrorIs(t, err, errDamaged)
			return
		}
		require.Less(t, time.Since(began), 20*time.Second)
		require.Len(t, s.Clip.Samples, h.Samples)
		for _, m := range s.Marks {
			require.True(t, 0 <= m.From && m.From <= m.To && m.To <= h.Samples && 0 <= m.Start && m.Start <= m.End && m.End <= 20)
		}
	})
}
