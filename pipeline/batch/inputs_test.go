package batch_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/batch"
)

// archive is the working folder of a test, with articles and other things in it.
func archive(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{
		"archive/b.html", "archive/a.md", "archive/2024/c.TXT", "archive/2024/d.markdown", "archive/e.htm",
		"archive/b.player.html", "archive/data.csv", "archive/.draft.md", "archive/.git/f.md", "one[1].md", "one1.md", "empty/data.csv", "archive/g.txt/h.txt",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, nil, 0o644))
	}
}

func TestInputsAreFoundInOrderAndOnce(t *testing.T) {
	archive(t)
	all := []string{"archive/2024/c.TXT", "archive/2024/d.markdown", "archive/a.md", "archive/b.html", "archive/e.htm", "archive/g.txt/h.txt"}
	for _, c := range []struct {
		args, want []string
	}{
		{[]string{"archive"}, all},
		{[]string{"./archive/"}, all},
		{[]string{"archive/e.htm", "archive"}, append([]string{"archive/e.htm"}, append(all[:4:4], all[5])...)},
		{[]string{"archive/data.csv"}, []string{"archive/data.csv"}}, // named, so meant
		{[]string{"archive/.draft.md"}, []string{"archive/.draft.md"}},
		{[]string{"archive/*.md"}, []string{"archive/a.md"}},
		{[]string{"archive/*"}, []string{"archive/a.md", "archive/b.html", "archive/data.csv", "archive/e.htm"}},
		{[]string{"one[1].md"}, []string{"one[1].md"}}, // a file before a pattern
		{[]string{"one1.md", "./one1.md", "archive/../one1.md"}, []string{"one1.md"}},
		{[]string{"https://example.org/a", "https://example.org/a", "HTTP://example.org/a"}, []string{"https://example.org/a", "HTTP://example.org/a"}},
		{[]string{"empty"}, nil},
		{nil, nil},
	} {
		got, err := batch.Inputs(c.args)
		require.NoError(t, err, "%v", c.args)
		for i := range got {
			got[i] = filepath.ToSlash(got[i])
		}
		require.Equal(t, c.want, got, "%v", c.args)
	}
}

func TestInputThatIsNotThereIsNamed(t *testing.T) {
	archive(t)
	for _, arg := range []string{"nowhere.html", "nowhere/*.md", "[", "https:/example.org", "ftp://example.org/a"} {
		_, err := batch.Inputs([]string{"archive", arg})
		require.ErrorContains(t, err, arg)
	}
}

func TestListsHoldOneInputALine(t *testing.T) {
	got, err := batch.ReadList(strings.NewReader("# of the day\n\n  archive/a.md \r\nhttps://example.org/a#b\n   # not this\nb c.md"))
	require.NoError(t, err)
	require.Equal(t, []string{"archive/a.md", "https://example.org/a#b", "b c.md"}, got)

	_, err = batch.ReadList(strings.NewReader(strings.Repeat("a", 1<<20)))
	require.ErrorContains(t, err, "read the list")
	broken := errors.New("the pipe broke")
	_, err = batch.ReadList(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
}

func FuzzReadList(f *testing.F) {
	f.Add("a.md\n# b\n\nhttps://example.org/a\r\n")
	f.Add("\x00\xff \t#")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := batch.ReadList(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, input := range list {
			require.NotEmpty(t, input)
			require.NotContains(t, input, "\n")
			require.False(t, strings.HasPrefix(input, "#"))
		}
		again, err := batch.ReadList(strings.NewReader(strings.Join(list, "\n")))
		require.NoError(t, err)
		require.Equal(t, list, again)
	})
}
