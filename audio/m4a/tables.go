package m4a

import (
	"encoding/binary"

	"github.com/voicepress/voicepress/audio/bmff"
)

// A table is a box of entries of a fixed size, behind a version, flags and a count.
const tableHead = 8

// entries are the entries of a table of the given size each, counted as the table says.
func entries(n *bmff.Node, size int) ([]byte, error) {
	if n == nil {
		return nil, damaged("a table is missing")
	}
	if len(n.Data) < tableHead {
		return nil, damaged("table %q is too short", n.Type)
	}
	count := int64(binary.BigEndian.Uint32(n.Data[4:]))
	if count*int64(size) > int64(len(n.Data)-tableHead) {
		return nil, damaged("table %q claims %d entries in %d bytes", n.Type, count, len(n.Data))
	}
	return n.Data[tableHead : tableHead+count*int64(size)], nil
}

// chunkOffsets are where the chunks of a track begin in the file.
func chunkOffsets(stbl *bmff.Node) (*bmff.Node, []int64, error) {
	if n := stbl.Find("stco"); n != nil {
		b, err := entries(n, 4)
		offsets := make([]int64, 0, len(b)/4)
		for ; len(b) > 0; b = b[4:] {
			offsets = append(offsets, int64(binary.BigEndian.Uint32(b)))
		}
		return n, offsets, err
	}
	n := stbl.Find("co64")
	b, err := entries(n, 8)
	offsets := make([]int64, 0, len(b)/8)
	for ; len(b) > 0; b = b[8:] {
		at := binary.BigEndian.Uint64(b)
		if at > 1<<62 {
			return nil, nil, damaged("a chunk at %d", at)
		}
		offsets = append(offsets, int64(at))
	}
	return n, offsets, err
}

// sampleSizes gives the size of sample i of a track, and how many there are.
func sampleSizes(stbl *bmff.Node) (count int64, size func(i int64) int64, err error) {
	n := stbl.Find("stsz")
	if n == nil {
		if stbl.Find("stz2") != nil {
			return 0, nil, &UnsupportedError{"it has a compact table of sizes"}
		}
		return 0, nil, damaged("a table is missing")
	}
	if len(n.Data) < 12 {
		return 0, nil, damaged("table %q is too short", n.Type)
	}
	same, count := int64(binary.BigEndian.Uint32(n.Data[4:])), int64(binary.BigEndian.Uint32(n.Data[8:]))
	if same != 0 {
		return count, func(int64) int64 { return same }, nil
	}
	table := n.Data[12:]
	if count*4 > int64(len(table)) {
		return 0, nil, damaged("table %q claims %d entries in %d bytes", n.Type, count, len(n.Data))
	}
	return count, func(i int64) int64 { return int64(binary.BigEndian.Uint32(table[4*i:])) }, nil
}

// stretch is a piece of a file: bytes from, up to and not with, to.
type stretch struct{ from, to int64 }

// chunks are the stretches of the file that the chunks of a track are, in the order of the track. Its tables must agree
// with each other on how many samples there are. It takes as long as the tables are.
func chunks(stbl *bmff.Node) ([]stretch, error) {
	_, offsets, err := chunkOffsets(stbl)
	if err != nil {
		return nil, err
	}
	runs, err := entries(stbl.Find("stsc"), 12)
	if err != nil {
		return nil, err
	}
	count, size, err := sampleSizes(stbl)
	if err != nil {
		return nil, err
	}
	if err := checkTimes(stbl, count); err != nil {
		return nil, err
	}
	constant := int64(0)
	if n := stbl.Find("stsz"); binary.BigEndian.Uint32(n.Data[4:]) != 0 {
		constant = size(0)
	}
	list := make([]stretch, 0, len(offsets))
	sample, each, next := int64(0), int64(0), int64(1)
	for i, at := range offsets {
		if int64(i)+1 == next {
			if len(runs) == 0 {
				return nil, damaged("table \"stsc\" has no entry for chunk %d", i+1)
			}
			if first := int64(binary.BigEndian.Uint32(runs)); first != next {
				return nil, damaged("table \"stsc\" is out of order")
			}
			each = int64(binary.BigEndian.Uint32(runs[4:]))
			runs = runs[12:]
			next = 0 // no further run
			if len(runs) > 0 {
				if next = int64(binary.BigEndian.Uint32(runs)); next <= int64(i)+1 {
					return nil, damaged("table \"stsc\" is out of order")
				}
			}
		}
		if each == 0 || sample+each > count {
			return nil, damaged("chunk %d holds samples %d to %d of %d", i+1, sample, sample+each, count)
		}
		end := at + each*constant
		if constant == 0 {
			for j := range each {
				end += size(sample + j)
			}
		}
		sample += each
		list = append(list, stretch{at, end})
	}
	if sample != count {
		return nil, damaged("%d of %d samples are in chunks", sample, count)
	}
	return list, nil
}

// checkTimes holds the table of times against the number of samples.
func checkTimes(stbl *bmff.Node, count int64) error {
	times, err := entries(stbl.Find("stts"), 8)
	if err != nil {
		return err
	}
	timed := int64(0)
	for ; len(times) > 0; times = times[8:] {
		timed += int64(binary.BigEndian.Uint32(times))
	}
	if timed != count {
		return damaged("%d of %d samples have a time", timed, count)
	}
	return nil
}
