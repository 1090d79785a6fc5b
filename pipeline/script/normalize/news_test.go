package normalize

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestNewsIsReadAsAnEditorExpects holds the readings of testdata/news.txt: sections by kind of text, each sentence followed
// by an indented line with its spoken form. Whoever updates it reads the difference.
func TestNewsIsReadAsAnEditorExpects(t *testing.T) {
	const file = "testdata/news.txt"
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	n := New("en")
	var out strings.Builder
	written, cases := "", 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		spoken, ok := strings.CutPrefix(line, "    ")
		switch {
		case !ok:
			out.WriteString(line + "\n")
			written = line
			continue
		case *update:
		default:
			require.Equal(t, spoken, n.Normalize(written).Spoken, written)
		}
		cases++
		r := n.Normalize(written)
		checkResult(t, written, r)
		checkSpoken(t, n, written, r)
		out.WriteString("    " + r.Spoken + "\n")
	}
	require.Greater(t, cases, 600)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
	}
}
