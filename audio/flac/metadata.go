package flac

import (
	"errors"
	"fmt"
	"io"
)

// Kinds of metadata blocks (RFC 9639, 8.1).
const (
	BlockStreamInfo    = 0
	BlockPadding       = 1
	BlockApplication   = 2
	BlockSeekTable     = 3
	BlockVorbisComment = 4
	BlockCueSheet      = 5
	BlockPicture       = 6
)

// MaxBlock is the most bytes that a metadata block can have.
const MaxBlock = 1<<24 - 1

// maxBlocks is the most metadata blocks that are read. Real files have fewer than ten.
const maxBlocks = 1000

const (
	marker           = "fLaC"
	blockHeader      = 4  // bytes before a metadata block
	streamInfoLength = 34 // bytes
)

// ErrNotFLAC is returned where no FLAC stream begins.
var ErrNotFLAC = errors.New("this is not a FLAC file")

// BlockInfo says where a metadata block lies.
type BlockInfo struct {
	Kind   byte  // BlockStreamInfo and so on; others are to be kept as they are
	Offset int64 // of its content, from the start of the file, bytes
	Size   int64 // of its content, without header, bytes
}

// Blocks lists the metadata blocks of the stream that begins at offset at, and says where its frames begin. Nothing of
// their content is read.
func Blocks(src io.ReaderAt, at int64) (list []BlockInfo, frames int64, err error) {
	h := make([]byte, blockHeader)
	if err := readFull(src, at, h); err != nil || string(h) != marker {
		return nil, 0, ErrNotFLAC
	}
	at += int64(len(marker))
	for {
		if err := readFull(src, at, h); err != nil {
			return nil, 0, fmt.Errorf("FLAC file is damaged at byte %d: %w", at, err)
		}
		b := BlockInfo{Kind: h[0] & 0x7F, Offset: at + blockHeader, Size: int64(h[1])<<16 | int64(h[2])<<8 | int64(h[3])}
		first := len(list) == 0
		switch {
		case b.Kind == 0x7F:
			return nil, 0, fmt.Errorf("FLAC file is damaged at byte %d: a metadata block of a kind that is not allowed", at)
		case first != (b.Kind == BlockStreamInfo) || first && b.Size != streamInfoLength:
			return nil, 0, fmt.Errorf("FLAC file is damaged at byte %d: the first block, and no other, describes the stream", at)
		case len(list) == maxBlocks:
			return nil, 0, fmt.Errorf("FLAC file is damaged at byte %d: more than %d metadata blocks", at, maxBlocks)
		}
		list = append(list, b)
		at = b.Offset + b.Size
		if h[0]&0x80 != 0 {
			// The last byte of the block must be there; the frames may be missing.
			if err := readFull(src, at-1, h[:1]); err != nil {
				return nil, 0, fmt.Errorf("FLAC file is damaged at byte %d: %w", b.Offset, err)
			}
			return list, at, nil
		}
	}
}

// Read reads the content of a block from the file that it was listed from.
func (b BlockInfo) Read(src io.ReaderAt) ([]byte, error) {
	content := make([]byte, b.Size)
	if err := readFull(src, b.Offset, content); err != nil {
		return nil, fmt.Errorf("FLAC file is damaged at byte %d: %w", b.Offset, err)
	}
	return content, nil
}

// AppendBlockHeader appends the header of a metadata block of size bytes to b. It fails for more than MaxBlock.
func AppendBlockHeader(b []byte, kind byte, size int64, last bool) ([]byte, error) {
	if size > MaxBlock {
		return b, fmt.Errorf("write FLAC metadata: a block of %d bytes is larger than %d", size, MaxBlock)
	}
	if last {
		kind |= 0x80
	}
	return append(b, kind, byte(size>>16), byte(size>>8), byte(size)), nil
}

func readFull(src io.ReaderAt, at int64, b []byte) error {
	n, err := src.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return errors.New("the file ends inside a metadata block")
	}
	return err
}
