package audiotest

import (
	"errors"
	"fmt"
	"io"
	"testing/iotest"
)

// File is a file in memory that can be written, read and sought, and that can be made to fail.
type File struct {
	data   []byte
	offset int64
	limit  int64 // bytes that may be written in all; negative for no limit
	err    error // what Write returns past the limit
}

// NewFile is an empty file that does not fail.
func NewFile() *File { return &File{limit: -1} }

// FailAfter is an empty file that takes n bytes, however they are spread over calls, and then fails every Write with err,
// as a full disk does: the Write that crosses the limit is short.
func FailAfter(n int64, err error) *File { return &File{limit: n, err: err} }

// Bytes is what has been written. It is valid until the next Write.
func (f *File) Bytes() []byte { return f.data }

// Write implements io.Writer at the current offset.
func (f *File) Write(p []byte) (int, error) {
	var err error
	if f.limit >= 0 && int64(len(p)) > f.limit {
		p, err = p[:f.limit], f.err
	}
	if f.limit >= 0 {
		f.limit -= int64(len(p))
	}
	if gap := f.offset - int64(len(f.data)); gap > 0 && len(p) > 0 {
		f.data = append(f.data, make([]byte, gap)...)
	}
	n := copy(f.data[min(f.offset, int64(len(f.data))):], p)
	f.data = append(f.data, p[n:]...)
	f.offset += int64(len(p))
	return len(p), err
}

// Read implements io.Reader at the current offset.
func (f *File) Read(p []byte) (int, error) {
	if f.offset >= int64(len(f.data)) {
		return 0, io.EOF
	}
	n := copy(p, f.data[f.offset:])
	f.offset += int64(n)
	return n, nil
}

// Seek implements io.Seeker. As with an os.File, an offset past the end is allowed and one before the start is not.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += f.offset
	case io.SeekEnd:
		offset += int64(len(f.data))
	default:
		return 0, fmt.Errorf("seek: unknown whence %d", whence)
	}
	if offset < 0 {
		return 0, errors.New("seek: before the start")
	}
	f.offset = offset
	return offset, nil
}

// ReadFailing reads the first n bytes of r and then fails with err, as a broken connection does.
func ReadFailing(r io.Reader, n int64, err error) io.Reader {
	return io.MultiReader(io.LimitReader(r, n), iotest.ErrReader(err))
}
