package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMomentIsReadInSecondsMinutesAndHours(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "83.4": 83_400, "1:23.4": 83_400, "01:23": 83_000, "0:01:23.456": 83_456, "100:00": 6_000_000, "1:00:00": 3_600_000, ".5": 500,
	} {
		got, err := parseMoment(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", ":", "1:", ":1", "-1", "1:60", "1.5:00", "1:2:3:4", "1e3", "NaN", "Inf", "0x10", "1_0", "1..2", "٣", "9999999999"} {
		_, err := parseMoment(text)
		require.Error(t, err, text)
	}
}

func TestStampIsReadBack(t *testing.T) {
	for _, ms := range []int64{0, 1, 999, 60_000, 3_599_999, 3_600_000, 360_000_001} {
		got, err := parseMoment(stamp(ms))
		require.NoError(t, err)
		require.Equal(t, ms, got)
	}
}
