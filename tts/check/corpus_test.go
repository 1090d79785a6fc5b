package check

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/all"
)

// sample is a sentence and what a voice made of it.
type sample struct {
	Text  string
	Rate  int
	Marks []tts.Mark
	Voice string

	path string
}

// speech reads the sound.
func (s *sample) speech(t testing.TB) *tts.Speech {
	raw, err := os.ReadFile(s.path)
	require.NoError(t, err)
	samples := make([]float32, len(raw)/2)
	for i := range samples {
		samples[i] = float32(int16(binary.LittleEndian.Uint16(raw[2*i:]))) / math.MaxInt16
	}
	return &tts.Speech{Clip: audio.Clip{Samples: samples, Rate: s.Rate}, Marks: s.Marks}
}

// corpus is what an engine says for the sentences of a file, a JSON string a line. What was spoken before is found in the
// folder dir, so that looking at it again takes no voice.
func corpus(t testing.TB, dir, engine, voice, sentences string, most int) ([]*sample, tts.Info) {
	file, err := os.Open(sentences)
	require.NoError(t, err)
	defer file.Close()
	dir = filepath.Join(dir, engine)
	require.NoError(t, os.MkdirAll(dir, 0o755))
	backend := open(t, engine, voice)
	defer func() { require.NoError(t, backend.Close()) }()
	var list []*sample
	lines := bufio.NewScanner(file)
	for lines.Scan() && (most == 0 || len(list) < most) {
		var text string
		require.NoError(t, json.Unmarshal(lines.Bytes(), &text))
		base := filepath.Join(dir, fmt.Sprintf("%05d", len(list)))
		s := &sample{Text: text, path: base + ".pcm"}
		if note, err := os.ReadFile(base + ".json"); err == nil {
			require.NoError(t, json.Unmarshal(note, s))
			require.Equal(t, text, s.Text, "%s holds other sentences", dir)
			list = append(list, s)
			continue
		}
		speech, err := backend.Speak(t.Context(), tts.Request{Text: text})
		require.NoError(t, err, "%q", text)
		s.Rate, s.Marks, s.Voice = speech.Clip.Rate, speech.Marks, backend.Info().Voices[0].ID
		raw := make([]byte, 0, 2*len(speech.Clip.Samples))
		for _, x := range speech.Clip.Samples {
			raw = binary.LittleEndian.AppendUint16(raw, uint16(int16(math.RoundToEven(float64(x)*math.MaxInt16))))
		}
		require.NoError(t, os.WriteFile(s.path, raw, 0o644))
		note, err := json.Marshal(s)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(base+".json", note, 0o644))
		list = append(list, s)
	}
	require.NoError(t, lines.Err())
	return list, backend.Info()
}

func open(t testing.TB, engine, voice string) tts.Backend {
	registry := all.Registry()
	factory, ok := registry.Find(engine)
	require.True(t, ok, engine)
	home, err := os.UserHomeDir()
	require.NoError(t, err)
	b, err := factory.Open(t.Context(), factory.Options(), tts.Env{
		Data: filepath.Join(home, ".local", "share", "voicepress"), Voice: voice, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	return b
}
