package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestATextThatIsTooLongToTryIsRefusedAndNotCut(t *testing.T) {
	text, err := textArgument(&streams{in: strings.NewReader(strings.Repeat("a", maxTry))}, []string{"-"})
	require.NoError(t, err)
	require.Len(t, text, maxTry)
	_, err = textArgument(&streams{in: strings.NewReader(strings.Repeat("a", maxTry+1))}, []string{"-"})
	require.ErrorContains(t, err, "longer than 1048576 bytes")
}
