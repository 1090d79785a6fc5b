package dl

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFunctionsAreBoundFromTheFirstFileThatLoads(t *testing.T) {
	maths := Library{Name: "maths", Linux: []string{"libnowhere.so.7", "libm.so.6"}, Darwin: []string{"libSystem.B.dylib"}, Windows: []string{"msvcrt.dll"}}
	var cosine, again func(float64) float64
	require.NoError(t, maths.Open("", map[string]any{"cos": []any{&cosine, &again}}))
	require.InDelta(t, 1, cosine(0), 0)
	require.InDelta(t, 1, again(0), 0)
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	library := Library{Name: "maths", Linux: []string{"libm.so.6"}, Remedy: "build it"}
	var f func()
	for _, c := range []struct{ path, problem string }{
		{"/nowhere/libx.so", "/nowhere/libx.so"},
		{"", "it has no function voicepress_has_none"},
	} {
		err := library.Open(c.path, map[string]any{"voicepress_has_none": &f})
		var missing *Error
		require.ErrorAs(t, err, &missing)
		require.ErrorContains(t, err, "load maths: ")
		require.ErrorContains(t, err, c.problem)
		require.Equal(t, "build it", missing.Hint())
	}
}
