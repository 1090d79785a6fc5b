package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxChunks is the most chunks a file may have. Real files have fewer than twenty.
const maxChunks = 10_000

// ChunkInfo says where a chunk lies in a file.
type ChunkInfo struct {
	ID     string // "fmt ", "bext"; any four bytes in a hostile file
	Offset int64  // of the content, from the start of the file, bytes
	Size   int64  // of the content, without header and pad byte, bytes
}

// Chunks lists the chunks of a file in order, the sound among them. The content is not read. A data chunk without an
// honest size reaches to the end of the file. Damage is reported as *SyntaxError, with the chunks before it.
func Chunks(r io.ReadSeeker) ([]ChunkInfo, error) {
	end, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("list WAV chunks: %w", err)
	}
	h := make([]byte, riffHeader)
	if err := readAt(r, 0, h); err != nil {
		return nil, fmt.Errorf("list WAV chunks: %w", err)
	}
	long := string(h[:4]) == "RF64"
	if string(h[:4]) != "RIFF" && !long || string(h[8:]) != "WAVE" {
		return nil, &SyntaxError{0, "this is not a WAV file"}
	}
	riff := int64(binary.LittleEndian.Uint32(h[4:])) + chunkHeader
	var list []ChunkInfo
	var data64 int64
	for at := int64(riffHeader); end-at >= chunkHeader; {
		if err := readAt(r, at, h[:chunkHeader]); err != nil {
			return list, fmt.Errorf("list WAV chunks: %w", err)
		}
		c := ChunkInfo{string(h[:4]), at + chunkHeader, int64(binary.LittleEndian.Uint32(h[4:]))}
		rest := end - c.Offset
		switch {
		case c.ID == "ds64" && long && len(list) == 0 && c.Size >= ds64Size:
			sizes := make([]byte, 16)
			if err := readAt(r, c.Offset, sizes); err != nil {
				return list, fmt.Errorf("list WAV chunks: %w", err)
			}
			data64 = int64(binary.LittleEndian.Uint64(sizes[8:]))
		case c.ID == "data" && long && c.Size == unknown32:
			c.Size = data64
		case c.ID == "data" && (c.Size >= placeholder && c.Size > rest || c.Size == 0 && riff <= c.Offset):
			c.Size = rest
		}
		if c.Size < 0 || c.Size > rest {
			return list, &SyntaxError{at, fmt.Sprintf("chunk %q claims %d bytes where %d are left", c.ID, c.Size, rest)}
		}
		if len(list) == maxChunks {
			return list, &SyntaxError{at, fmt.Sprintf("more than %d chunks", maxChunks)}
		}
		list = append(list, c)
		at = c.Offset + c.Size + c.Size%2
	}
	return list, nil
}

// Read reads the content of the chunk from the file that it was listed from. It fails for a chunk of more than limit
// bytes.
func (c ChunkInfo) Read(r io.ReadSeeker, limit int) ([]byte, error) {
	if c.Size > int64(limit) {
		return nil, fmt.Errorf("read WAV chunk %q: %d bytes are more than the %d that are read", c.ID, c.Size, limit)
	}
	b := make([]byte, c.Size)
	if err := readAt(r, c.Offset, b); err != nil {
		return nil, fmt.Errorf("read WAV chunk %q: %w", c.ID, err)
	}
	return b, nil
}

func readAt(r io.ReadSeeker, at int64, b []byte) error {
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return err
	}
	n, err := io.ReadFull(r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &SyntaxError{at + int64(n), "the file ends inside a chunk"}
	}
	return err
}
