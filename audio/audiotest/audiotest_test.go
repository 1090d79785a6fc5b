package audiotest

import (
	"errors"
	"io"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestToneHasItsLevelAndPhase(t *testing.T) {
	tone := Tone(48000, time.Second, 1000, 0.5, 90)
	require.Len(t, tone, 48000)
	require.InDelta(t, 0.5, float64(tone[0]), 1e-6)
	require.InDelta(t, 0.5, Peak(tone), 1e-6)
	require.InDelta(t, 0.5/math.Sqrt2, RMS(tone), 1e-6)
}

func TestSeededSignalsRepeat(t *testing.T) {
	noise := Noise(100, 1, 7)
	require.Equal(t, noise, Noise(100, 1, 7))
	require.NotEqual(t, noise, Noise(100, 1, 8))
	bursts := Bursts(16000, 3*time.Second, 1)
	require.Equal(t, bursts, Bursts(16000, 3*time.Second, 1))
	require.Greater(t, Peak(bursts), 0.3)
	require.LessOrEqual(t, Peak(bursts), 1.0)
}

func TestFileWritesReadsAndSeeks(t *testing.T) {
	f := NewFile()
	_, err := io.WriteString(f, "hello world")
	require.NoError(t, err)
	_, err = f.Seek(6, io.SeekStart)
	require.NoError(t, err)
	_, err = io.WriteString(f, "there, you")
	require.NoError(t, err)
	_, err = f.Seek(2, io.SeekEnd)
	require.NoError(t, err)
	_, err = io.WriteString(f, "!")
	require.NoError(t, err)
	require.Equal(t, "hello there, you\x00\x00!", string(f.Bytes()))

	_, err = f.Seek(-5, io.SeekCurrent)
	require.NoError(t, err)
	rest, err := io.ReadAll(f)
	require.NoError(t, err)
	require.Equal(t, "ou\x00\x00!", string(rest))
	_, err = f.Seek(-1, io.SeekStart)
	require.Error(t, err)
	_, err = f.Seek(0, 9)
	require.Error(t, err)
}

func TestFailAfterTakesSoManyBytes(t *testing.T) {
	full := errors.New("disk full")
	f := FailAfter(5, full)
	n, err := f.Write([]byte("abc"))
	require.NoError(t, err)
	require.Equal(t, 3, n)
	n, err = f.Write([]byte("defg"))
	require.ErrorIs(t, err, full)
	require.Equal(t, 2, n)
	_, err = f.Write([]byte("h"))
	require.ErrorIs(t, err, full)
	require.Equal(t, "abcde", string(f.Bytes()))
}

func TestReadFailingBreaksOff(t *testing.T) {
	broken := errors.New("connection lost")
	f := NewFile()
	_, err := f.Write(make([]byte, 10))
	require.NoError(t, err)
	_, err = f.Seek(0, io.SeekStart)
	require.NoError(t, err)
	data, err := io.ReadAll(ReadFailing(f, 4, broken))
	require.ErrorIs(t, err, broken)
	require.Len(t, data, 4)
}

func TestEspeakSpeaks(t *testing.T) {
	for _, s := range Sentences() {
		clip := Speak(t, s[0], s[1])
		require.Equal(t, 22050, clip.Rate)
		require.Greater(t, clip.Duration(), 2*time.Second)
		require.Greater(t, RMS(clip.Samples), 0.01)
	}
}

func TestEncodeAndDecodeAreInverse(t *testing.T) {
	noise := Noise(50, 1, 3)
	require.Equal(t, noise, Decode(Encode(noise)))
}
