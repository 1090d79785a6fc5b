package piper

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/voicepress/voicepress/tts/onnx"
)

// toyHop is the samples a frame of the toy voice.
const toyHop = 2 * 16

// toyVoice is a network with the interface and the kinds of nodes of a Piper voice, too small to speak: ids become
// durations of 1 to 6 frames, frames a latent sound, and a decoder of two upsamplings makes samples of it.
func toyVoice(t testing.TB) *onnx.Model {
	t.Helper()
	header := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 8) // IR version
	opset := protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), 15)
	header = protowire.AppendBytes(protowire.AppendTag(header, 8, protowire.BytesType), opset)
	graph := protowire.AppendString(protowire.AppendTag(nil, 2, protowire.BytesType), "toy")
	for _, in := range []struct {
		name string
		typ  onnx.ElementType
		dims []string
	}{
		{"input", onnx.Int64, []string{"batch", "phonemes"}},
		{"input_lengths", onnx.Int64, []string{"batch"}},
		{"scales", onnx.Float32, []string{"three"}},
	} {
		graph = protowire.AppendBytes(protowire.AppendTag(graph, 11, protowire.BytesType), declare(in.name, in.typ, in.dims))
	}
	graph = protowire.AppendBytes(protowire.AppendTag(graph, 12, protowire.BytesType),
		declare("output", onnx.Float32, []string{"a", "b", "c", "time"}))
	header = protowire.AppendBytes(protowire.AppendTag(header, 7, protowire.BytesType), graph)
	m, err := onnx.Parse(header)
	require.NoError(t, err)

	k := &toyBuilder{Model: m}
	k.encoder()
	k.conv("pre", "z", latentChannels, 16, 7, 1)
	k.upsample("up0", k.leaky("pre"), 16, 16, 2)
	k.residual("res0", "up0", 16, 3)
	k.Tensors = append(k.Tensors, onnx.FloatTensor("parts", []float32{3}))
	k.add("Div", "mean0", []string{"res0", "parts"})
	k.upsample("up1", k.leaky("mean0"), 16, 8, 16)
	k.residual("res1", "up1", 8, 2)
	k.add("Div", "mean1", []string{"res1", "parts"})
	k.conv("post", k.leaky("mean1"), 8, 1, 7, 1)
	k.add("Tanh", "sound", []string{"post"})
	k.add("Unsqueeze", "output", []string{"sound", k.ints(1)})
	return m
}

func declare(name string, typ onnx.ElementType, dims []string) []byte {
	var shape []byte
	for _, d := range dims {
		dim := protowire.AppendString(protowire.AppendTag(nil, 2, protowire.BytesType), d)
		shape = protowire.AppendBytes(protowire.AppendTag(shape, 1, protowire.BytesType), dim)
	}
	tensor := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(typ))
	tensor = protowire.AppendBytes(protowire.AppendTag(tensor, 2, protowire.BytesType), shape)
	value := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), tensor)
	out := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), name)
	return protowire.AppendBytes(protowire.AppendTag(out, 2, protowire.BytesType), value)
}

type toyBuilder struct {
	*onnx.Model
	made int
}

func (k *toyBuilder) add(op, out string, in []string, attributes ...onnx.Attribute) string {
	k.Nodes = append(k.Nodes, onnx.NewNode(op, out, in, attributes...))
	return out
}

func (k *toyBuilder) ints(v ...int64) string {
	k.made++
	t := onnx.IntTensor(fmt.Sprintf("ints%d", k.made), v...)
	k.Tensors = append(k.Tensors, t)
	return t.Name
}

// encoder ends in the tensor z: 1 x latentChannels x frames.
func (k *toyBuilder) encoder() {
	mix := make([]float32, latentChannels)
	for i := range mix {
		mix[i] = float32(math.Sin(float64(i)))
	}
	k.Tensors = append(k.Tensors, onnx.FloatTensor("none", []float32{0}, 1), onnx.FloatTensor("tenth", []float32{0.1}, 1),
		onnx.FloatTensor("mix", mix, 1, latentChannels, 1))
	k.add("Cast", "x", []string{"input"}, onnx.Int("to", 1))
	k.add("Unsqueeze", "x3", []string{"x", k.ints(1)})
	k.add("Mul", "zeros", []string{"x3", "none"})
	k.add("Concat", "zeros2", []string{"zeros", "zeros"}, onnx.Int("axis", 1))
	k.add("RandomNormalLike", "noise", []string{"zeros2"}, onnx.Int("dtype", 1))
	k.add("Gather", "noise_scale", []string{"scales", k.ints(0)})
	k.add("Gather", "length_scale", []string{"scales", k.ints(1)})
	k.add("Gather", "noise_w", []string{"scales", k.ints(2)})
	k.add("ReduceMean", "noise1", []string{"noise"}, onnx.Ints("axes", 1))
	k.add("Mul", "noise2", []string{"noise1", "noise_w"})
	k.add("Exp", "length", []string{"noise2"})
	k.add("Mul", "lengths", []string{"length", "length_scale"})
	k.add("Ceil", "w", []string{"lengths"})
	k.add("ReduceSum", "frames", []string{"w", k.ints(0, 1, 2)}, onnx.Int("keepdims", 0))
	k.add("Constant", "axis", nil, onnx.Int("value_int", 2))
	k.add("CumSum", "ends", []string{"w", "axis"})
	k.add("Constant", "from", nil, onnx.Float("value_float", 0))
	k.add("Constant", "by", nil, onnx.Float("value_float", 1))
	k.add("Range", "index", []string{"from", "frames", "by"})
	k.add("Unsqueeze", "index3", []string{"index", k.ints(0, 2)})
	k.add("Less", "passed", []string{"ends", "index3"}) // 1 x frames x ids
	k.add("Cast", "passed1", []string{"passed"}, onnx.Int("to", 1))
	k.add("ReduceSum", "at", []string{"passed1", k.ints(2)}, onnx.Int("keepdims", 0)) // 1 x frames
	k.add("Mul", "pitch", []string{"at", "tenth"})
	k.add("Sin", "wave", []string{"pitch"})
	k.add("Unsqueeze", "wave3", []string{"wave", k.ints(1)})
	k.add("Mul", "m", []string{"wave3", "mix"}) // 1 x channels x frames
	k.add("RandomNormalLike", "noise3", []string{"m"}, onnx.Int("dtype", 1))
	k.add("Mul", "noise4", []string{"noise3", "noise_scale"})
	k.add("Add", "zp", []string{"m", "noise4"})
	k.add("Mul", "z", []string{"zp", "tenth"})
}

// weights are made up, small and never twice the same.
func (k *toyBuilder) weights(name string, dims ...int64) string {
	n := int64(1)
	for _, d := range dims {
		n *= d
	}
	w := make([]float32, n)
	for i := range w {
		w[i] = float32(math.Sin(float64(i)*1.7+float64(len(name)))) / float32(math.Sqrt(float64(n)/float64(dims[0])))
	}
	k.Tensors = append(k.Tensors, onnx.FloatTensor(name+".w", w, dims...))
	return name + ".w"
}

func (k *toyBuilder) conv(out, in string, from, to, kernel, dilation int64) string {
	pad := dilation * (kernel - 1) / 2
	return k.add("Conv", out, []string{in, k.weights(out, to, from, kernel)}, onnx.Ints("dilations", dilation),
		onnx.Int("group", 1), onnx.Ints("kernel_shape", kernel), onnx.Ints("pads", pad, pad), onnx.Ints("strides", 1))
}

func (k *toyBuilder) upsample(out, in string, from, to, stride int64) {
	k.Tensors = append(k.Tensors, onnx.FloatTensor(out+".b", make([]float32, to), to))
	k.add("ConvTranspose", out, []string{in, k.weights(out, from, to, 2*stride), out + ".b"},
		onnx.Ints("strides", stride), onnx.Ints("kernel_shape", 2*stride), onnx.Ints("pads", stride/2, stride/2))
}

func (k *toyBuilder) leaky(in string) string {
	return k.add("LeakyRelu", in+".leaky", []string{in}, onnx.Float("alpha", 0.1))
}

func (k *toyBuilder) residual(out, in string, channels, dilation int64) {
	k.conv(out+".conv", k.leaky(in), channels, channels, 3, dilation)
	k.add("Add", out, []string{out + ".conv", in})
}

func TestTheToyVoiceIsSplitAndSoundsAsAWhole(t *testing.T) {
	rt := testRuntime(t)
	fast, err := loadModel(rt, toyVoice(t).Encode(), toyHop)
	require.NoError(t, err)
	require.Empty(t, fast.missing)
	require.Equal(t, 2, fast.dec.stepsAFrame)
	require.Equal(t, 16, fast.dec.hop)
	whole, err := loadModel(rt, toyVoice(t).Encode(), 1)
	require.NoError(t, err)
	require.Len(t, whole.missing, 1, "the hop does not match, so the decoder is not split off")
	whole.hop = toyHop
	for _, n := range []int{1, 40, 400} {
		u := testUtterance(n)
		want, err := whole.run(t.Context(), u)
		require.NoError(t, err)
		got, err := fast.run(t.Context(), u)
		require.NoError(t, err)
		require.Equal(t, want.frames, got.frames)
		require.Greater(t, ratio(want.samples, got.samples), 100.0)
	}
	require.NoError(t, fast.close())
	require.NoError(t, whole.close())
}

func TestAGraphThatIsNotAsExpectedIsRunWithoutTheEdit(t *testing.T) {
	rt := testRuntime(t)
	for name, c := range map[string]struct {
		change           func(*onnx.Model)
		durations, noise bool
	}{
		"no Ceil":    {func(m *onnx.Model) { node(m, "Ceil").Op = "Round" }, false, true},
		"two Ceils":  {func(m *onnx.Model) { node(m, "Exp").Op = "Ceil" }, false, true},
		"no CumSum":  {func(m *onnx.Model) { node(m, "CumSum").Inputs[0] = "lengths" }, false, true},
		"loud noise": {func(m *onnx.Model) { loud(m, "scale", 2) }, true, false},
		"odd noise":  {func(m *onnx.Model) { loud(m, "mean", 1) }, true, false},
		"one noise": {func(m *onnx.Model) {
			node(m, "RandomNormalLike").Op = "Identity"
			node(m, "Identity").Attributes = nil
		}, true, false},
		"another noise": {func(m *onnx.Model) { node(m, "RandomNormalLike").Op = "RandomUniformLike" }, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			toy := toyVoice(t)
			c.change(toy)
			m, err := loadModel(rt, toy.Encode(), toyHop)
			require.NoError(t, err)
			defer func() { require.NoError(t, m.close()) }()
			require.NotEmpty(t, m.missing)
			for _, err := range m.missing {
				require.ErrorIs(t, err, errGraph)
			}
			require.Equal(t, c.durations, m.durations)
			require.Equal(t, c.noise, m.noise)
			s, err := m.run(t.Context(), testUtterance(20))
			require.NoError(t, err)
			require.NotEmpty(t, s.samples)
			require.Equal(t, c.durations, s.frames != nil)
		})
	}
}

func node(m *onnx.Model, op string) *onnx.Node {
	for _, n := range m.Nodes {
		if n.Op == op {
			return n
		}
	}
	return nil
}

func loud(m *onnx.Model, attribute string, v float32) {
	n := node(m, "RandomNormalLike")
	n.Attributes = append(n.Attributes, onnx.Float(attribute, v))
}

func TestADecoderOfAnotherBuildIsLeftInTheGraph(t *testing.T) {
	rt := testRuntime(t)
	for name, change := range map[string]func(*onnx.Model){
		"a wide kernel":      func(m *onnx.Model) { node(m, "ConvTranspose").SetInts("dilations", 1, 1) },
		"another activation": func(m *onnx.Model) { node(m, "Tanh").Op = "Sin" },
		"uneven padding":     func(m *onnx.Model) { last(m, "ConvTranspose").SetInts("pads", 16, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			toy := toyVoice(t)
			change(toy)
			_, err := splitDecoder(toy)
			require.ErrorIs(t, err, errGraph)
			if name == "another activation" {
				m, err := loadModel(rt, toy.Encode(), toyHop)
				require.NoError(t, err)
				_, err = m.run(t.Context(), testUtterance(5))
				require.NoError(t, err)
				require.NoError(t, m.close())
			}
		})
	}
}

func last(m *onnx.Model, op string) *onnx.Node {
	var found *onnx.Node
	for _, n := range m.Nodes {
		if n.Op == op {
			found = n
		}
	}
	return found
}

func TestTheNoiseGrowsUntilItIsEnough(t *testing.T) {
	m, err := loadModel(testRuntime(t), toyVoice(t).Encode(), toyHop)
	require.NoError(t, err)
	defer func() { require.NoError(t, m.close()) }()
	u := testUtterance(100)
	var asked []int
	normal := u.latentNoise
	u.latentNoise = func(dst []float32) {
		asked = append(asked, len(dst))
		normal(dst)
	}
	u.noiseW = 3 // and so some phonemes last long
	want, err := m.run(t.Context(), u)
	require.NoError(t, err)
	require.Greater(t, len(asked), 1)
	require.IsIncreasing(t, asked)

	_, err = m.run(t.Context(), testUtterance(200))
	require.NoError(t, err)
	got, err := m.run(t.Context(), u)
	require.NoError(t, err)
	require.Equal(t, want.samples, got.samples, "what was said before does not matter")

	u.latentNoise, u.noiseW, u.lengthScale = normal, 0, 70
	_, err = m.run(t.Context(), u)
	require.ErrorContains(t, err, "longer than")
}

func TestAFileThatIsNoVoiceIsRefused(t *testing.T) {
	rt := testRuntime(t)
	toy := toyVoice(t)
	toy.Inputs = toy.Inputs[:2]
	_, err := loadModel(rt, toy.Encode(), toyHop)
	require.ErrorContains(t, err, "not a Piper voice")

	file := toyVoice(t).Encode()
	for _, n := range []int{0, 1, 17, len(file) / 2, len(file) - 1} {
		_, err := loadModel(rt, file[:n], toyHop)
		require.Error(t, err, "%d bytes", n)
	}
	toy = toyVoice(t)
	node(toy, "Sin").Op = "NoSuchOperator"
	_, err = loadModel(rt, toy.Encode(), toyHop)
	require.ErrorContains(t, err, "NoSuchOperator")
}
