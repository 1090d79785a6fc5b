package pipeline_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/timing"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts/estimate"
	"github.com/voicepress/voicepress/tts/fake"
)

// published reads the articles that were written for the tests.
func published(t *testing.T) (all []*article.Article) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "testdata", "articles", "*"))
	require.NoError(t, err)
	for _, path := range paths {
		if strings.HasSuffix(path, ".article.json") {
			continue
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		a, err := article.Read(data, article.Source{Name: path})
		require.NoError(t, err)
		all = append(all, a)
	}
	require.NotEmpty(t, all)
	return all
}

func TestEveryLetterLeadsToItsMillisecondAndBackOrIsSkippedForAReason(t *testing.T) {
	s := settings()
	s.Formats = []pipeline.Format{pipeline.WAV}
	s.Rate, s.Mastering.SampleRate = 4, 16000 // few samples: it is the text that matters here
	for _, a := range published(t) {
		for name, o := range map[string]fake.Options{
			"word times":      {SampleRate: 16000, LeadingSilence: 40 * time.Millisecond, TrailingSilence: 30 * time.Millisecond},
			"estimated times": {SampleRate: 16000, NoMarks: true},
		} {
			t.Run(a.Title+", "+name, func(t *testing.T) {
				backend, err := fake.New(o)
				require.NoError(t, err)
				w, err := pipeline.New(t.Context(), estimate.Wrap(backend), s, discard)
				require.NoError(t, err)
				_, dir := convert(t, w, a)
				files := contents(t, dir)
				m, err := timing.ReadMap(bytes.NewReader(files["story.words.json"]))
				require.NoError(t, err)
				var account script.Account
				require.NoError(t, json.Unmarshal(files["story.account.json"], &account))
				for _, b := range append([]script.BlockAccount{account.Title}, account.Blocks...) {
					leadsBothWays(t, m, b)
				}
			})
		}
	}
}

func leadsBothWays(t *testing.T, m *timing.Map, b script.BlockAccount) {
	t.Helper()
	for at, r := range b.Text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		from, to, ok := m.When(b.Index, at, at+1)
		if !ok {
			i := slices.IndexFunc(b.Pieces, func(p script.AccountPiece) bool { return p.Start <= at && at < p.End })
			require.Equal(t, script.Omitted, b.Pieces[i].State, "byte %d of %q is never heard", at, b.Text)
			continue
		}
		for _, ms := range []int64{from, to - 1} {
			w, ok := m.WordAt(ms)
			require.True(t, ok)
			require.True(t, w.Block == b.Index && w.Start <= at && at < w.End, "byte %d of %q leads to %+v", at, b.Text, w)
			sentence, ok := m.SentenceAt(ms)
			require.True(t, ok)
			require.True(t, sentence.Block == b.Index && sentence.Start <= at && at < sentence.End)
		}
	}
}
