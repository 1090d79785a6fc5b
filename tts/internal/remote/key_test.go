package remote_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
)

func TestKeyIsReadFromFileOrEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte("\n  from-file \r\n"), 0o600))
	t.Setenv("VOICEPRESS_TEST_KEY", " from-environment\n")
	for want, key := range map[string]remote.Key{
		"from-environment": {Env: "VOICEPRESS_TEST_KEY"},
		"from-file":        {Env: "VOICEPRESS_TEST_KEY", File: file},
	} {
		got, err := key.Read()
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestKeyThatIsNotThere(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	t.Setenv("VOICEPRESS_TEST_KEY", "")
	t.Setenv("VOICEPRESS_TEST_BROKEN", remotetest.Key+" and more")
	for name, key := range map[string]remote.Key{
		"nothing in the environment": {Env: "VOICEPRESS_TEST_KEY"},
		"words in the environment":   {Env: "VOICEPRESS_TEST_BROKEN"},
		"no such file":               {File: filepath.Join(folder, "none")},
		"a folder":                   {File: folder},
		"an empty file":              {File: file("empty", " \n")},
		"a large file":               {File: file("large", strings.Repeat("k", 9000))},
		"two lines":                  {File: file("two", remotetest.Key+"\n"+remotetest.Key)},
		"no ASCII":                   {File: file("umlaut", "schlüssel")},
		"not a regular file":         {File: "/dev/zero"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := key.Read()
			require.ErrorAs(t, err, new(*tts.NotAuthorised))
			require.NotContains(t, err.Error(), remotetest.Key)
			var hint interface{ Hint() string }
			require.ErrorAs(t, err, &hint)
			require.NotEmpty(t, hint.Hint())
		})
	}
}
