package segment

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each file of testdata is named after a language. A line is a paragraph: ‖ stands where a sentence ends, ⏎ for a line
// break; lines with # are comments.
func TestSentencesOfTheTextsOfEachLanguage(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		lang := strings.TrimSuffix(filepath.Base(file), ".txt")
		for i, line := range strings.Split(string(data), "\n") {
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			t.Run(lang+"/"+strconv.Itoa(i+1), func(t *testing.T) {
				marked := strings.ReplaceAll(line, "⏎", "\n")
				text := strings.ReplaceAll(marked, "‖", "")
				require.Equal(t, marked, mark(text, lang))
			})
		}
	}
}

// mark writes ‖ behind each sentence of a text but the last.
func mark(text, lang string) string {
	var b strings.Builder
	last := 0
	for _, end := range Sentences(text, lang) {
		if strings.TrimSpace(text[end:]) != "" {
			b.WriteString(text[last:end])
			b.WriteString("‖")
			last = end
		}
	}
	b.WriteString(text[last:])
	return b.String()
}
