// Package watermark hides 16 bits in sound and finds them again, with a neural model that the user brings: no model comes
// with the program. The mark is a best effort. Some of what people do to sound removes it, by intent or not; it stands
// beside the spoken notice, the tags and the signed manifest, and replaces none of them.
//
// The models have the interface of AudioSeal (R. San Roman et al., "Proactive Detection of Voice Cloning with Localized
// Watermarking", 2024; https://github.com/facebookresearch/audioseal), exported to ONNX: a generator that makes of sound
// [1,1,T] at 16 kHz and a message [1,16] what has to be added to the sound, and a detector that says of each sample
// whether it is marked, and what the message is.
package watermark

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/onnx"
)

// What the models of AudioSeal work with.
const (
	Algorithm = "audioseal"

	modelRate   = 16000 // Hz
	hop         = 320   // samples: lengths are whole numbers of this
	payloadBits = 16
	blockLength = 250 * hop // 5 s are marked or searched at once, so that memory does not grow with the sound
	overlap     = 25 * hop  // over which the marks of two blocks are faded into each other
)

// revision changes when the same model would give another mark.
const revision = "1"

// maxModel is the most bytes of a model that are read. AudioSeal's have 60 MB.
const maxModel = 1 << 30

// Options say what to open.
type Options struct {
	Model    string // path of the generator; empty: Embed fails
	SHA256   string // what the generator must have, in hex
	Detector string // path of the detector; empty: Detect fails
	Payload  uint16 // what Embed hides
	Runtime  string // path of the ONNX Runtime library; empty: the one installed under Data
	Data     string // folder with installed runtimes
}

// AudioSeal marks sound and finds marks. It is safe for concurrent use. The caller must Close it.
type AudioSeal struct {
	payload   uint16
	sha256    string // of the generator
	generator *network
	detector  *network
}

// PinError says that a model is not the one that was meant.
type PinError struct {
	Path, Want, Got string // SHA-256 in hex; Want may be empty
}

func (e *PinError) Error() string {
	if e.Want == "" {
		return fmt.Sprintf("the watermark model %s is not pinned", e.Path)
	}
	return fmt.Sprintf("the watermark model %s is not the one that watermark.sha256 names: its SHA-256 is %s", e.Path, e.Got)
}

// Hint says how to pin it.
func (e *PinError) Hint() string {
	return fmt.Sprintf("if it is the file you mean, set watermark.sha256: %s", e.Got)
}

// Open loads the models that the options name. Errors are *PinError, *tts.Unavailable (no ONNX Runtime, or a build without
// cgo), and others for files that are no such models.
func Open(o Options) (*AudioSeal, error) {
	a := &AudioSeal{payload: o.Payload}
	fail := func(err error) (*AudioSeal, error) { return nil, errors.Join(err, a.Close()) }
	var rt *onnx.Runtime
	for _, m := range []struct {
		path string
		to   **network
		open func(*onnx.Runtime, []byte) (*network, error)
	}{{o.Model, &a.generator, newGenerator}, {o.Detector, &a.detector, newDetector}} {
		if m.path == "" {
			continue
		}
		file, err := read(m.path)
		if err != nil {
			return fail(fmt.Errorf("open the watermark model: %w", err))
		}
		if m.to == &a.generator {
			sum := sha256.Sum256(file)
			if a.sha256 = hex.EncodeToString(sum[:]); !strings.EqualFold(strings.TrimSpace(o.SHA256), a.sha256) {
				return fail(&PinError{m.path, strings.TrimSpace(o.SHA256), a.sha256})
			}
		}
		if rt == nil {
			if rt, err = loadRuntime(o); err != nil {
				return fail(fmt.Errorf("open the watermark model: %w", err))
			}
		}
		if *m.to, err = m.open(rt, file); err != nil {
			return fail(fmt.Errorf("open the watermark model %s: %w", m.path, err))
		}
	}
	return a, nil
}

func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file", path)
	case info.Size() > maxModel:
		return nil, fmt.Errorf("%s has more than %d bytes", path, maxModel)
	}
	return os.ReadFile(path)
}

func loadRuntime(o Options) (*onnx.Runtime, error) {
	library := o.Runtime
	if library == "" {
		var err error
		if library, err = onnx.Find(o.Data); err != nil {
			return nil, err
		}
	}
	return onnx.Load(library)
}

// Payload is what Embed hides.
func (a *AudioSeal) Payload() uint16 { return a.payload }

// Algorithm names how it marks.
func (a *AudioSeal) Algorithm() string { return Algorithm }

// Fingerprint stands for everything that decides the mark.
func (a *AudioSeal) Fingerprint() string {
	return fmt.Sprintf("%s/%s %s %04x", Algorithm, revision, a.sha256, a.payload)
}

// Close frees the models.
func (a *AudioSeal) Close() error { return errors.Join(a.generator.close(), a.detector.close()) }

// network is a model of the one or the other kind.
type network struct {
	session *onnx.Session
	message *onnx.Data // second input of a generator
}

func (n *network) close() error {
	if n == nil {
		return nil
	}
	return n.session.Close()
}

// newGenerator loads a model with inputs sound [1,1,T] and message [1,16], in either order, and one output.
func newGenerator(rt *onnx.Runtime, file []byte) (*network, error) {
	m, inputs, err := parse(file)
	if err != nil {
		return nil, err
	}
	if len(inputs) != 2 || len(m.Outputs) < 1 {
		return nil, fmt.Errorf("it has %d inputs and %d outputs; a generator has two inputs, sound [1,1,T] and message [1,16], and one output", len(inputs), len(m.Outputs))
	}
	sound, message := inputs[0], inputs[1]
	if message.rank == 3 {
		sound, message = message, sound
	}
	if sound.rank != 3 || sound.element != onnx.Float32 || message.rank != 2 || message.element != onnx.Float32 && message.element != onnx.Int64 {
		return nil, errors.New("its inputs are not sound [1,1,T] of 32-bit numbers and a message [1,16] of 32-bit numbers or 64-bit integers")
	}
	data := &onnx.Data{Dims: []int64{1, payloadBits}}
	if message.element == onnx.Int64 {
		data.Ints = make([]int64, payloadBits)
	} else {
		data.Floats = make([]float32, payloadBits)
	}
	session, err := rt.NewSession(file, []string{sound.name, message.name}, []string{m.Outputs[0].Name}, onnx.OptimiseAll)
	if err != nil {
		return nil, err
	}
	return &network{session, data}, nil
}

// newDetector loads a model with one input, sound [1,1,T], and one output [1,18,T] or two, [1,2,T] and [1,16].
func newDetector(rt *onnx.Runtime, file []byte) (*network, error) {
	m, inputs, err := parse(file)
	if err != nil {
		return nil, err
	}
	if len(inputs) != 1 || inputs[0].rank != 3 || inputs[0].element != onnx.Float32 || len(m.Outputs) < 1 || len(m.Outputs) > 2 {
		return nil, errors.New("it is no detector: that has one input, sound [1,1,T], and one or two outputs")
	}
	var outputs []string
	for _, out := range m.Outputs {
		outputs = append(outputs, out.Name)
	}
	session, err := rt.NewSession(file, []string{inputs[0].name}, outputs, onnx.OptimiseAll)
	if err != nil {
		return nil, err
	}
	return &network{session: session}, nil
}

type input struct {
	name    string
	element onnx.ElementType
	rank    int
}

// parse finds the inputs of a model. Constants that are listed among them are none.
func parse(file []byte) (*onnx.Model, []input, error) {
	m, err := onnx.Parse(file)
	if err != nil {
		return nil, nil, err
	}
	var inputs []input
	for _, v := range m.Inputs {
		if slices.ContainsFunc(m.Tensors, func(t *onnx.Tensor) bool { return t.Name == v.Name }) {
			continue
		}
		element, dims, err := v.Shape()
		if err != nil {
			return nil, nil, err
		}
		inputs = append(inputs, input{v.Name, element, len(dims)})
	}
	return m, inputs, nil
}

// mark is what has to be added to a block of sound at 16 kHz, whose length is a whole number of hops.
func (a *AudioSeal) mark(ctx context.Context, sound []float32) ([]float32, error) {
	message := onnx.Data{Dims: a.generator.message.Dims}
	for i := range payloadBits { // the first bit is the highest
		bit := a.payload >> (payloadBits - 1 - i) & 1
		if a.generator.message.Ints != nil {
			message.Ints = append(message.Ints, int64(bit))
		} else {
			message.Floats = append(message.Floats, float32(bit))
		}
	}
	out, err := a.generator.session.Run(ctx, []onnx.Data{soundData(sound), message})
	if err != nil {
		return nil, fmt.Errorf("watermark: %w", err)
	}
	mark := out[0].Floats
	if len(mark) < len(sound) {
		return nil, fmt.Errorf("watermark: the model gives %d samples for %d", len(mark), len(sound))
	}
	mark = mark[:len(sound)]
	for _, x := range mark {
		if !(math.Abs(float64(x)) <= 1) {
			return nil, fmt.Errorf("watermark: the model gives %v, which is no sound", x)
		}
	}
	return mark, nil
}

func soundData(sound []float32) onnx.Data {
	return onnx.Data{Dims: []int64{1, 1, int64(len(sound))}, Floats: sound}
}

// noModel says that a model is needed that was not named.
func noModel(key string) error {
	return &tts.Unavailable{What: "watermark", Err: errors.New("no model is named"), Remedy: "name one with " + key + " in the configuration"}
}
