package onnx

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/assets"
)

func dataFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("VOICEPRESS_DATA")
	if folder == "" {
		var err error
		folder, err = assets.DefaultDir()
		require.NoError(t, err)
	}
	return folder
}

// header is the beginning of a model file: IR version 8, operator set 15.
func header() []byte {
	b := appendInt(nil, 1, 8)
	return appendBytes(b, 8, appendInt(nil, 2, 15))
}

// example computes y = LeakyRelu(x) * 2, cut to as many elements as x asks for.
func example(t testing.TB) *Model {
	t.Helper()
	m, err := Parse(append(header(), appendBytes(nil, 7, appendString(nil, 2, "example"))...))
	require.NoError(t, err)
	m.Inputs = []*Value{FloatInput("x", 1, -1)}
	m.Outputs = []*Value{Output("y")}
	m.Nodes = []*Node{
		NewNode("LeakyRelu", "a", []string{"x"}, Float("alpha", 0.5)),
		NewNode("Mul", "b", []string{"a", "two"}),
		NewNode("Transpose", "y", []string{"b"}, Ints("perm", 1, 0)),
		NewNode("Sqrt", "unused", []string{"a"}),
	}
	m.Tensors = []*Tensor{FloatTensor("two", []float32{2}, 1), IntTensor("unused.t", 1, 2, 3)}
	return m
}

func testRuntime(t testing.TB) *Runtime {
	t.Helper()
	path, err := Find(dataFolder(t))
	require.NoError(t, err, "the tests need ONNX Runtime: run `make test`, or `voicepress install onnxruntime`")
	rt, err := Load(path)
	require.NoError(t, err)
	return rt
}

// The order matters: a process has one library, so what cannot be loaded has to be tried before the one that can.
func TestLoad(t *testing.T) {
	path, err := Find(dataFolder(t))
	require.NoError(t, err)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	folder := t.TempDir()
	write := func(name string, content []byte) string {
		p := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(p, content, 0o600))
		return p
	}
	for name, bad := range map[string]string{
		"missing": filepath.Join(folder, "nothing"),
		"empty":   write("empty", nil),
		"text":    write("text", []byte("not a library")),
		"half":    write("half", whole[:len(whole)/2]),
		"most":    write("most", whole[:len(whole)-4096]),
		"folder":  folder,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(bad)
			var missing *tts.Unavailable
			require.ErrorAs(t, err, &missing)
			require.Equal(t, "voicepress install onnxruntime", missing.Hint())
			require.ErrorContains(t, err, bad)
		})
	}
	rt, err := Load(path)
	require.NoError(t, err)
	require.NotEmpty(t, rt.Version())
	again, err := Load(path)
	require.NoError(t, err)
	require.Equal(t, rt, again)
	_, err = Load(write("copy", whole))
	require.ErrorContains(t, err, "is loaded already")
}

func TestFindTakesTheNewest(t *testing.T) {
	data := t.TempDir()
	_, err := Find(data)
	var missing *tts.Unavailable
	require.ErrorAs(t, err, &missing)
	path, err := Find(dataFolder(t))
	require.NoError(t, err)
	name := filepath.Base(path)
	for _, version := range []string{"1.9.0", "1.32.0", "1.4.10", "x", "2.0.0"} {
		folder := filepath.Join(data, "runtimes", "onnxruntime-"+version)
		require.NoError(t, os.MkdirAll(folder, 0o750))
		if version != "2.0.0" { // it has no library in it
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600))
		}
	}
	got, err := Find(data)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(data, "runtimes", "onnxruntime-1.32.0", name), got)
}

func TestAModelIsTheSameAfterParsing(t *testing.T) {
	file := example(t).Encode()
	m, err := Parse(file)
	require.NoError(t, err)
	require.Equal(t, int64(15), m.Opset)
	require.Equal(t, file, m.Encode())
	a, ok := m.Nodes[0].Attribute("alpha")
	require.True(t, ok)
	require.InDelta(t, 0.5, a.Float, 0)
	a, ok = m.Nodes[2].Attribute("perm")
	require.True(t, ok)
	require.Equal(t, []int64{1, 0}, a.Ints)
	w, err := m.Tensors[0].Floats()
	require.NoError(t, err)
	require.Equal(t, []float32{2}, w)
	_, err = m.Tensors[1].Floats()
	require.ErrorIs(t, err, ErrUnsupported)
	_, err = m.Tensors[0].WithDims(2)
	require.ErrorIs(t, err, ErrUnsupported)
	r, err := m.Tensors[0].WithDims(1, 1, 1)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 1, 1}, r.Dims)
}

func TestTensorsMayKeepTheirNumbersInEitherField(t *testing.T) {
	for name, floats := range map[string][]byte{
		"packed": appendBytes(nil, 4, []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0x40}),
		"single": protowire.AppendFixed32(protowire.AppendTag(protowire.AppendFixed32(
			protowire.AppendTag(nil, 4, protowire.Fixed32Type), 0x3f800000), 4, protowire.Fixed32Type), 0x40000000),
	} {
		tensor, err := parseTensor(append(appendInt(appendInt(nil, 1, 2), 2, 1), floats...))
		require.NoError(t, err, name)
		v, err := tensor.Floats()
		require.NoError(t, err, name)
		require.Equal(t, []float32{1, 2}, v, name)
	}
	elsewhere, err := parseTensor(appendInt(appendInt(appendInt(nil, 1, 0), 2, 1), 14, 1))
	require.NoError(t, err)
	_, err = elsewhere.Floats()
	require.ErrorIs(t, err, ErrUnsupported)
}

func TestAPartHoldsWhatItNeeds(t *testing.T) {
	m := example(t)
	part, err := m.Part([]*Value{FloatInput("a", 1, -1)}, []*Value{Output("b")})
	require.NoError(t, err)
	require.Len(t, part.Nodes, 1)
	require.Len(t, part.Tensors, 1)
	_, err = m.Part(nil, []*Value{Output("y")})
	require.ErrorContains(t, err, `nothing makes "x"`)

	m.Nodes[3].Outputs[0] = "a"
	_, err = m.Part(nil, []*Value{Output("y")})
	require.ErrorContains(t, err, `two nodes make "a"`)
	m = example(t)
	m.Nodes[0].Attributes = append(m.Nodes[0].Attributes, Attribute{Name: "body", Type: graphAttribute})
	m, err = Parse(m.Encode())
	require.NoError(t, err)
	_, err = m.Index()
	require.ErrorIs(t, err, ErrUnsupported)
}

func TestInputsSayTheirTypeAndSizes(t *testing.T) {
	element, dims, err := FloatInput("x", 1, -1, 16).Shape()
	require.NoError(t, err)
	require.Equal(t, Float32, element)
	require.Equal(t, []int64{1, -1, 16}, dims)
	_, dims, err = Output("y").Shape()
	require.NoError(t, err)
	require.Empty(t, dims)
	_, _, err = (&Value{Name: "cut", raw: []byte{2<<3 | 2, 5, 1}}).Shape()
	require.ErrorContains(t, err, "cut")
}

func TestRunComputes(t *testing.T) {
	rt := testRuntime(t)
	for _, level := range []Optimisation{OptimiseNothing, OptimiseAll} {
		s, err := rt.NewSession(example(t).Encode(), []string{"x"}, []string{"y"}, level)
		require.NoError(t, err)
		out, err := s.Run(t.Context(), []Data{{Dims: []int64{1, 3}, Floats: []float32{1, -1, 4}}})
		require.NoError(t, err)
		require.Equal(t, []Data{{Dims: []int64{3, 1}, Floats: []float32{2, -1, 8}}}, out)
		memory := make([]float32, 3)
		in := []Data{{Dims: []int64{1, 3}, Floats: []float32{1, -1, 4}}}
		require.NoError(t, s.RunInto(t.Context(), in, []Data{{Dims: []int64{3, 1}, Floats: memory}}))
		require.Equal(t, []float32{2, -1, 8}, memory)
		require.Error(t, s.RunInto(t.Context(), in, []Data{{Dims: []int64{1, 3}, Floats: memory}}))
		require.Error(t, s.RunInto(t.Context(), in, nil))

		for name, in := range map[string][]Data{
			"no inputs":      nil,
			"wrong type":     {{Dims: []int64{1, 1}, Ints: []int64{1}}},
			"wrong size":     {{Dims: []int64{1, 3}, Floats: []float32{1}}},
			"nothing":        {{Dims: []int64{1, 0}}},
			"no dimensions":  {{Floats: []float32{1}}},
			"wrong rank":     {{Dims: []int64{3}, Floats: []float32{1, 2, 3}}},
			"negative sizes": {{Dims: []int64{-1, -3}, Floats: []float32{1, 2, 3}}},
		} {
			_, err := s.Run(t.Context(), in)
			require.Error(t, err, name)
			require.NotErrorIs(t, err, ErrTooSmall, name)
		}
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		_, err = s.Run(ctx, []Data{{Dims: []int64{1, 1}, Floats: []float32{1}}})
		require.ErrorIs(t, err, cause)
		require.NoError(t, s.Close())
	}
}

func TestAnInputThatIsTooSmallIsToldApart(t *testing.T) {
	m := example(t)
	m.Tensors = append(m.Tensors, IntTensor("shape", 2, 2))
	m.Nodes[2] = NewNode("Reshape", "y", []string{"b", "shape"})
	s, err := testRuntime(t).NewSession(m.Encode(), []string{"x"}, []string{"y"}, OptimiseNothing)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	_, err = s.Run(t.Context(), []Data{{Dims: []int64{1, 3}, Floats: []float32{1, 2, 3}}})
	require.ErrorIs(t, err, ErrTooSmall)
}

func TestAModelThatCannotBeLoadedIsRefused(t *testing.T) {
	rt := testRuntime(t)
	for name, change := range map[string]func(*Model){
		"operator": func(m *Model) { m.Nodes[0].Op = "NoSuchOperator" },
		"input":    func(m *Model) { m.Nodes[0].Inputs[0] = "nothing" },
		"cycle":    func(m *Model) { m.Nodes[0].Inputs[0] = "y" },
		"weights":  func(m *Model) { m.Tensors[0].data = m.Tensors[0].data[:2] },
	} {
		m := example(t)
		change(m)
		_, err := rt.NewSession(m.Encode(), []string{"x"}, []string{"y"}, OptimiseNothing)
		require.ErrorContains(t, err, "load model", name)
		require.Less(t, len(err.Error()), 400, name)
	}
	for _, junk := range [][]byte{{}, {0}, []byte("junk"), example(t).Encode()[:40]} {
		_, err := rt.NewSession(junk, []string{"x"}, []string{"y"}, OptimiseNothing)
		require.Error(t, err)
	}
}

func FuzzParse(f *testing.F) {
	file := example(f).Encode()
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Add(header())
	f.Add([]byte{0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := Parse(file)
		if err != nil {
			return
		}
		again, err := Parse(m.Encode())
		require.NoError(t, err)
		require.Len(t, again.Nodes, len(m.Nodes))
		require.Len(t, again.Tensors, len(m.Tensors))
		for _, tensor := range m.Tensors {
			_, _ = tensor.Floats()
		}
		if len(m.Outputs) > 0 {
			_, _ = m.Part(m.Inputs, slices.Clone(m.Outputs))
		}
	})
}
