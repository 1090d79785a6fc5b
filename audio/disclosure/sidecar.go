package disclosure

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Profile names the shape of a sidecar, and which fields a file carries where.
const Profile = "voice-disclosure/2"

// profile1 is the shape before: without manifests, of which it says "none" once for all outputs.
const profile1 = "voice-disclosure/1"

// SidecarSuffix takes the place of the extension of an audio file in the name of its sidecar.
const SidecarSuffix = ".disclosure.json"

// maxSidecar is the most bytes of a sidecar that are read.
const maxSidecar = 2 << 20

//go:embed disclosure.schema.json
var schema string

// Schema is the JSON Schema (draft 2020-12) of a sidecar.
func Schema() string { return schema }

// SidecarName is the path of the sidecar of an audio file: S.disclosure.json beside S.mp3.
func SidecarName(audioPath string) string {
	return strings.TrimSuffix(audioPath, filepath.Ext(audioPath)) + SidecarSuffix
}

// Sidecar is the file beside finished audio that says everything the tags say, and the hash of the audio itself.
type Sidecar struct {
	Version           string            `json:"version"`   // Profile
	Statement         map[string]string `json:"statement"` // by BCP 47 language
	Audible           Notice            `json:"audible"`
	DigitalSourceType string            `json:"digitalSourceType"` // SourceType.URI
	Engine            Engine            `json:"engine"`
	Voice             Voice             `json:"voice"`
	InsteadOf         *InsteadOf        `json:"instead_of,omitempty"` // left out where the engine is the one that was to speak
	Speakers          []Speaker         `json:"speakers,omitempty"`   // left out where Voice speaks all of it
	Source            Source            `json:"source"`
	Outputs           []Output          `json:"outputs"`
	Companions        *Companions       `json:"companions,omitempty"`
	Chapters          []Mark            `json:"chapters"`
	Edits             []string          `json:"edits"`
	Watermark         *Watermark        `json:"watermark"` // null where none is put in
	Tool              Tool              `json:"tool"`
	Key               string            `json:"key"`               // as in Disclosure
	Created           string            `json:"created,omitempty"` // RFC 3339
}

// Notice is the spoken notice. Without one, everything but Present is zero.
type Notice struct {
	Present   bool    `json:"present"`
	Start     int64   `json:"start_ms"`
	End       int64   `json:"end_ms"`
	Text      string  `json:"text"`
	Reminders []int64 `json:"reminders_ms"`
}

// Source is the article that is read.
type Source struct {
	URL         string `json:"url"`
	Title       string `json:"title"`
	TextSHA256  string `json:"sha256_of_text"`
	HumanAuthor *bool  `json:"author_is_human"` // null is unknown
	Published   string `json:"published"`       // ISO 8601
}

// Output is one audio file.
type Output struct {
	File       string   `json:"file"` // base name, in the folder of the sidecar
	MIME       string   `json:"mime"`
	Bytes      int64    `json:"bytes"`
	SHA256     string   `json:"sha256"` // hex, of the whole file
	Duration   int64    `json:"duration_ms"`
	SampleRate int      `json:"sample_rate"` // Hz
	Channels   int      `json:"channels"`
	Loudness   *float64 `json:"lufs_i"`         // integrated, LUFS; null where there is none, as in silence
	TruePeak   *float64 `json:"true_peak_dbtp"` // dBTP; null where there is none
	C2PA       Manifest `json:"c2pa"`           // the zero value is written as "none"
	// Original is the file that another program made, to which the disclosure was added; nil where there is none.
	Original *Original `json:"original,omitempty"`
}

// Original is a file before it was disclosed.
type Original struct {
	File   string `json:"file"`   // base name
	SHA256 string `json:"sha256"` // hex, of the whole file
}

// Companions are the other files made with the audio: base names, empty where there is none.
type Companions struct {
	Account string `json:"account,omitempty"` // what was read and what was left out
	Words   string `json:"words,omitempty"`   // when each word is heard
	VTT     string `json:"vtt,omitempty"`     // subtitles, WebVTT

	SRT      string `json:"srt,omitempty"`       // subtitles, SubRip
	WordVTT  string `json:"vtt_words,omitempty"` // subtitles with the time of each word, WebVTT
	SMIL     string `json:"smil,omitempty"`      // EPUB 3 media overlay
	Text     string `json:"text,omitempty"`      // the XHTML that the overlay is for
	Chapters string `json:"chapters,omitempty"`  // JSON for podcast apps
	JSONLD   string `json:"jsonld,omitempty"`    // schema.org AudioObject
	Player   string `json:"player,omitempty"`    // HTML to paste into a page
}

// Mark is a chapter. Times are milliseconds from the beginning.
type Mark struct {
	Title string `json:"title"`
	Start int64  `json:"start_ms"`
	End   int64  `json:"end_ms"`
}

// Where a signed manifest is.
const (
	ManifestNone     = "none"     // there is none
	ManifestEmbedded = "embedded" // in the audio file
	ManifestSidecar  = "sidecar"  // in a file beside it
)

// NoTimestamp is Manifest.Timestamp where the time of signing is not confirmed.
const NoTimestamp = "none"

// Manifest says where the signed C2PA manifest of an output is, and who signed it. Without one, everything but State is
// empty.
type Manifest struct {
	State     string `json:"state"`
	Label     string `json:"manifest_label,omitempty"` // of the active manifest: "urn:c2pa:..."
	Signer    string `json:"signer,omitempty"`         // the name in the certificate
	Timestamp string `json:"timestamp,omitempty"`      // RFC 3339, confirmed by a time stamp authority; or NoTimestamp
	File      string `json:"file,omitempty"`           // base name of the file with the manifest, where State is ManifestSidecar
}

// Level is a measured level for an Output, rounded to a hundredth: nil for one that is not a number, such as the
// loudness of silence.
func Level(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x = math.Round(x*100) / 100
	return &x
}

// Sidecar is the sidecar of the audio files in outputs, which all lie in one folder; of their names the last element
// is kept. A zero created leaves the time out. Companions are for the caller to add.
func (d *Disclosure) Sidecar(outputs []Output, created time.Time) Sidecar {
	c := d.cleaned()
	s := Sidecar{
		Version:           Profile,
		Statement:         map[string]string{c.Wording.Language: c.Wording.Written},
		Audible:           Notice{Reminders: []int64{}},
		DigitalSourceType: c.SourceType.URI(),
		Engine:            c.Engine,
		Voice:             c.Voice,
		InsteadOf:         c.InsteadOf,
		Speakers:          c.Speakers,
		Source: Source{
			URL: c.Article.URL, Title: c.Article.Title, TextSHA256: c.Article.TextSHA256,
			HumanAuthor: c.Article.HumanAuthor, Published: c.Article.Published,
		},
		Outputs:   make([]Output, 0, len(outputs)),
		Chapters:  make([]Mark, 0, len(c.Chapters)),
		Edits:     c.Edits,
		Watermark: c.Watermark,
		Tool:      c.Tool,
		Key:       c.Key,
	}
	if c.Audible.Present {
		s.Audible.Present = true
		s.Audible.Start, s.Audible.End = milliseconds(c.Audible.Start), milliseconds(c.Audible.End)
		s.Audible.Text = c.Wording.Spoken
		for _, r := range c.Audible.Reminders {
			s.Audible.Reminders = append(s.Audible.Reminders, milliseconds(max(0, r)))
		}
	}
	for _, o := range outputs {
		o.File = path.Base(filepath.ToSlash(o.File))
		o.C2PA.State = cmp.Or(o.C2PA.State, ManifestNone)
		s.Outputs = append(s.Outputs, o)
	}
	for _, ch := range c.Chapters {
		s.Chapters = append(s.Chapters, Mark{ch.Title, milliseconds(ch.Start), milliseconds(ch.End)})
	}
	if !created.IsZero() {
		s.Created = created.UTC().Format(time.RFC3339)
	}
	return s
}

// Encode is the sidecar as the bytes of its file: indented JSON, ending in a line break. It fails for a sidecar that
// ReadSidecar would refuse.
func (s Sidecar) Encode() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("write disclosure sidecar: %w", err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("write disclosure sidecar: %w", err)
	}
	return b.Bytes(), nil
}

// ReadSidecar reads a sidecar of this Profile or of the one before, which it brings up to date, and nothing else: unknown
// fields, missing lists, and values out of range are errors. It reads at most 2 MiB.
func ReadSidecar(r io.Reader) (*Sidecar, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSidecar+1))
	if err != nil {
		return nil, fmt.Errorf("read disclosure sidecar: %w", err)
	}
	if len(data) > maxSidecar {
		return nil, fmt.Errorf("read disclosure sidecar: it is larger than %d bytes", maxSidecar)
	}
	var shape struct {
		Version string `json:"version"`
	}
	// What is wrong with the JSON is said below.
	_ = json.Unmarshal(data, &shape)
	s := &Sidecar{}
	if shape.Version == profile1 {
		s, err = decodeFirst(data)
	} else {
		err = decode(data, s)
	}
	if err == nil {
		err = s.check()
	}
	if err != nil {
		return nil, fmt.Errorf("read disclosure sidecar: %w", err)
	}
	return s, nil
}

// decode reads one JSON object without unknown fields, with nothing behind it.
func decode(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the end of the JSON object")
	}
	return nil
}

// decodeFirst reads a sidecar of the first version.
func decodeFirst(data []byte) (*Sidecar, error) {
	var old struct {
		Sidecar
		C2PA struct {
			State string `json:"state"`
		} `json:"c2pa"`
	}
	if err := decode(data, &old); err != nil {
		return nil, err
	}
	s := &old.Sidecar
	s.Version = Profile
	if old.C2PA.State != ManifestNone {
		return nil, errors.New("its kind of C2PA manifest is not known")
	}
	for i := range s.Outputs {
		if s.Outputs[i].C2PA != (Manifest{}) {
			return nil, errors.New("it mixes two versions")
		}
		s.Outputs[i].C2PA.State = ManifestNone
	}
	return s, nil
}

// check finds what the schema does not allow, and names that are not plain base names.
func (s *Sidecar) check() error {
	switch {
	case s.Version != Profile:
		return fmt.Errorf("its version is not %s", Profile)
	case len(s.Statement) == 0:
		return errors.New("it holds no statement")
	case !knownURI(s.DigitalSourceType):
		return errors.New("its digital source type is not one of an artificial voice")
	case s.Engine.Kind != Neural && s.Engine.Kind != Formant:
		return errors.New("its kind of engine is not known")
	case s.Source.TextSHA256 != "" && !isSHA256(s.Source.TextSHA256):
		return errors.New("the hash of its text is malformed")
	case s.Chapters == nil || s.Edits == nil || s.Audible.Reminders == nil || len(s.Outputs) == 0:
		return errors.New("it lacks outputs, chapters, edits or reminders")
	case s.Watermark != nil && s.Watermark.Algorithm == "":
		return errors.New("its watermark has no name")
	case s.Audible.Start < 0 || s.Audible.End < 0 || slices.ContainsFunc(s.Audible.Reminders, negative):
		return errors.New("a time of its notice is negative")
	}
	for _, v := range s.Speakers {
		if v.Engine.Kind != Neural && v.Engine.Kind != Formant || v.Utterances < 0 || v.Spans == nil {
			return errors.New("a speaker is malformed")
		}
		for _, span := range v.Spans {
			if span[0] < 0 || span[1] < span[0] {
				return errors.New("a time of a speaker is out of order")
			}
		}
	}
	for lang, text := range s.Statement {
		if text == "" || parseLanguage(lang).String() != lang {
			return errors.New("a statement is empty or in no known language")
		}
	}
	for _, ch := range s.Chapters {
		if ch.Start < 0 || ch.End < 0 {
			return errors.New("a time of a chapter is negative")
		}
	}
	if s.Created != "" {
		if _, err := time.Parse(time.RFC3339, s.Created); err != nil {
			return errors.New("its time of creation is malformed")
		}
	}
	if c := s.Companions; c != nil {
		for _, name := range []string{
			c.Account, c.Words, c.VTT, c.SRT, c.WordVTT, c.SMIL, c.Text, c.Chapters, c.JSONLD, c.Player,
		} {
			if name != "" && !isBaseName(name) {
				return errors.New("the name of a companion is not a plain file name")
			}
		}
	}
	for i, o := range s.Outputs {
		if err := o.check(); err != nil {
			return fmt.Errorf("output %d: %w", i+1, err)
		}
	}
	return nil
}

func (o Output) check() error {
	switch {
	case !isBaseName(o.File):
		return errors.New("its name is not a plain file name")
	case o.MIME == "":
		return errors.New("it has no media type")
	case !isSHA256(o.SHA256) || o.Original != nil && !isSHA256(o.Original.SHA256):
		return errors.New("its hash is malformed")
	case o.Original != nil && !isBaseName(o.Original.File):
		return errors.New("the name of its original is not a plain file name")
	case o.Bytes < 0 || o.Duration < 0 || o.SampleRate <= 0 || o.Channels <= 0:
		return errors.New("a number is out of range")
	default:
		return o.C2PA.check()
	}
}

func (m Manifest) check() error {
	signed := m.State == ManifestEmbedded || m.State == ManifestSidecar
	switch {
	case !signed && m != (Manifest{State: ManifestNone}):
		return errors.New("where its C2PA manifest is cannot be told")
	case signed && (m.Label == "" || m.Signer == "" || m.Timestamp == ""):
		return errors.New("its C2PA manifest lacks label, signer or time")
	case (m.State == ManifestSidecar) != (m.File != "") || m.File != "" && !isBaseName(m.File):
		return errors.New("the name of its C2PA manifest is not a plain file name")
	}
	if signed && m.Timestamp != NoTimestamp {
		if _, err := time.Parse(time.RFC3339, m.Timestamp); err != nil {
			return errors.New("the time of its C2PA manifest is malformed")
		}
	}
	return nil
}

// isBaseName says whether name is a file name without a way to another folder in it.
func isBaseName(name string) bool {
	const longest = 255 // bytes, on the usual file systems
	return name != "" && name != "." && name != ".." && len(name) <= longest &&
		!strings.ContainsFunc(name, func(r rune) bool { return r == '/' || r == '\\' || r < ' ' })
}

func negative(n int64) bool { return n < 0 }
