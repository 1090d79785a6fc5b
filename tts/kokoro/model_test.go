package kokoro

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/voicepress/voicepress/tts/onnx"
)

// toy is a network with Kokoro's interface and durations, too small to speak: each token lasts some frames, at the given
// speed, and the sound is one tone of that length.
func toy(t testing.TB) *onnx.Model {
	t.Helper()
	field := func(b []byte, n protowire.Number, value []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(b, n, protowire.BytesType), value)
	}
	number := func(b []byte, n protowire.Number, v uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(b, n, protowire.VarintType), v)
	}
	declare := func(name string, typ onnx.ElementType, rank int) []byte {
		var shape []byte
		for range rank {
			shape = field(shape, 1, field(nil, 2, []byte(name+"_size")))
		}
		tensor := field(number(nil, 1, uint64(typ)), 2, shape)
		return field(field(nil, 1, []byte(name)), 2, field(nil, 1, tensor))
	}
	graph := field(nil, 2, []byte("toy"))
	graph = field(graph, 11, declare("tokens", onnx.Int64, 2))
	graph = field(graph, 11, declare("style", onnx.Float32, 2))
	graph = field(graph, 11, declare("speed", onnx.Float32, 1))
	graph = field(graph, 12, declare("audio", onnx.Float32, 1))
	file := field(number(nil, 1, 8), 8, number(nil, 2, 15))
	file = field(file, 14, field(field(nil, 1, []byte("kokoro_config")), 2, []byte(`{"vocab":{" ":16,".":4,"ˈ":156,"ə":83,"A":24}}`)))
	m, err := onnx.Parse(field(file, 7, graph))
	require.NoError(t, err)

	add := func(op, out string, in []string, attributes ...onnx.Attribute) {
		m.Nodes = append(m.Nodes, onnx.NewNode(op, out, in, attributes...))
	}
	constant := func(name string, v float32) {
		m.Nodes = append(m.Nodes, onnx.NewNode("Constant", name, nil, onnx.Float("value_float", v)))
	}
	whole := func(name string, v int64) {
		m.Nodes = append(m.Nodes, onnx.NewNode("Constant", name, nil, onnx.Int("value_int", v)))
	}
	constant("step", 0.05)
	constant("one", 1)
	whole("zero", 0)
	whole("last", -1)
	whole("unit", 1)
	whole("samples", frameSamples)
	add("Cast", "numbers", []string{"tokens"}, onnx.Int("to", 1))
	add("Mul", "small", []string{"numbers", "step"})
	add("Add", "lengths", []string{"small", "one"})
	add("Div", "spoken", []string{"lengths", "speed"})
	add("Round", "rounded", []string{"spoken"})
	add("Clip", "frames", []string{"rounded", "one"})
	add("Cast", "frames64", []string{"frames"}, onnx.Int("to", 7))
	add("Gather", "row", []string{"frames64", "zero"})
	add("CumSum", "ends", []string{"row", "zero"})
	add("Gather", "total", []string{"ends", "last"})
	add("Mul", "size", []string{"total", "samples"})
	add("Range", "index", []string{"zero", "size", "unit"})
	add("Cast", "time", []string{"index"}, onnx.Int("to", 1))
	add("Mul", "phase", []string{"time", "step"})
	add("Sin", "audio", []string{"phase"})
	return m
}

func node(m *onnx.Model, op string) *onnx.Node {
	return m.Nodes[slices.IndexFunc(m.Nodes, func(n *onnx.Node) bool { return n.Op == op })]
}

func testRuntime(t testing.TB) *onnx.Runtime {
	t.Helper()
	library, err := onnx.Find(dataFolder(t))
	require.NoError(t, err)
	rt, err := onnx.Load(library)
	require.NoError(t, err)
	return rt
}

func TestDurationsAreThoseOfTheSound(t *testing.T) {
	m, err := newModel(toy(t).Encode())
	require.NoError(t, err)
	require.Equal(t, "frames", m.durations)
	require.True(t, m.deterministic)
	v, err := openVocabulary(m.graph, t.TempDir())
	require.NoError(t, err, "the vocabulary in the metadata comes first")
	require.Equal(t, vocabulary{' ': 16, '.': 4, 'ˈ': 156, 'ə': 83, 'A': 24}, v)
	require.NoError(t, m.load(testRuntime(t)))
	defer func() { require.NoError(t, m.session.Close()) }()
	for _, speed := range []float32{1, 2} {
		s, err := m.run(t.Context(), []int64{0, 24, 156, 83, 4, 0}, make([]float32, styleWidth), speed)
		require.NoError(t, err)
		for i, token := range []float64{0, 24, 156, 83, 4, 0} {
			require.InDelta(t, max(1, math.RoundToEven((1+0.05*token)/float64(speed))), s.frames[i], 1e-6)
		}
	}
}

func TestAGraphThatIsNotAsExpectedIsRunWithoutTheEdit(t *testing.T) {
	for name, change := range map[string]func(*onnx.Model){
		"nothing rounds":  func(m *onnx.Model) { node(m, "Round").Op = "Floor" },
		"two round":       func(m *onnx.Model) { node(m, "Sin").Op = "Round" },
		"no least value":  func(m *onnx.Model) { node(m, "Clip").Op = "Max" },
		"no running sum":  func(m *onnx.Model) { node(m, "CumSum").Op = "Add" },
		"used in between": func(m *onnx.Model) { node(m, "Div").Inputs[0] = "rounded" },
	} {
		graph := toy(t)
		change(graph)
		m, err := newModel(graph.Encode())
		require.NoError(t, err, name)
		require.Empty(t, m.durations, name)
		require.Len(t, m.missing, 1, name)
		require.ErrorIs(t, m.missing[0], errGraph, name)
	}
	graph := toy(t)
	node(graph, "Sin").Op = "RandomNormalLike"
	m, err := newModel(graph.Encode())
	require.NoError(t, err)
	require.False(t, m.deterministic)
}

func TestAFileThatIsNoKokoroIsRefused(t *testing.T) {
	graph := toy(t)
	graph.Inputs = graph.Inputs[:2]
	_, err := newModel(graph.Encode())
	require.ErrorContains(t, err, "2 inputs")
	graph = toy(t)
	graph.Inputs[2] = onnx.FloatInput("volume", 1)
	_, err = newModel(graph.Encode())
	require.ErrorContains(t, err, `"volume"`)
	graph = toy(t)
	graph.Inputs[0] = onnx.FloatInput("tokens", 1, -1)
	_, err = newModel(graph.Encode())
	require.ErrorContains(t, err, "of type 1")
	file := toy(t).Encode()
	for _, n := range []int{0, 1, 17, len(file) / 2} {
		_, err := newModel(file[:n])
		require.Error(t, err, "%d bytes", n)
	}
}

func TestSoundIsHeldAgainstItsDurations(t *testing.T) {
	good := func() sound { return sound{make([]float32, 5*frameSamples), []float32{1, 3, 1}} }
	require.NoError(t, good().check(3))
	for want, change := range map[string]func(*sound){
		"3 durations for 4 tokens": nil,
		"3001 samples":             func(s *sound) { s.samples = append(s.samples, 0) },
		"duration of 0":            func(s *sound) { s.frames[1] = 0 },
		"NaN as sample 7":          func(s *sound) { s.samples[7] = float32(math.NaN()) },
		"duration of NaN":          func(s *sound) { s.frames[2] = float32(math.NaN()) },
	} {
		s, tokens := good(), 3
		if change == nil {
			tokens = 4
		} else {
			change(&s)
		}
		require.ErrorContains(t, s.check(tokens), want)
	}
}

func TestTheStyleIsThatOfTheLength(t *testing.T) {
	require.Equal(t, 7, rowFor(7, 0), "the number of tokens, without those at the ends")
	require.Equal(t, 0, rowFor(0, 0))
	require.Equal(t, styleRows-1, rowFor(mostTokens, 0), "the table has no row for the longest")
	require.Equal(t, styleRows-1, rowFor(mostTokens+99, 7))
	seen := map[int]bool{7: true}
	for seed := range uint64(9) {
		seen[rowFor(7, seed)] = true
	}
	require.Len(t, seen, 9, "seeds choose among the neighbours")
	require.Equal(t, rowFor(100, math.MaxUint64), rowFor(100, math.MaxUint64-8))

	table := make(style, styleRows*styleWidth*4)
	table[4*(7*styleWidth+1)+3] = 0x40 // 2 as a number of 32 bits, little endian
	require.InDelta(t, 2, table.row(7)[1], 0)
	require.NotPanics(t, func() { table.row(rowFor(mostTokens, 0)) })
}

func TestNothingIsTrimmedOfWhatIsHeard(t *testing.T) {
	s := sound{make([]float32, 40*frameSamples), []float32{10, 5, 5, 15, 5}}
	for i := 8 * frameSamples; i < 24*frameSamples; i++ {
		s.samples[i] = float32(math.Sin(float64(i) / 20))
	}
	tokens := []token{{}, {}, {}}
	for i, r := range "ab." {
		tokens[i].Rune = r
	}
	samples, times, err := trim(s, tokens)
	require.NoError(t, err)
	require.InDelta(t, 16*frameSamples+int(0.09*rate), len(samples), 0.002*rate, "30 ms before and 60 ms after")
	require.InDelta(t, 0.03*rate, times.From[0], 0.002*rate, "the first phoneme begins where sound does")
	require.InDelta(t, 15*frameSamples-early-8*frameSamples+int(0.03*rate), times.To[0], 0.002*rate)
	require.InDelta(t, len(samples)-int(0.06*rate), times.To[1], 0.002*rate, "the last one ends where sound does")
	_, _, err = trim(sound{make([]float32, 5*frameSamples), []float32{1, 1, 1, 1, 1}}, tokens)
	require.Error(t, err)
}

func TestVocabulariesThatCannotWorkAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":            "unexpected end",
		"[]":          "cannot unmarshal",
		"{}":          "no token for",
		`{"vocab":1}`: "cannot unmarshal",
		`{"vocab":{" ":16,".":4,"ˈ":156,"ə":83,"A":178}}`: `"A" is 178`,
		`{"vocab":{" ":16,".":4,"ˈ":156,"ə":83,"A":0}}`:   `"A" is 0`,
		`{"vocab":{" ":16,".":4,"ˈ":156,"ə":83,"AA":2}}`:  `no token for 'A'`,
	} {
		_, err := parseVocabulary([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
	_, err := parseVocabulary(make([]byte, mostVocabulary+1))
	require.ErrorContains(t, err, "more than")
	_, err = openVocabulary(&onnx.Model{}, t.TempDir())
	require.Error(t, errors.Unwrap(err))
}

func FuzzParseVocabulary(f *testing.F) {
	f.Add([]byte(`{"vocab":{" ":16,".":4,"ˈ":156,"ə":83,"A":24}}`))
	f.Add([]byte(`{"vocab":{"":-1}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := parseVocabulary(text)
		if err != nil {
			return
		}
		for _, id := range v {
			require.True(t, id > 0 && id <= mostToken)
		}
	})
}
