package article_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
)

var update = flag.Bool("update", false, "write the golden files")

// articles are the files of testdata/articles that hold one article each.
func articles(t testing.TB) []string {
	t.Helper()
	var list []string
	for _, pattern := range []string{"*.html", "*.md", "*.txt"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "articles", pattern))
		require.NoError(t, err)
		list = append(list, files...)
	}
	require.GreaterOrEqual(t, len(list), 7)
	return list
}

func TestArticlesAreReadAsTheirGoldenFilesSay(t *testing.T) {
	for _, file := range articles(t) {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			a, err := article.Read(data, article.Source{Name: name})
			require.NoError(t, err)
			requireCleanArticle(t, a)
			var b strings.Builder
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			require.NoError(t, enc.Encode(a))
			golden := strings.TrimSuffix(file, filepath.Ext(file)) + ".article.json"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err, "run the test with -update")
			require.Equal(t, string(want), b.String())
		})
	}
}

func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "articles", "harbour-crossing.html"))
	require.NoError(b, err)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := article.Read(data, article.Source{Name: "harbour-crossing.html"}); err != nil {
			b.Fatal(err)
		}
	}
}
