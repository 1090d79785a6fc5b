package disclosure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/m4a"
)

// Written is what Write made.
type Written struct {
	Format   string       // "MP3", "WAV": told by content
	Manifest *c2pa.Signed // nil without a signer
	// Sidecar is the manifest store for a .c2pa file beside the audio where the format cannot hold one; else nil.
	Sidecar []byte
}

// Statement is what the sidecar says of the manifest. File, where it is beside the audio, is for the caller to add.
func (w Written) Statement() Manifest {
	if w.Manifest == nil {
		return Manifest{State: ManifestNone}
	}
	m := Manifest{State: ManifestEmbedded, Label: w.Manifest.Label, Signer: w.Manifest.Signer, Timestamp: NoTimestamp}
	if w.Sidecar != nil {
		m.State = ManifestSidecar
	}
	if w.Manifest.Time != nil {
		m.Timestamp = w.Manifest.Time.UTC().Format(time.RFC3339)
	}
	return m
}

// container is what a format knows: where in its files everything goes that a Disclosure says.
type container interface {
	name() string
	// layout reads the file in src and says how it is to be written again with what d, which is cleaned, says of it: the
	// function returned gives the whole file for a manifest store, which is nil where there is none.
	layout(src *io.SectionReader, d *Disclosure) (func(store []byte) (c2pa.Layout, error), error)
	// read finds what a file says about itself. It fails with errNotAudio for what is not of the format.
	read(src *io.SectionReader) (carried, error)
}

// containerOf tells the format of a file by its first bytes; those of MP3 and FLAC may stand behind ID3 tags. What looks
// like nothing else is tried as MP3.
func containerOf(src *io.SectionReader) (container, error) {
	start := make([]byte, 12)
	n, err := src.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read: %w", cause(err))
	}
	start = start[:n]
	switch {
	case n == 0:
		return nil, fmt.Errorf("it is empty: %w", errNotAudio)
	case n == 12 && (string(start[:4]) == "RIFF" || string(start[:4]) == "RF64") && string(start[8:]) == "WAVE":
		return wavFile{}, nil
	case n >= 4 && string(start[:4]) == "OggS":
		return opusFile{}, nil
	case m4a.Is(start):
		return m4aFile{}, nil
	case n >= 4 && string(start[:4]) == "fLaC":
		return flacFile{}, nil
	case n >= 3 && string(start[:3]) == "ID3":
		_, size, err := leadingTags(src)
		if err != nil {
			return nil, err
		}
		if _, err := src.ReadAt(start[:4], size); err == nil && string(start[:4]) == "fLaC" {
			return flacFile{}, nil
		}
		return mp3File{}, nil
	default:
		return mp3File{}, nil
	}
}

// SignedError says that a file holds a signed manifest which would break if the file were changed without a new one.
type SignedError struct{ Format string }

func (e *SignedError) Error() string {
	return fmt.Sprintf("the %s file holds a signed manifest, and its signature would break", e.Format)
}

// Hint is what the user can do about it.
func (e *SignedError) Hint() string {
	return "set up a key to sign with (voicepress keys init): the new manifest keeps the old one"
}

// Write writes to w the audio file in src with everything that d says of it, signed by signer; nil leaves the manifest
// out. The sound is not touched: its bytes are those of src. What the file says already stays, unless d says the same
// thing: a title replaces the title.
//
// Fields that d leaves empty are left out. It fails with a *SignedError where there is no signer and the file holds a
// manifest, and with what is wrong with a file that is damaged or of a format that is not known. What was written to w
// before an error is not a whole file.
func Write(ctx context.Context, w io.Writer, src *io.SectionReader, d *Disclosure, signer *c2pa.Signer) (Written, error) {
	fail := func(err error) (Written, error) { return Written{}, fmt.Errorf("disclose the audio: %w", err) }
	format, err := containerOf(src)
	if err != nil {
		return fail(err)
	}
	old, err := format.read(src)
	if err != nil {
		return fail(err)
	}
	written := Written{Format: format.name()}
	c := d.cleaned()
	layout, err := format.layout(src, c)
	if err != nil {
		return fail(err)
	}
	var store []byte
	if signer == nil && old.store != nil {
		return fail(&SignedError{format.name()})
	}
	if signer != nil {
		manifest, err := c.manifest(format.name(), src, old)
		if err != nil {
			return fail(err)
		}
		signed, err := signer.Sign(ctx, manifest, layout)
		if err != nil {
			return fail(err)
		}
		store, written.Manifest = signed.Store, &signed
	}
	whole, err := layout(store)
	if err != nil {
		return fail(err)
	}
	// A file without a place for the store has it beside it.
	if store != nil && !whole.BMFF && !slices.ContainsFunc(whole.Parts, func(p c2pa.Part) bool { return p.Hole }) {
		written.Sidecar = store
	}
	if err := ctx.Err(); err != nil {
		return fail(context.Cause(ctx))
	}
	if _, err := whole.WriteTo(w); err != nil {
		return fail(fmt.Errorf("write: %w", err))
	}
	return written, nil
}
