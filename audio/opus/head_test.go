package opus

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHeaderComesBack(t *testing.T) {
	for _, want := range []head{
		{channels: 1, preSkip: 312, rate: 48000},
		{channels: 2, preSkip: 65535, rate: 44100, gain: -256},
		{channels: 2, gain: 32767},
	} {
		got, err := parseHead(want.packet())
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	require.Equal(t, []byte("OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\xff\x00"), head{2, 312, 48000, -256}.packet())
	require.Equal(t, []byte("OpusTags\x02\x00\x00\x00ab\x00\x00\x00\x00"), tags("ab"))
}

func TestHeadersThatCannotBeReadAreRefusedWithTheReason(t *testing.T) {
	good := string(head{channels: 2, preSkip: 312}.packet())
	for why, header := range map[string]string{
		"too short":                                              good[:18],
		"version 16, which is not known":                         good[:8] + "\x10" + good[9:],
		"0 channels, where mapping family 0":                     good[:9] + "\x00" + good[10:],
		"3 channels, where mapping family 0":                     good[:9] + "\x03" + good[10:],
		"6 channels with mapping family 1; only mono and stereo": good[:9] + "\x06" + good[10:18] + "\x01",
	} {
		_, err := parseHead([]byte(header))
		require.ErrorContains(t, err, why)
	}
	_, err := parseHead([]byte(good[:8] + "\x0f" + good[9:])) // RFC 7845: versions below 16 are read like this one
	require.NoError(t, err)
}
