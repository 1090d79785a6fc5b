package piper

import (
	"context"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/pronounce"
	"github.com/voicepress/voicepress/tts/internal/words"
)

func TestTheSoundDependsOnTheRequestAlone(t *testing.T) {
	b := openTest(t)
	texts := append([]string{"Stop."}, benchSentences...)
	alone := make([][]float32, len(texts))
	for i, text := range texts {
		speech, err := b.Speak(t.Context(), tts.Request{Text: text})
		require.NoError(t, err)
		alone[i] = speech.Clip.Samples
	}
	var group errgroup.Group
	for w := range 2 {
		group.Go(func() error {
			for i := range texts {
				i = (i*5 + w*3) % len(texts) // another order for each
				speech, err := b.Speak(context.Background(), tts.Request{Text: texts[i]})
				if err != nil {
					return err
				}
				require.Equal(t, alone[i], speech.Clip.Samples, texts[i])
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())

	speech, err := b.Speak(t.Context(), tts.Request{Text: texts[1], Seed: 1})
	require.NoError(t, err)
	require.NotEqual(t, alone[1], speech.Clip.Samples, "another seed gives another sound")
}

func TestEveryWordHasItsMark(t *testing.T) {
	b := openTest(t)
	require.Equal(t, tts.TimingWord, b.Info().Timing)
	for _, text := range append(benchSentences[:6:6], "The end of the war was a relief to all of them.", "The BBC and NASA said it's well-known.", "Stop.", "Well-known, a b c!") {
		speech, err := b.Speak(t.Context(), tts.Request{Text: text})
		require.NoError(t, err)
		require.Empty(t, speech.Warnings)
		spans := words.Of(text)
		require.Len(t, speech.Marks, len(spans))
		end := 0
		for i, m := range speech.Marks {
			require.Equal(t, []int{spans[i].Start, spans[i].End}, []int{m.Start, m.End})
			require.False(t, m.Estimated)
			require.GreaterOrEqual(t, m.From, end)
			require.Greater(t, m.To, m.From, "%q in %q", text[m.Start:m.End], text)
			end = m.To
		}
		require.LessOrEqual(t, end, len(speech.Clip.Samples))
	}
}

// rms is the root mean square of samples in dB full scale.
func rms(samples []float32) float64 {
	sum := 0.0
	for _, v := range samples {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(sum/float64(len(samples))+1e-12)
}

func TestNothingIsHeardAfterTheLastWord(t *testing.T) {
	b := openTest(t)
	for _, text := range benchSentences {
		speech, err := b.Speak(t.Context(), tts.Request{Text: text})
		require.NoError(t, err)
		clip := speech.Clip
		last := speech.Marks[len(speech.Marks)-1].To
		require.InDelta(t, last+int(pronounce.KeepAfter*float64(clip.Rate)), len(clip.Samples), 1)
		require.LessOrEqual(t, speech.Marks[0].From, int(pronounce.KeepBefore*float64(clip.Rate))+1)
		require.InDelta(t, 0, clip.Samples[len(clip.Samples)-1], 1e-3)
		require.Less(t, rms(clip.Samples[len(clip.Samples)-clip.Rate/100:]), rms(clip.Samples)-15, text)
	}
}

func TestWhatIsMissingOrBrokenIsNamed(t *testing.T) {
	data := dataFolder(t)
	config, err := os.ReadFile(filepath.Join(Folder(data), testVoice+".onnx.json"))
	require.NoError(t, err)
	model := voiceFile(t)
	noisy := append([]byte(nil), model...)
	for i := 1000; i < len(noisy); i += 997 {
		noisy[i] ^= 0x5a
	}
	for name, c := range map[string]struct {
		model, config []byte
		voice         string
		options       Options
		remedy, want  string
	}{
		"no voice":          {nil, nil, "", Options{}, "voicepress install en_US-joe-medium", "no voice under"},
		"another voice":     {model, config, "de_DE-x", Options{}, "`voicepress voices` lists what can be installed", "de_DE-x"},
		"no such speaker":   {model, config, "v#7", Options{}, "", "v#7"},
		"empty model":       {[]byte{}, config, "", Options{}, "voicepress install v", "no graph"},
		"short model":       {model[:len(model)/2], config, "", Options{}, "voicepress install v", "read onnx model"},
		"noisy model":       {noisy, config, "", Options{}, "voicepress install v", "piper voice v"},
		"a picture":         {[]byte("\x89PNG\r\n\x1a\n0000"), config, "", Options{}, "voicepress install v", "read onnx model"},
		"short config":      {model, config[:100], "", Options{}, "voicepress install v", "not JSON"},
		"speakers disagree": {model, []byte(strings.Replace(string(config), `"num_speakers": 1`, `"num_speakers": 2`, 1)), "", Options{}, "voicepress install v", "speakers"},
		"no library":        {model, config, "", Options{Runtime: "/nowhere/lib.so"}, "voicepress install onnxruntime", "lib.so"},
		"no espeak-ng":      {model, config, "", Options{Espeak: "/nowhere/espeak-ng"}, "", "espeak-ng"},
		"loud":              {model, config, "", Options{NoiseScale: 9}, "", "noise_scale is 9"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if c.model != nil {
				require.NoError(t, os.WriteFile(filepath.Join(folder, "v.onnx"), c.model, 0o600))
				require.NoError(t, os.WriteFile(filepath.Join(folder, "v.onnx.json"), c.config, 0o600))
			}
			c.options.Voices = folder
			b, err := New(t.Context(), c.options, tts.Env{Data: data, Voice: c.voice, Log: slog.New(slog.DiscardHandler)})
			if err == nil { // what is wrong is found when the network is loaded
				err = b.Load(t.Context())
				_, speaking := b.Speak(t.Context(), tts.Request{Text: "Hello"})
				require.Equal(t, err, speaking)
				require.NoError(t, b.Close())
			} else {
				require.Nil(t, b)
			}
			require.ErrorContains(t, err, c.want)
			require.Less(t, len(err.Error()), 600)
			var hint interface{ Hint() string }
			if c.remedy != "" {
				require.ErrorAs(t, err, &hint)
				require.Equal(t, c.remedy, hint.Hint())
			}
		})
	}
	_, err = New(t.Context(), Options{}, tts.Env{Data: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	require.ErrorContains(t, err, "no voice under")
	require.NotErrorIs(t, err, fs.ErrNotExist)
}

func TestAVoiceThatCannotBeEditedSpeaksAllTheSame(t *testing.T) {
	folder := t.TempDir()
	config, err := os.ReadFile(filepath.Join(Folder(dataFolder(t)), testVoice+".onnx.json"))
	require.NoError(t, err)
	toy := toyVoice(t)
	node(toy, "Ceil").Op = "Round"
	loud(toy, "mean", 0.1)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "toy.onnx"), toy.Encode(), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "toy.onnx.json"), config, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "toy.meta.yaml"), []byte("licence: CC0-1.0\nsource: here\n"), 0o600))
	b, err := New(t.Context(), Options{Voices: folder}, tts.Env{Data: dataFolder(t), Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer func() { require.NoError(t, b.Close()) }()
	info := b.Info()
	require.False(t, info.Deterministic)
	require.Equal(t, tts.TimingNone, info.Timing)
	require.Equal(t, runtime.NumCPU(), info.Concurrency)
	require.Equal(t, []tts.Voice{{ID: "toy", Language: "en-US", Licence: "CC0-1.0", Source: "here"}}, info.Voices)
	speech, err := b.Speak(t.Context(), tts.Request{Text: "Hello", Language: "de-DE"})
	require.NoError(t, err)
	require.NotEmpty(t, speech.Clip.Samples)
	require.Empty(t, speech.Marks)
	require.Equal(t, []string{"the voice toy speaks en-US, and the text is in de-DE"}, speech.Warnings)
}

func TestTheNoiseIsTheSameForever(t *testing.T) {
	n := newNoise(tts.Request{Text: "text", Seed: 7}, "voice", settings{0.667, 1, 0.8})
	normal := func(stream, count int) []float32 {
		out := make([]float32, count)
		n.normal(stream, out)
		return out
	}
	require.Equal(t, normal(1, 10), normal(1, 1000)[:10])
	require.NotEqual(t, normal(0, 10), normal(1, 10))
	require.NotEqual(t, n, newNoise(tts.Request{Text: "text", Seed: 8}, "voice", settings{0.667, 1, 0.8}))
	require.NotEqual(t, n, newNoise(tts.Request{Text: "text", Seed: 7}, "voice", settings{0.667, 2, 0.8}))
	require.Equal(t, []float32{-0.4000603, 0.469975, -0.060512874, 0.10406332}, normal(0, 4), "a new value needs a new patch revision")

	sum, squares := 0.0, 0.0
	for _, v := range normal(0, 100000) {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	require.InDelta(t, 0, sum/1e5, 0.02)
	require.InDelta(t, 1, squares/1e5, 0.03)
}
