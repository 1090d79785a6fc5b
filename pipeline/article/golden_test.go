package article_test

import (
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

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

// BenchmarkPages reads each page of a folder of *.html.gz, named in VOICEPRESS_PAGES, and reports the median and the
// longest time a page.
func BenchmarkPages(b *testing.B) {
	files, err := filepath.Glob(filepath.Join(os.Getenv("VOICEPRESS_PAGES"), "*.html.gz"))
	require.NoError(b, err)
	if os.Getenv("VOICEPRESS_PAGES") == "" || len(files) == 0 {
		b.Skip("VOICEPRESS_PAGES names no folder of pages")
	}
	var pages [][]byte
	for _, name := range files {
		file, err := os.Open(name)
		require.NoError(b, err)
		unzip, err := gzip.NewReader(file)
		require.NoError(b, err)
		data, err := io.ReadAll(unzip)
		require.NoError(b, err)
		require.NoError(b, file.Close())
		pages = append(pages, data)
	}
	var times []time.Duration
	for b.Loop() {
		for i, data := range pages {
			began := time.Now()
			_, err := article.Read(data, article.Source{Name: files[i], As: article.HTML, HaveRights: true})
			times = append(times, time.Since(began))
			if err != nil {
				b.Logf("%s: %v", filepath.Base(files[i]), err)
			}
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(times[len(times)-1].Microseconds())/1000, "longest-ms")
}
