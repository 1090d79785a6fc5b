package disclosure_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
)

// changes are what others do to a file with ffmpeg: the extension of the result, empty for that of the file, and the
// options.
func changes() []struct{ name, ext, options string } {
	return []struct{ name, ext, options string }{
		{"copied into a new container", "", "-c copy"},
		{"cut without encoding", "", "-ss 2 -t 6 -c copy"},
		{"encoded to MP3", ".mp3", "-b:a 64k -c:v copy"},
		{"encoded to M4A", ".m4a", "-b:a 64k -c:v copy"},
		{"encoded to Opus", ".opus", "-b:a 32k"},
	}
}

// TestWhatSurvivesOtherPrograms records what is left of a signed file with a cover after ffmpeg has had it. The table is
// part of the documentation.
func TestWhatSurvivesOtherPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs ffmpeg 25 times")
	}
	s, _ := newSigner(t, "")
	d := withCover(t, sample(), jpegOf(t, picture(300, 300)))
	var table strings.Builder
	table.WriteString("| file | what is done to it | sentence for people | `AI_DISCLOSURE` | source type | chapters | cover | signed manifest | `verify` finds it disclosed |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, from := range []string{".mp3", ".m4a", ".opus", ".flac", ".wav"} {
		whole, _ := signedFile(t, bare(t, from), d, s)
		original := write(t, "original"+from, whole)
		for i, change := range changes() {
			out := filepath.Join(t.TempDir(), fmt.Sprintf("%d%s", i, change.ext))
			if change.ext == "" {
				out += from
			}
			run(t, "ffmpeg", append(append([]string{"-v", "error", "-i", original}, strings.Fields(change.options)...), out)...)
			fmt.Fprintf(&table, "| %s | %s | %s |\n", strings.ToUpper(from[1:]), change.name, strings.Join(left(t, out), " | "))
		}
	}
	want := strings.ReplaceAll(table.String(), "OPUS", "Opus")
	golden(t, "survival.golden.md", want)
	docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "disclosure.md"))
	require.NoError(t, err)
	require.Contains(t, string(docs), want, "copy testdata/survival.golden.md into docs/disclosure.md")
}

// left says for each column of the table whether it is in the file.
func left(t *testing.T, path string) []string {
	t.Helper()
	probe := run(t, ffprobe, "-v", "error", "-of", "flat", "-show_format", "-show_streams", "-show_chapters", path)
	data := readAll(t, path)
	r, err := disclosure.Verifier{}.Verify(t.Context(), path)
	require.NoError(t, err)
	var all []string
	for _, there := range []bool{
		strings.Contains(probe, sentence),
		strings.Contains(strings.ToUpper(probe), `TAGS.AI_DISCLOSURE="`+strings.ToUpper(sentence)),
		strings.Contains(probe, source) || bytes.Contains(data, []byte(source)),
		strings.Contains(probe, `.tags.title="Hinweis: KI-Stimme"`) && strings.Contains(probe, "chapters.chapter.1."),
		strings.Contains(probe, "disposition.attached_pic=1"),
		bytes.Contains(data, []byte("urn:c2pa:")),
		r.Disclosed,
	} {
		all = append(all, map[bool]string{true: "yes", false: "–"}[there])
	}
	return all
}
