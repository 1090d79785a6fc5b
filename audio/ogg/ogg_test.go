package ogg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
)

const limit = 1 << 20

// write is a stream of packets, whose granule positions are 1, 2 and so on; a page ends behind each packet in flush.
func write(tb testing.TB, serial uint32, packets [][]byte, flush ...int) []byte {
	tb.Helper()
	var file bytes.Buffer
	w := NewWriter(&file, serial)
	for i, packet := range packets {
		require.NoError(tb, w.Packet(packet, int64(i+1)))
		if slices.Contains(flush, i) {
			require.NoError(tb, w.Flush())
		}
	}
	require.NoError(tb, w.Close())
	return file.Bytes()
}

// read is the packets of the stream in file that begins with magic.
func read(r io.Reader, magic string) ([][]byte, error) {
	s, first, err := Find(NewReader(r), magic, limit)
	if err != nil {
		return nil, err
	}
	all := [][]byte{bytes.Clone(first)}
	for {
		packets, _, err := s.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		for _, packet := range packets {
			all = append(all, bytes.Clone(packet))
		}
	}
}

// packets is one packet for each size, of bytes that do not repeat soon. The first is headed by magic.
func packets(magic string, sizes ...int) [][]byte {
	random := rand.NewChaCha8([32]byte{1})
	all := make([][]byte, len(sizes))
	for i, size := range sizes {
		all[i] = make([]byte, size)
		_, _ = random.Read(all[i]) // cannot fail
	}
	copy(all[0], magic)
	return all
}

func TestPacketsOfEverySizeComeBack(t *testing.T) {
	const page = maxSegments * fullSegment
	sizes := []int{8, 0, 1, 254, 255, 256, 509, 510, 511, page - 256, page - 255, page - 1, page, page + 1, 2 * page, 3*page + 7, 0, 255, 255, 1}
	want := packets("MagicNum", sizes...)
	for _, flush := range [][]int{{0}, {0, 1, 2}, {0, 8, 12, 13, 14, 15}} {
		file := write(t, 7, want, flush...)
		for _, r := range []io.Reader{bytes.NewReader(file), iotest.OneByteReader(bytes.NewReader(file))} {
			got, err := read(r, "Magic")
			require.NoError(t, err)
			require.Len(t, got, len(want))
			for i := range want {
				require.True(t, bytes.Equal(want[i], got[i]), "packet %d", i)
			}
		}
	}
}

func TestPagesAreThoseOfRFC3533(t *testing.T) {
	file := write(t, 0x01020304, packets("MagicNum", 8, 255*255+3, 2), 0)
	pages := NewReader(bytes.NewReader(file))
	for i, want := range []struct {
		continued, first, last bool
		granule                int64
		lacing                 []byte
	}{
		{false, true, false, 1, []byte{8}},
		{false, false, false, NoGranule, bytes.Repeat([]byte{255}, 255)},
		{true, false, true, 3, []byte{3, 2}},
	} {
		page, err := pages.Next()
		require.NoError(t, err)
		require.Equal(t, want.continued, page.Continued)
		require.Equal(t, want.first, page.First)
		require.Equal(t, want.last, page.Last)
		require.Equal(t, want.granule, page.Granule)
		require.Equal(t, want.lacing, page.Lacing)
		require.EqualValues(t, 0x01020304, page.Serial)
		require.EqualValues(t, i, page.Sequence)
	}
	require.ErrorIs(t, second(pages.Next()), io.EOF)
	require.EqualValues(t, len(file), pages.Offset())
	require.Equal(t, []byte("OggS\x00\x02\x01\x00\x00\x00\x00\x00\x00\x00\x04\x03\x02\x01\x00\x00\x00\x00"), file[:22])
}

// The polynomial and the order of bits, without tables: one bit at a time, as long division is written down.
func TestChecksumIsLongDivision(t *testing.T) {
	for n := range 1200 {
		data := audiotest.Encode(audiotest.Noise(300, 1, 1))[:n]
		var sum uint32
		for _, b := range data {
			for bit := 7; bit >= 0; bit-- {
				high := sum>>31 ^ uint32(b>>bit&1)
				sum = sum<<1 ^ 0x04C11DB7*high
			}
		}
		require.Equal(t, sum, checksum(data))
	}
}

func TestOtherStreamsArePassedOver(t *testing.T) {
	a, b := packets("MagicNum", 8, 100, 200), packets("OtherOne", 9, 300, 400)
	pages := func(file []byte) (list [][]byte) {
		r := NewReader(bytes.NewReader(file))
		for at := int64(0); ; at = r.Offset() {
			if _, err := r.Next(); err != nil {
				return list
			}
			list = append(list, file[at:r.Offset()])
		}
	}
	x, y := pages(write(t, 1, a, 0, 1)), pages(write(t, 2, b, 0, 1))
	for _, file := range [][]byte{
		slices.Concat(x[0], y[0], x[1], y[1], y[2], x[2]),
		slices.Concat(y[0], x[0], y[1], x[1], x[2], y[2]),
	} {
		got, err := read(bytes.NewReader(file), "Magic")
		require.NoError(t, err)
		require.Equal(t, a, got)
	}
}

func TestReaderRefusesHostileFiles(t *testing.T) {
	good := packets("MagicNum", 8, 100, 70_000, 200)
	file := write(t, 1, good, 0, 1)
	first := 28 + 8
	other := write(t, 2, packets("OtherOne", 9, 3), 0)
	for why, file := range map[string][]byte{
		"no stream begins with Magic":                        nil,
		"byte 0: a page should begin here":                   bytes.Repeat([]byte{0}, 100),
		"byte 0: a page of version 1":                        alter(file, 4, 1),
		"byte 0: unknown flags 0x82":                         alter(file, 5, 0x82),
		"byte 0: a page does not match its checksum":         alter(file, 30, 1),
		"byte 0: it ends inside a page":                      file[:20],
		"byte 36: it ends inside a page":                     file[:first+28+99],
		"byte 36: it ends before its last page":              file[:first],
		"a further stream begins":                            slices.Concat(file, other),
		"the stream goes on after its last page":             slices.Concat(file, sealed(alter(file[first:first+28+100], 18, 4))),
		"byte 36: page 2 comes where page 1 should":          slices.Concat(file[:first], file[first+28+100:]),
		"byte 36: two streams have one serial number":        slices.Concat(file[:first], file[:first]),
		"byte 36: a page is of a stream that never began":    slices.Concat(file[:first], other[37:]),
		"byte 0: the first packet is not alone on its page":  write(t, 1, good),
		"byte 0: no stream begins with Magic":                sealed(alter(file[:first], 5, 0)),
		"byte 36: a packet is cut off between two pages":     slices.Concat(file[:first], sealed(alter(file[first:first+28+100], 5, 1))),
		"byte 36: the granule position does not fit":         slices.Concat(file[:first], sealed(alter(file[first:first+28+100], 6, 255, 255, 255, 255, 255, 255, 255, 255))),
		fmt.Sprintf("a packet of more than %d bytes", limit): write(t, 1, packets("MagicNum", 8, limit+1), 0),
		fmt.Sprintf("a packet of more than %d byte", limit):  write(t, 1, packets("MagicNum", 8, 3*limit), 0),
	} {
		_, err := read(bytes.NewReader(file), "Magic")
		var damage *SyntaxError
		require.ErrorAs(t, err, &damage, why)
		require.ErrorContains(t, err, why)
	}
	broken := errors.New("connection reset")
	for n := range file {
		if n%331 == 0 {
			_, err := read(audiotest.ReadFailing(bytes.NewReader(file), int64(n), broken), "Magic")
			require.ErrorIs(t, err, broken)
		}
	}
	var many []byte
	for i := range uint32(maxStreams + 1) {
		many = append(many, write(t, i, packets("OtherOne", 9))...)
	}
	require.ErrorContains(t, second(read(bytes.NewReader(many), "Magic")), "more than 64 streams")
}

func alter(file []byte, at int, b ...byte) []byte {
	file = bytes.Clone(file)
	copy(file[at:], b)
	return file
}

// sealed is one page with its checksum made right.
func sealed(page []byte) []byte {
	clear(page[22:26])
	binary.LittleEndian.PutUint32(page[22:], checksum(page))
	return page
}

func second[T any](_ T, err error) error { return err }

func TestDamageIsNeverSilent(t *testing.T) {
	file := write(t, 1, packets("MagicNum", 8, 100, 70_000, 200, 3000), 0, 1)
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		damaged := bytes.Clone(file)
		damaged[random.IntN(len(file))] ^= 1 << random.IntN(8)
		require.Error(t, second(read(bytes.NewReader(damaged), "Magic")))
		require.Error(t, second(read(bytes.NewReader(file[:random.IntN(len(file))]), "Magic")))
	}
}

func TestWriterReportsAFullDiskAndStopsAfterClose(t *testing.T) {
	full := errors.New("disk full")
	w := NewWriter(audiotest.FailAfter(10, full), 1)
	require.NoError(t, w.Packet([]byte("x"), 1))
	require.ErrorIs(t, w.Flush(), full)
	require.ErrorIs(t, w.Packet([]byte("x"), 1), full)
	require.ErrorIs(t, w.Close(), full)
	w = NewWriter(io.Discard, 1)
	require.ErrorContains(t, w.Packet(nil, -1), "granule position -1")
	require.NoError(t, w.Packet(nil, 0))
	require.NoError(t, w.Close())
	require.ErrorContains(t, w.Packet(nil, 0), "the stream has ended")
	require.ErrorContains(t, w.Close(), "the stream has ended")
	_, err := (&Page{Lacing: []byte{3}}).Append(nil)
	require.ErrorContains(t, err, "1 segments of 3 bytes for a body of 0")
}

func FuzzReader(f *testing.F) {
	f.Add(write(f, 1, packets("MagicNum", 8, 100, 300, 20), 0, 1))
	f.Add(slices.Concat(write(f, 1, packets("OtherOne", 8)), write(f, 2, packets("MagicNum", 8, 255), 0)))
	f.Fuzz(func(t *testing.T, file []byte) {
		seal(file)
		got, err := read(bytes.NewReader(file), "Magic")
		if err != nil {
			var damage *SyntaxError
			require.ErrorAs(t, err, &damage)
			return
		}
		total := 0
		for _, packet := range got {
			total += len(packet)
		}
		require.LessOrEqual(t, total, len(file))
	})
}

// seal makes the checksum right of everything that could be a page: no fuzzer finds one by chance.
func seal(file []byte) {
	for {
		at := bytes.Index(file, []byte("OggS"))
		if at < 0 || at+headerSize > len(file) {
			return
		}
		file = file[at:]
		size := headerSize + int(file[26])
		for _, n := range file[headerSize:min(size, len(file))] {
			size += int(n)
		}
		if size <= len(file) {
			sealed(file[:size])
		}
		file = file[4:]
	}
}
