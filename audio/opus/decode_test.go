package opus

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/ogg"
)

// drain reads all channels of a decoder to the end, and closes it.
func drain(d *Decoder) ([]float32, error) {
	defer d.Close()
	var all []float32
	for block := make([]float32, 1001); ; {
		n, err := d.Interleaved(block)
		all = append(all, block[:n]...)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

func decode(l *Library, file []byte) ([]float32, error) {
	d, err := l.NewDecoder(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	return drain(d)
}

// theirs is samples encoded by a program of others.
func theirs(tb testing.TB, channels int, samples []float32, program string, options ...string) []byte {
	tb.Helper()
	out := filepath.Join(tb.TempDir(), "y.opus")
	in := audiotest.Save(tb, "x.f32", audiotest.Encode(samples))
	if program == "ffmpeg" {
		args := []string{"-v", "error", "-f", "f32le", "-ar", "48000", "-ac", strconv.Itoa(channels), "-i", in, "-c:a", "libopus"}
		audiotest.Foreign(tb, "ffmpeg", slices.Concat(args, options, []string{out})...)
	} else {
		wav := filepath.Join(tb.TempDir(), "x.wav")
		audiotest.Foreign(tb, "ffmpeg", "-v", "error", "-f", "f32le", "-ar", "48000", "-ac", strconv.Itoa(channels), "-i", in, "-c:a", "pcm_f32le", wav)
		audiotest.Foreign(tb, "opusenc", slices.Concat([]string{"--quiet"}, options, []string{wav, out})...)
	}
	file, err := os.ReadFile(out)
	require.NoError(tb, err)
	return file
}

func TestDecodersAgree(t *testing.T) {
	l := libopus(t)
	for _, channels := range []int{1, 2} {
		in := sound(channels, 2*time.Second)[:70_001*channels]
		for name, file := range map[string][]byte{
			"ours":                encode(t, l, channels, 32*channels, in),
			"opusenc":             theirs(t, channels, in, "opusenc"),
			"opusenc, 60 ms":      theirs(t, channels, in, "opusenc", "--framesize", "60", "--bitrate", "12"),
			"opusenc, 2.5 ms":     theirs(t, channels, in, "opusenc", "--framesize", "2.5", "--max-delay", "100"),
			"opusenc, a picture":  theirs(t, channels, in, "opusenc", "--picture", audiotest.Save(t, "x.png", audiotest.PNG(300_000))),
			"FFmpeg, voip, 10 ms": theirs(t, channels, in, "ffmpeg", "-application", "voip", "-frame_duration", "10"),
			"FFmpeg, 120 ms":      theirs(t, channels, in, "ffmpeg", "-frame_duration", "120", "-b:a", "24k"),
		} {
			got, err := decode(l, file)
			require.NoError(t, err, name)
			require.Len(t, got, len(in), name)
			require.Greater(t, audiotest.SNR(t, opusdec(t, file), got), 80.0, name)
		}
	}
}

func TestLengthsComeBackToTheSample(t *testing.T) {
	l := libopus(t)
	for _, n := range []int{1, 311, 312, 647, 648, 649, 960, 47_687, 47_688, 47_689, 95_000} {
		in := sound(2, 2*time.Second)[:2*n]
		file := encode(t, l, 2, 64, in)
		for _, r := range []io.Reader{bytes.NewReader(file), iotest.OneByteReader(bytes.NewReader(file))} {
			clip, err := decodeWhole(l, r, n)
			require.NoError(t, err)
			require.Equal(t, Rate, clip.Rate)
			require.Len(t, clip.Samples, n)
		}
		both, err := decode(l, file)
		require.NoError(t, err)
		clip, err := decodeWhole(l, bytes.NewReader(file), n)
		require.NoError(t, err)
		for i, x := range clip.Samples {
			require.InDelta(t, (both[2*i]+both[2*i+1])/2, x, 1e-6)
		}
	}
}

func TestGainIsApplied(t *testing.T) {
	l := libopus(t)
	file := encode(t, l, 1, 32, sound(1, time.Second))
	plain, err := decode(l, file)
	require.NoError(t, err)
	half := changed(t, file, 0, func(p *ogg.Page) { binary.LittleEndian.PutUint16(p.Body[16:], uint16(0x10000-6*256)) })
	quiet, err := decode(l, half)
	require.NoError(t, err)
	for i := range plain {
		require.InDelta(t, float64(plain[i])*math.Pow(10, -6.0/20), quiet[i], 1e-6)
	}
}

// changed is file with its n-th page changed, and its checksum made right.
func changed(tb testing.TB, file []byte, n int, change func(*ogg.Page)) []byte {
	tb.Helper()
	pages := ogg.NewReader(bytes.NewReader(file))
	var out []byte
	for i := 0; ; i++ {
		page, err := pages.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(tb, err)
		if i == n {
			change(page)
		}
		out, err = page.Append(out)
		require.NoError(tb, err)
	}
}

func TestStreamsCutOutOfOthersAreRead(t *testing.T) {
	l := libopus(t)
	file := encode(t, l, 1, 32, sound(1, 2500*time.Millisecond))
	whole, err := decode(l, file)
	require.NoError(t, err)
	const later = 1_000_000_007
	for page := 2; page < 5; page++ {
		file = changed(t, file, page, func(p *ogg.Page) { p.Granule += later })
	}
	got, err := decode(l, file)
	require.NoError(t, err)
	require.Equal(t, whole, got)
}

func TestDecoderRefusesHostileFiles(t *testing.T) {
	l := libopus(t)
	file := encode(t, l, 1, 32, sound(1, 2500*time.Millisecond))
	change := func(n int, f func(*ogg.Page)) []byte { return changed(t, file, n, f) }
	six := func(p *ogg.Page) { p.Body[9], p.Body[18] = 6, 1 }
	for why, file := range map[string][]byte{
		"no stream begins with OpusHead":                nil,
		"byte 0: a page should begin here":              []byte("RIFF\x00\x00\x00\x00WAVE is something else entirely"),
		"byte 0: it has 6 channels with mapping family": change(0, six),
		"byte 47: it has no comment header":             change(1, func(p *ogg.Page) { p.Body[0] = 'o' }),
		"a packet is empty":                             change(2, func(p *ogg.Page) { p.Lacing = append(p.Lacing, 0) }),
		"sample 96000 where its packets end at 96001":   change(2, func(p *ogg.Page) { p.Granule++ }),
		"sample 47999 where its packets end at 48000":   change(2, func(p *ogg.Page) { p.Granule-- }),
		"ends at sample 96001 where":                    change(3, func(p *ogg.Page) { p.Granule++ }),
		"ends at sample 1 where its packets":            change(4, func(p *ogg.Page) { p.Granule = 1 }),
		"it ends before its last page":                  change(4, func(p *ogg.Page) { p.Last, p.Granule = false, 120_960 }),
		"there is no sound in it":                       changed(t, encode(t, l, 1, 32, []float32{1}), 2, func(p *ogg.Page) { p.Granule = 312 }),
		"page 2 comes where page 1 should":              slices.Concat(file[:47], file[len(file)-len(page(t, file, 2)):]),
		"more than 120 ms":                              change(2, func(p *ogg.Page) { p.Body[0], p.Body[1] = 3|31<<3, 63 }),
		"it is joined from several files":               slices.Concat(file, file),
	} {
		_, err := decode(l, file)
		var damage *SyntaxError
		var pages *ogg.SyntaxError
		require.True(t, errors.As(err, &damage) || errors.As(err, &pages), "%s: %v", why, err)
		if why != "page 2 comes where page 1 should" {
			require.ErrorContains(t, err, why)
		}
	}
	broken := errors.New("connection reset")
	for n := 0; n < len(file); n += 333 {
		_, err := decodeWhole(l, audiotest.ReadFailing(bytes.NewReader(file), int64(n), broken), 1e6)
		require.ErrorIs(t, err, broken)
	}
	_, err := decodeWhole(l, bytes.NewReader(file), 1000)
	var long *audio.TooLongError
	require.ErrorAs(t, err, &long)
}

// page is the bytes of the n-th page.
func page(tb testing.TB, file []byte, n int) []byte {
	tb.Helper()
	pages := ogg.NewReader(bytes.NewReader(file))
	for {
		at := pages.Offset()
		require.NoError(tb, second(pages.Next()))
		if n--; n < 0 {
			return file[at:pages.Offset()]
		}
	}
}

func TestDamageIsNeverSilent(t *testing.T) {
	l := libopus(t)
	file := encode(t, l, 2, 48, sound(2, 1500*time.Millisecond))
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		damaged := bytes.Clone(file)
		for range 1 + random.IntN(4) {
			damaged[random.IntN(len(file))] ^= byte(1 + random.IntN(255))
		}
		require.Error(t, second(decode(l, damaged)))
		require.Error(t, second(decode(l, file[:random.IntN(len(file))])))
	}
}

// Where the checksums are right, as those of a hostile file may be, libopus gets whatever there is. (On the first page of
// sound, a shorter packet looks like a stream that was cut out of another.)
func TestDamagedPacketsNeverPanicOrLoseSamples(t *testing.T) {
	l := libopus(t)
	in := sound(2, 1100*time.Millisecond)
	file := encode(t, l, 2, 48, in)
	random := rand.New(rand.NewPCG(3, 4))
	failed := 0
	for range 300 {
		got, err := decode(l, changed(t, file, 3, func(p *ogg.Page) {
			for range 1 + random.IntN(20) {
				p.Body[random.IntN(len(p.Body))] = byte(random.Uint32())
			}
		}))
		if err != nil {
			failed++
			continue
		}
		require.Equal(t, len(in), len(got)) //nolint:testifylint // Len would print them
	}
	t.Logf("%d of 300 are refused", failed)
	require.NotZero(t, failed)
}

func TestPacketsTellTheirLength(t *testing.T) {
	for _, c := range []struct {
		packet string
		want   int
	}{
		{"\x00", 480},
		{"\x08", 960},
		{"\x10", 1920},
		{"\x18", 2880},
		{"\x60", 480},
		{"\x68", 960},
		{"\x80", 120},
		{"\x88", 240},
		{"\x90", 480},
		{"\x98", 960},
		{"\xfb\x03", 2880},
		{"\x83\x30", 5760},
		{"\x09", 1920},
		{"\x0a", 1920},
		{"\x19", 5760},
	} {
		got, err := packetSamples([]byte(c.packet))
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%x", c.packet)
	}
	for _, packet := range []string{"", "\x03", "\x03\x00", "\x83\x31", "\x1b\x03"} {
		require.Error(t, second(packetSamples([]byte(packet))))
	}
}

func FuzzDecoder(f *testing.F) {
	l := libopus(f)
	for _, channels := range []int{1, 2} {
		file := encode(f, l, channels, 32, sound(channels, 50*time.Millisecond))
		var body []byte
		for i := range 3 {
			body = append(body, page(f, file, i)...)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		// The fuzzer finds no checksum by chance; what can be a page gets the right one.
		pages := []byte{}
		for rest := file; len(rest) >= 28; {
			n := int(rest[26])
			if len(rest) < 27+n {
				break
			}
			p := ogg.Page{
				Continued: rest[5]&1 != 0, First: rest[5]&2 != 0, Last: rest[5]&4 != 0, Granule: int64(binary.LittleEndian.Uint64(rest[6:])),
				Serial: binary.LittleEndian.Uint32(rest[14:]), Sequence: binary.LittleEndian.Uint32(rest[18:]), Lacing: rest[27 : 27+n],
			}
			size := 0
			for _, s := range p.Lacing {
				size += int(s)
			}
			if rest = rest[27+n:]; len(rest) < size {
				break
			}
			p.Body, rest = rest[:size], rest[size:]
			var err error
			pages, err = p.Append(pages)
			require.NoError(t, err)
		}
		for _, file := range [][]byte{file, pages} {
			got, err := decode(l, file)
			var damage *SyntaxError
			var broken *ogg.SyntaxError
			require.True(t, err == nil || errors.As(err, &damage) || errors.As(err, &broken), "%v", err)
			// A byte may be a packet of 60 ms, and another is its size.
			require.LessOrEqual(t, len(got), len(file)*maxFrames)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	l := libopus(b)
	file := encode(b, l, 1, 32, sound(1, 20*time.Second))
	for b.Loop() {
		_, err := decode(l, file)
		require.NoError(b, err)
	}
	b.ReportMetric(20*float64(b.N)/b.Elapsed().Seconds(), "x")
}

// decodeWhole reads a whole file.
func decodeWhole(l *Library, r io.Reader, maxSamples int) (audio.Clip, error) {
	d, err := l.NewDecoder(r)
	if err != nil {
		return audio.Clip{}, err
	}
	defer d.Close()
	return audio.ReadAll(d, d.Rate, maxSamples)
}
