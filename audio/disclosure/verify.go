package disclosure

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio/c2pa"
)

// State is how a Layer was found.
type State string

// The states of a layer.
const (
	Present State = "present" // it is there
	Missing State = "missing" // it should be there and is not
	Changed State = "changed" // it is there and does not belong to this file, or cannot be read
	Off     State = "off"     // it was switched off, and the file says so
	None    State = "none"    // it is not there, and need not be
	Unknown State = "unknown" // it is there, and nothing was at hand to check it
)

// The names of the layers, in the order in which a Report lists them.
const (
	LayerTags     = "tags"
	LayerSidecar  = "sidecar"
	LayerHash     = "hash"
	LayerNotice   = "spoken notice"
	LayerManifest = "manifest"
	// Only where there is a manifest: who signed it, who vouches for the signer, whether the file is the one that was
	// signed, and when that was.
	LayerSignature = "signature"
	LayerSigner    = "signer"
	LayerSigned    = "signed hash"
	LayerTime      = "time stamp"
	LayerWatermark = "watermark"
)

// Layer is one of the ways in which a file says that its voice is artificial.
type Layer struct {
	Name   string `json:"name"`
	State  State  `json:"state"`
	Detail string `json:"detail,omitempty"` // for a person
}

// Report is what Verify found.
type Report struct {
	File       string  `json:"file"`
	Format     string  `json:"format"`                        // as in Written, by content
	Statement  string  `json:"statement,omitempty"`           // the sentence in the tags
	SourceType string  `json:"digital_source_type,omitempty"` // the IPTC digital source type in the tags
	Disclosed  bool    `json:"disclosed"`                     // the tags hold a statement and a source type that says so
	Unchanged  bool    `json:"unchanged"`                     // sidecar or manifest say so, and neither says otherwise
	Layers     []Layer `json:"layers"`
	// Manifest is what the C2PA manifest says; nil where there is none.
	Manifest *ManifestReport `json:"manifest,omitempty"`
	// Says is what else the sidecar says; nil where there is none that belongs to the file.
	Says *Sidecar `json:"sidecar,omitempty"`
}

// OK says whether the file is disclosed and unchanged.
func (r *Report) OK() bool { return r.Disclosed && r.Unchanged }

// UnverifiableError says that a file could not be looked at: it is missing, no audio, or damaged.
type UnverifiableError struct {
	Path string
	Err  error
}

func (e *UnverifiableError) Error() string { return fmt.Sprintf("verify %s: %v", e.Path, e.Err) }
func (e *UnverifiableError) Unwrap() error { return e.Err }

// Hint is what the user can do about it.
func (e *UnverifiableError) Hint() string {
	switch {
	case errors.Is(e.Err, fs.ErrNotExist), errors.Is(e.Err, fs.ErrPermission):
		return "give the path of an audio file that can be read"
	case errors.Is(e.Err, errNotAudio):
		return "MP3, FLAC, Opus, M4A and WAV files can be verified"
	default:
		return "the file is damaged: copy or make it again"
	}
}

var errNotAudio = errors.New("it is neither an MP3, FLAC, Opus, M4A nor WAV file")

// carried is what the tags of a file say.
type carried struct {
	format     string
	statement  string
	sourceType string
	labels     Labels // as they stand in the file
	notice     string // when the spoken notice is heard, where the tags say so
	store      []byte // the C2PA manifest store; nil where there is none
	// holes are the stretches of the file that the hash of a manifest of this format leaves out.
	holes []c2pa.Range
}

// readComment takes from comments what is missing yet. They can be about anything: only beside a source type they are a
// statement.
func (c *carried) readComment(comments ...string) {
	for _, s := range comments {
		for _, t := range SourceTypes() {
			if c.sourceType == "" && slices.Contains(strings.Fields(s), t.URI()) {
				c.sourceType = t.URI()
			}
		}
	}
	if c.statement == "" && knownURI(c.sourceType) {
		c.statement = firstText(comments...)
	}
}

// Verifier looks at files. The zero value trusts nobody, and looks for no watermark.
type Verifier struct {
	Anchors []*x509.Certificate // roots that are trusted to vouch for signers and time stamp servers
	Now     func() time.Time    // nil: time.Now
	// Watermark looks for a watermark in the sound of a file, and gives nil where it finds none. Nil: nobody looks.
	Watermark func(ctx context.Context, src *io.SectionReader) (*Watermark, error)
}

// Verify looks at the audio file at path, and at the sidecar and the manifest beside it: is it disclosed, is it the
// file the sidecar is about, and the one that was signed? What is missing or changed is in the Report; an
// *UnverifiableError is for a file that cannot be looked at. Memory is bounded, whatever the file claims.
func (v Verifier) Verify(ctx context.Context, path string) (*Report, error) {
	// A pipe or a device would block or never end.
	info, err := os.Stat(path)
	if err != nil {
		return nil, &UnverifiableError{path, cause(err)}
	}
	if !info.Mode().IsRegular() {
		return nil, &UnverifiableError{path, fmt.Errorf("it is not a file: %w", errNotAudio)}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, &UnverifiableError{path, cause(err)}
	}
	defer file.Close()
	src := io.NewSectionReader(untilDone{ctx, file}, 0, info.Size())
	tags, err := readTags(src)
	if err != nil {
		return nil, &UnverifiableError{path, err}
	}
	r := &Report{File: path, Format: tags.format, Statement: tags.statement, SourceType: tags.sourceType}
	tagLayer := tags.layer()
	r.Disclosed = tagLayer.State == Present
	sidecar, sidecarLayer := openSidecar(SidecarName(path))
	output := sidecar.output(filepath.Base(path))
	hashLayer, err := compare(src, info.Size(), sidecar, output)
	if err != nil {
		return nil, &UnverifiableError{path, err}
	}
	if output != nil {
		r.Says = sidecar
	}
	r.Layers = []Layer{tagLayer, sidecarLayer, hashLayer, noticeLayer(sidecar, tags.notice)}
	manifest := v.manifest(path, src, tags, output, r)
	if ctx.Err() != nil { // then what was found is not what is there
		return nil, &UnverifiableError{path, context.Cause(ctx)}
	}
	r.Unchanged = manifest != Changed && (hashLayer.State == Present || hashLayer.State == Missing && manifest == Present)
	watermark, err := v.watermark(ctx, src, sidecar)
	if err != nil {
		return nil, &UnverifiableError{path, err}
	}
	r.Layers = append(r.Layers, watermark)
	return r, nil
}

// untilDone reads until a context is done: a file may have many gigabytes.
type untilDone struct {
	ctx  context.Context
	file io.ReaderAt
}

func (u untilDone) ReadAt(p []byte, at int64) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.file.ReadAt(p, at)
}

// readTags tells the format by the first bytes and reads what the file says about itself.
func readTags(src *io.SectionReader) (carried, error) {
	format, err := containerOf(src)
	if err != nil {
		return carried{}, err
	}
	return format.read(src)
}

// layer is the judgement on the tags. A file that says what kind of source it has, or what its voice is, and not both,
// is not disclosed.
func (c carried) layer() Layer {
	known := knownURI(c.sourceType)
	switch {
	case known && c.statement != "":
		return Layer{LayerTags, Present, "statement and digital source type"}
	case known:
		return Layer{LayerTags, Missing, "there is a digital source type, but no statement"}
	case c.statement != "":
		return Layer{LayerTags, Missing, "there is a statement, but no digital source type of an artificial voice"}
	default:
		return Layer{LayerTags, Missing, "neither a statement nor a digital source type"}
	}
}

// openSidecar reads the sidecar at path; nil where it is missing or cannot be read.
func openSidecar(path string) (*Sidecar, Layer) {
	name := filepath.Base(path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, Layer{LayerSidecar, Missing, "there is no " + name}
	case err != nil:
		return nil, Layer{LayerSidecar, Changed, fmt.Sprintf("%s: %v", name, cause(err))}
	case !info.Mode().IsRegular():
		return nil, Layer{LayerSidecar, Changed, name + " is not a file"}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, Layer{LayerSidecar, Changed, fmt.Sprintf("%s: %v", name, cause(err))}
	}
	defer file.Close()
	sidecar, err := ReadSidecar(file)
	if err != nil {
		return nil, Layer{LayerSidecar, Changed, fmt.Sprintf("%s: %v", name, err)}
	}
	return sidecar, Layer{LayerSidecar, Present, name}
}

// output is what a sidecar says about the file of that name; nil where it does not.
func (s *Sidecar) output(name string) *Output {
	if s == nil {
		return nil
	}
	i := slices.IndexFunc(s.Outputs, func(o Output) bool { return o.File == name })
	if i < 0 {
		return nil
	}
	return &s.Outputs[i]
}

// compare hashes the file and compares it with what the sidecar says about it.
func compare(r io.ReaderAt, size int64, sidecar *Sidecar, output *Output) (Layer, error) {
	if sidecar == nil {
		return Layer{LayerHash, Missing, "there is no sidecar to compare with"}, nil
	}
	if output == nil {
		return Layer{LayerHash, Missing, "the sidecar does not list this file"}, nil
	}
	if want := output.Bytes; want != size {
		return Layer{LayerHash, Changed, fmt.Sprintf("the file has %d bytes; the sidecar says %d", size, want)}, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(r, 0, size)); err != nil {
		return Layer{}, fmt.Errorf("read: %w", cause(err))
	}
	if hex.EncodeToString(h.Sum(nil)) != output.SHA256 {
		return Layer{LayerHash, Changed, "SHA-256 is not the one in the sidecar"}, nil
	}
	return Layer{LayerHash, Present, "SHA-256 is the one in the sidecar"}, nil
}

// noticeLayer asks the sidecar when the spoken notice is heard, and the tags where there is no sidecar.
func noticeLayer(sidecar *Sidecar, tagged string) Layer {
	switch {
	case sidecar != nil && sidecar.Audible.Present:
		return Layer{LayerNotice, Present, heard(sidecar.Audible.Start, sidecar.Audible.End)}
	case sidecar != nil:
		return Layer{LayerNotice, Off, "the sidecar says that none is spoken"}
	case tagged != "":
		return Layer{LayerNotice, Present, tagged}
	default:
		return Layer{LayerNotice, Missing, "nothing says that one is spoken"}
	}
}

// heard is a stretch of time in words: "0.3 s to 4.1 s".
func heard(from, to int64) string {
	seconds := func(ms int64) string { return fmt.Sprintf("%.1f s", (time.Duration(ms) * time.Millisecond).Seconds()) }
	return seconds(from) + " to " + seconds(to)
}

// cause is what went wrong without the path, which stands elsewhere in the message.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// Bounds on what is read from a file that may be hostile.
const (
	maxChunk = 1 << 20  // bytes of one RIFF chunk, and of one XMP packet
	maxStore = 16 << 20 // bytes of a manifest store
	maxGap   = 64 << 10 // zero bytes between an ID3 tag and the first MPEG frame
)

// firstText is the first of the texts that is not empty, as one clean line.
func firstText(texts ...string) string {
	for _, s := range texts {
		if s = line(strings.TrimRight(s, "\x00"), maxTitle); s != "" {
			return s
		}
	}
	return ""
}
