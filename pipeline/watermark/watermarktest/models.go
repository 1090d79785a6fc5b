// Package watermarktest makes a generator and a detector with the interface of AudioSeal for tests. They hide a message in
// sixteen tones and find them by correlation; a listener would hear them, and nothing protects them. Not for real sound.
package watermarktest

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/voicepress/voicepress/tts/onnx"
)

const (
	rate   = 16000 // Hz
	period = 320   // samples: all tones repeat after these
	bits   = 16
	level  = 0.004 // amplitude of a tone
)

// Shape says how a model is built.
type Shape struct {
	IntMessage bool // the message is int64, not float32
	OneOutput  bool // the detector gives logits [1,18,T], not probabilities [1,2,T] and [1,16]
}

// Write puts a generator and a detector into a folder and returns their paths.
func Write(tb testing.TB, s Shape) (generator, detector string) {
	tb.Helper()
	dir := tb.TempDir()
	generator, detector = filepath.Join(dir, "generator.onnx"), filepath.Join(dir, "detector.onnx")
	require.NoError(tb, os.WriteFile(generator, Generator(tb, s), 0o600))
	require.NoError(tb, os.WriteFile(detector, Detector(tb, s), 0o600))
	return generator, detector
}

// tones are the carriers, one row each: the first is there in any mark, then one for each bit. Their frequencies are
// multiples of 50 Hz from 4 kHz on, where speech has little.
func tones() []float32 {
	all := make([]float32, 0, (1+bits)*period)
	for i := range 1 + bits {
		for t := range period {
			all = append(all, float32(math.Cos(2*math.Pi*float64(4000+150*i)*float64(t)/rate+float64(i*i))))
		}
	}
	return all
}

// Generator is a model: sound [1,1,T] and message [1,16] to what has to be added.
func Generator(tb testing.TB, s Shape) []byte {
	tb.Helper()
	element := onnx.Float32
	if s.IntMessage {
		element = onnx.Int64
	}
	b := newBuilder(tb, []declared{{"audio", onnx.Float32, []string{"1", "1", "T"}}, {"message", element, []string{"1", "16"}}}, "mark")
	b.constant("tones", tones(), 1+bits, period)
	b.constant("one", []float32{1}, 1, 1)
	b.constant("two", []float32{2}, 1, 1)
	b.constant("level", []float32{level}, 1, 1)
	b.constant("none", []float32{0}, 1, 1, 1)
	b.add("Cast", "message.float", []string{"message"}, onnx.Int("to", int64(onnx.Float32)))
	b.add("Mul", "doubled", []string{"message.float", "two"})
	b.add("Sub", "signs", []string{"doubled", "one"}) // -1 and 1
	b.add("Concat", "all", []string{"one", "signs"}, onnx.Int("axis", 1))
	b.add("Mul", "levels", []string{"all", "level"})
	b.add("MatMul", "pattern", []string{"levels", "tones"}) // [1,320]
	b.add("Reshape", "frames", []string{"audio", b.ints(1, -1, period)})
	b.add("Mul", "silence", []string{"frames", "none"})
	b.add("Add", "marked", []string{"silence", "pattern"})
	b.add("Reshape", "mark", []string{"marked", b.ints(1, 1, -1)})
	return b.Encode()
}

// Detector is a model: sound [1,1,T] to how likely it is that each sample is marked, and the message.
func Detector(tb testing.TB, s Shape) []byte {
	tb.Helper()
	outputs := []string{"result", "message"}
	if s.OneOutput {
		outputs = []string{"logits"}
	}
	b := newBuilder(tb, []declared{{"audio", onnx.Float32, []string{"1", "1", "T"}}}, outputs...)
	b.constant("tones", tones(), 1+bits, period)
	b.constant("none", []float32{0}, 1, 1, 1)
	b.constant("one", []float32{1}, 1, 1, 1)
	b.constant("least", []float32{level / 4 * period / 2}, 1, 1) // of the correlation with a tone that is there
	b.constant("steep", []float32{100}, 1, 1)
	b.add("Reshape", "frames", []string{"audio", b.ints(-1, period)})
	b.add("Transpose", "columns", []string{"tones"}, onnx.Ints("perm", 1, 0))
	b.add("MatMul", "found", []string{"frames", "columns"}) // frames x 17
	b.add("ReduceMean", "mean", []string{"found"}, onnx.Ints("axes", 0))
	b.add("Slice", "presence", []string{"mean", b.ints(0), b.ints(1), b.ints(1)})
	b.add("Slice", "signs", []string{"mean", b.ints(1), b.ints(1 + bits), b.ints(1)})
	b.add("Sub", "excess", []string{"presence", "least"})
	b.add("Mul", "evidence", []string{"excess", "steep"})
	b.add("Mul", "bits", []string{"signs", "steep"})
	b.add("Mul", "silence", []string{"audio", "none"})
	if s.OneOutput {
		b.add("Unsqueeze", "column", []string{"evidence", b.ints(2)})
		b.add("Unsqueeze", "bits3", []string{"bits", b.ints(2)})
		b.add("Add", "yes", []string{"silence", "column"})
		b.add("Neg", "no", []string{"yes"})
		b.add("Add", "message.logits", []string{"silence", "bits3"}) // [1,16,T]
		b.add("Concat", "logits", []string{"no", "yes", "message.logits"}, onnx.Int("axis", 1))
		return b.Encode()
	}
	b.add("Sigmoid", "message", []string{"bits"})
	b.add("Sigmoid", "probability", []string{"evidence"})
	b.add("Add", "yes", []string{"silence", "probability"})
	b.add("Sub", "no", []string{"one", "yes"})
	b.add("Concat", "result", []string{"no", "yes"}, onnx.Int("axis", 1))
	return b.Encode()
}

type builder struct {
	*onnx.Model
	made int
}

type declared struct {
	name    string
	element onnx.ElementType
	dims    []string
}

func newBuilder(tb testing.TB, inputs []declared, outputs ...string) *builder {
	tb.Helper()
	header := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 8) // IR version
	opset := protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), 15)
	header = field(header, 8, opset)
	graph := field(nil, 2, []byte("toy"))
	for _, in := range inputs {
		graph = field(graph, 11, in.encode())
	}
	m, err := onnx.Parse(field(header, 7, graph))
	require.NoError(tb, err)
	for _, name := range outputs {
		m.Outputs = append(m.Outputs, onnx.Output(name))
	}
	return &builder{Model: m}
}

func field(b []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), value)
}

// encode is a ValueInfoProto. A size that is no number is left open.
func (d declared) encode() []byte {
	var shape []byte
	for _, size := range d.dims {
		var n uint64
		dim := field(nil, 2, []byte(size))
		if _, err := fmt.Sscan(size, &n); err == nil {
			dim = protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), n)
		}
		shape = field(shape, 1, dim)
	}
	tensor := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(d.element))
	tensor = field(tensor, 2, shape)
	return field(field(nil, 1, []byte(d.name)), 2, field(nil, 1, tensor))
}

func (b *builder) add(op, out string, in []string, attributes ...onnx.Attribute) {
	b.Nodes = append(b.Nodes, onnx.NewNode(op, out, in, attributes...))
}

func (b *builder) constant(name string, values []float32, dims ...int64) {
	b.Tensors = append(b.Tensors, onnx.FloatTensor(name, values, dims...))
}

func (b *builder) ints(v ...int64) string {
	b.made++
	t := onnx.IntTensor(fmt.Sprint("ints", b.made), v...)
	b.Tensors = append(b.Tensors, t)
	return t.Name
}
