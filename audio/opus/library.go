package opus

import (
	"errors"
	"unsafe"

	"github.com/voicepress/voicepress/audio/internal/dl"
)

// LibraryError says that libopus is missing or cannot be used. Its Hint is the command that installs it.
type LibraryError = dl.Error

// Library is libopus, loaded. It is safe for concurrent use.
type Library struct {
	version func() string
	explain func(code int32) string

	newEncoder   func(rate, channels, application int32, code *int32) unsafe.Pointer
	closeEncoder func(encoder unsafe.Pointer)
	encode       func(encoder unsafe.Pointer, samples []float32, frames int32, out []byte, room int32) int32
	set          func(encoder unsafe.Pointer, request int32, value, _, _, _, _, _, again uintptr) int32
	get          func(encoder unsafe.Pointer, request int32, value *int32, _, _, _, _, _ uintptr, again *int32) int32

	newDecoder   func(rate, channels int32, code *int32) unsafe.Pointer
	closeDecoder func(decoder unsafe.Pointer)
	decode       func(decoder unsafe.Pointer, packet []byte, size int32, out []float32, room, fec int32) int32
}

func library() dl.Library {
	return dl.Library{
		Name:    "Opus",
		Linux:   []string{"libopus.so.0", "libopus.so"},
		Darwin:  []string{"libopus.0.dylib", "libopus.dylib"},
		Windows: []string{"libopus-0.dll", "opus.dll", "libopus.dll"},
		Remedy:  "install it: apt-get install libopus0, dnf install opus or brew install opus; or name the path of its library",
	}
}

// Missing is the *LibraryError of a program that goes on without the library, for when it is needed after all.
func Missing() error { return library().Fail(errors.New("it is not there")) }

// Open loads libopus from the shared library at path, or where path is empty from the usual places. It fails with
// *LibraryError.
func Open(path string) (*Library, error) {
	l := &Library{}
	err := library().Open(path, map[string]any{
		"opus_get_version_string": &l.version,
		"opus_strerror":           &l.explain,
		"opus_encoder_create":     &l.newEncoder,
		"opus_encoder_destroy":    &l.closeEncoder,
		"opus_encode_float":       &l.encode,
		"opus_encoder_ctl":        []any{&l.set, &l.get},
		"opus_decoder_create":     &l.newDecoder,
		"opus_decoder_destroy":    &l.closeDecoder,
		"opus_decode_float":       &l.decode,
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Version is what the library calls itself: "libopus 1.3.1".
func (l *Library) Version() string { return l.version() }

// control sets an option of an encoder. The C function takes variable arguments: most systems pass the first of them like
// any third argument, macOS on ARM always on the stack, where a ninth argument is (Apple, "Writing ARM64 code for Apple
// platforms"). It is passed in both places.
func (l *Library) control(encoder unsafe.Pointer, request, value int32) int32 {
	v := uintptr(value)
	return l.set(encoder, request, v, 0, 0, 0, 0, 0, v)
}

// ask gets an option of an encoder.
func (l *Library) ask(encoder unsafe.Pointer, request int32) (value, code int32) {
	code = l.get(encoder, request, &value, 0, 0, 0, 0, 0, &value)
	return value, code
}
