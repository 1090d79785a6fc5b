package kokoro

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/assets"
	"github.com/voicepress/voicepress/tts/espeak"
	"github.com/voicepress/voicepress/tts/internal/pronounce"
	"github.com/voicepress/voicepress/tts/internal/words"
	"github.com/voicepress/voicepress/tts/onnx"
	"github.com/voicepress/voicepress/tts/ttstest"
)

// dataFolder is where the program installs voices. Tests that need the real network are skipped without it; `make test`
// installs it.
func dataFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("VOICEPRESS_DATA")
	if folder == "" {
		var err error
		folder, err = assets.DefaultDir()
		require.NoError(t, err)
	}
	if _, err := os.Stat(filepath.Join(Folder(folder), modelFile)); err != nil {
		t.Skip("kokoro is not installed: run `voicepress install kokoro`")
	}
	return folder
}

func openTest(t testing.TB) *Backend {
	t.Helper()
	b, err := New(t.Context(), Options{}, tts.Env{Data: dataFolder(t), Concurrency: 2, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	dataFolder(t)
	if testing.Short() {
		t.Skip("it computes for minutes")
	}
	ttstest.Run(t, func(t *testing.T) tts.Backend {
		t.Helper()
		b, err := New(t.Context(), Options{}, tts.Env{Data: dataFolder(t), Concurrency: 2, Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		return b
	})
}

func TestEveryWordHasItsMark(t *testing.T) {
	b := openTest(t)
	require.Equal(t, tts.TimingWord, b.Info().Timing)
	require.True(t, b.Info().Deterministic)
	for _, text := range []string{"The end of the war was a relief.", "Yes.", "7"} {
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

// The tokens are those that the network was trained with for these words, by its vocabulary.
func TestTokensAreThoseTheNetworkWasTrainedWith(t *testing.T) {
	folder := Folder(dataFolder(t))
	v, err := openVocabulary(&onnx.Model{}, folder)
	require.NoError(t, err)
	p, err := espeak.Start(t.Context(), espeak.PhonemizerOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, p.Close()) }()
	b := &Backend{vocabulary: v}
	for _, tc := range []struct {
		dialect dialect
		text    string
		symbols string
		ids     []int64
	}{
		{american, "Hello, world.", "həlˈO, wˈɜɹld. ", []int64{50, 83, 54, 156, 31, 3, 16, 65, 156, 87, 123, 54, 46, 4, 16}},
		{british, "Hello, world.", "həlˈQ, wˈɜːld. ", []int64{50, 83, 54, 156, 33, 3, 16, 65, 156, 87, 158, 54, 46, 4, 16}},
		{american, "Judge — why? \"Water!\"", "ʤˈʌʤ; wˈI? wˈɔTəɹ! ", []int64{82, 156, 138, 82, 1, 16, 65, 156, 25, 6, 16, 65, 156, 76, 36, 83, 123, 5, 16}},
	} {
		clauses, _, err := pronounce.New(p, tc.dialect.espeak).Clauses(t.Context(), tts.Request{Text: tc.text}, words.Of(tc.text))
		require.NoError(t, err)
		unknown := map[rune]int{}
		var symbols strings.Builder
		var ids []int64
		for _, piece := range b.pieces(clauses, tc.dialect, unknown) {
			for _, token := range piece.tokens {
				symbols.WriteRune(token.Rune)
				ids = append(ids, token.id)
			}
		}
		require.Empty(t, unknown)
		require.Equal(t, tc.symbols, symbols.String())
		require.Equal(t, tc.ids, ids)
	}
	check, err := Check(folder, "")
	require.NoError(t, err)
	require.Empty(t, check("ˈsɪrʃə"))
	require.Equal(t, []rune{'日'}, check("a日"))
}

func TestALexiconReplacesTheSoundOfAWord(t *testing.T) {
	b := openTest(t)
	d := american
	text := "Ms Nguyen left."
	clauses, warnings, err := b.speakers[d.espeak].Clauses(t.Context(),
		tts.Request{Text: text, Phonemes: []tts.Phonemes{{Start: 3, End: 9, IPA: "ˈnoʊtʃi"}}}, words.Of(text))
	require.NoError(t, err)
	require.Empty(t, warnings)
	var said strings.Builder
	for _, p := range b.pieces(clauses, d, map[rune]int{}) {
		for _, token := range p.tokens {
			said.WriteRune(token.Rune)
		}
	}
	require.Contains(t, said.String(), " nˈOʧi lˈɛft. ")
}

func TestTheSoundDependsOnTheRequestAlone(t *testing.T) {
	b := openTest(t)
	texts := []string{"Nobody was hurt.", "7", "Until then, buses will run."}
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
				i = (i + w) % len(texts) // another order for each
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
	speech, err := b.Speak(t.Context(), tts.Request{Text: texts[0], Seed: 1})
	require.NoError(t, err)
	require.NotEqual(t, alone[0], speech.Clip.Samples, "another seed gives another sound")
}

func TestWhatIsMissingOrBrokenIsNamed(t *testing.T) {
	data := dataFolder(t)
	read := func(name string) []byte {
		content, err := os.ReadFile(filepath.Join(Folder(data), name))
		require.NoError(t, err)
		return content
	}
	vocab, voice, model := read(vocabularyFile), read("af_heart.bin"), toy(t).Encode()
	damaged := slices.Clone(voice)
	copy(damaged[4000:], []byte{0, 0, 0xc0, 0x7f}) // not a number
	broken := toy(t)
	node(broken, "Sin").Op = "NoSuchOperator"
	for name, c := range map[string]struct {
		model, vocab, style []byte
		voice               string
		options             Options
		remedy, want        string
	}{
		"nothing":       {nil, nil, nil, "", Options{}, remedy, "no English voice"},
		"another voice": {model, vocab, voice, "am_adam", Options{}, "`" + remedy + "` installs all there are; another --backend has other voices", "am_adam"},
		"no model":      {nil, vocab, voice, "", Options{}, remedy, "model.onnx"},
		"short model":   {model[:len(model)/2], vocab, voice, "", Options{}, remedy, "read onnx model"},
		"broken model":  {broken.Encode(), vocab, voice, "", Options{}, remedy, "NoSuchOperator"},
		"short voice":   {model, vocab, voice[:100], "", Options{}, remedy, "100 bytes"},
		"bad voice":     {model, vocab, damaged, "", Options{}, remedy, "af_heart is damaged: number 1000"},
		"no library":    {model, vocab, voice, "", Options{Runtime: "/nowhere/lib.so"}, "voicepress install onnxruntime", "lib.so"},
		"no espeak-ng":  {model, vocab, voice, "", Options{Espeak: "/nowhere/espeak-ng"}, "", "espeak-ng"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for file, content := range map[string][]byte{modelFile: c.model, vocabularyFile: c.vocab, "af_heart.bin": c.style} {
				if content != nil {
					require.NoError(t, os.WriteFile(filepath.Join(folder, file), content, 0o600))
				}
			}
			c.options.Folder = folder
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
			if c.remedy != "" {
				var hint interface{ Hint() string }
				require.ErrorAs(t, err, &hint)
				require.Equal(t, c.remedy, hint.Hint())
			}
		})
	}
}
