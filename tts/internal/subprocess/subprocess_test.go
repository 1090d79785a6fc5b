package subprocess

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTailKeepsTheEnd(t *testing.T) {
	var tail Tail
	require.Empty(t, tail.String())
	for range 1000 {
		n, err := tail.Write([]byte("some noise\n"))
		require.NoError(t, err)
		require.Equal(t, 11, n)
	}
	_, _ = tail.Write([]byte("\x1b[31mthe\treason\xff\n"))
	require.True(t, strings.HasSuffix(tail.String(), "some noise [31mthe reason?"), tail.String())
	require.LessOrEqual(t, len(tail.data), tailSize)
	_, _ = tail.Write([]byte(strings.Repeat("x", 10000) + "end"))
	require.True(t, strings.HasSuffix(tail.String(), "xend"))
	require.Len(t, tail.data, tailSize)
}

func TestEnvironmentHoldsNoCredentials(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("LC_ALL", "de_DE.UTF-8")
	env := strings.Join(Environment(), "\n")
	require.NotContains(t, env, "secret")
	require.NotContains(t, env, "de_DE")
	require.Contains(t, env, "PATH=")
}
