package kokoro

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/voicepress/voicepress/tts/onnx"
)

// frameSamples is how many samples a frame has, in which the network counts durations: 25 ms.
const frameSamples = 600

// mostFrames bounds what one run may give: two minutes.
const mostFrames = 4800

// errGraph is wrapped by the errors of an edit that does not find what it looks for. The network may be good all the
// same; it is run without the edit.
var errGraph = errors.New("the graph is not as expected")

// model is the network. Once loaded it is safe for concurrent use.
type model struct {
	graph         *onnx.Model // until it is loaded
	inputs        []string    // tokens, style, speed
	durations     string      // the tensor of frames for each token; empty if the network does not tell
	deterministic bool        // nothing in it is random
	missing       []error     // edits that could not be made
	session       *onnx.Session
}

// newModel takes the network apart and finds what it can tell.
func newModel(file []byte) (*model, error) {
	graph, err := onnx.Parse(file)
	if err != nil {
		return nil, err
	}
	m := &model{graph: graph, deterministic: !slices.ContainsFunc(graph.Nodes, random)}
	if m.inputs, err = checkInterface(graph); err != nil {
		return nil, err
	}
	if m.durations, err = durationsName(graph); err != nil {
		m.missing = append(m.missing, err)
	}
	return m, nil
}

func random(n *onnx.Node) bool {
	return slices.Contains([]string{
		"RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli",
	}, n.Op)
}

// checkInterface refuses a network that is not Kokoro, and gives the names of its inputs in the order in which run gives
// them. Exporters call the first one by two names.
func checkInterface(graph *onnx.Model) ([]string, error) {
	names := []string{"", "style", "speed"}
	types := map[string]onnx.ElementType{"tokens": onnx.Int64, "input_ids": onnx.Int64, "style": onnx.Float32, "speed": onnx.Float32}
	if len(graph.Inputs) != len(names) || len(graph.Outputs) == 0 {
		return nil, fmt.Errorf("it is not Kokoro: it has %d inputs and %d outputs", len(graph.Inputs), len(graph.Outputs))
	}
	for _, in := range graph.Inputs {
		element, _, err := in.Shape()
		if err != nil {
			return nil, err
		}
		if want, ok := types[in.Name]; !ok || element != want {
			return nil, fmt.Errorf("it is not a Kokoro that is known here: it has an input %.40q of type %d", in.Name, element)
		}
		if in.Name != "style" && in.Name != "speed" {
			names[0] = in.Name
		}
	}
	if names[0] == "" {
		return nil, errors.New("it is not Kokoro: it has no input for tokens")
	}
	return names, nil
}

// durationsName finds the tensor that holds how many frames each token lasts: it is rounded to whole frames, at least one,
// and its running sum says where each token begins.
func durationsName(graph *onnx.Model) (string, error) {
	index, err := graph.Index()
	if err != nil {
		return "", err
	}
	var rounded []*onnx.Node
	for _, n := range graph.Nodes {
		if n.Op == "Round" {
			rounded = append(rounded, n)
		}
	}
	if len(rounded) != 1 || len(rounded[0].Outputs) != 1 {
		return "", fmt.Errorf("durations: %d nodes round, not 1: %w", len(rounded), errGraph)
	}
	clipped := index.Consumers[rounded[0].Outputs[0]]
	if len(clipped) != 1 || clipped[0].Op != "Clip" || len(clipped[0].Outputs) != 1 {
		return "", fmt.Errorf("durations: what is rounded has no least value: %w", errGraph)
	}
	name := clipped[0].Outputs[0]
	for at, steps := name, 0; steps < 4; steps++ { // a change of type and a choice of the batch's only row are between
		next := index.Consumers[at]
		if len(next) != 1 || len(next[0].Outputs) != 1 {
			break
		}
		if next[0].Op == "CumSum" {
			return name, nil
		}
		at = next[0].Outputs[0]
	}
	return "", fmt.Errorf("durations: no CumSum uses what is rounded: %w", errGraph)
}

// load loads the network. The bytes of the file are not needed afterwards.
func (m *model) load(rt *onnx.Runtime) error {
	outputs := m.graph.Outputs[:1]
	if m.durations != "" {
		outputs = append(outputs[:1:1], onnx.Output(m.durations))
	}
	m.graph.Outputs = outputs
	names := make([]string, len(outputs))
	for i, v := range outputs {
		names[i] = v.Name
	}
	file := m.graph.Encode()
	m.graph = nil
	var err error
	m.session, err = rt.NewSession(file, m.inputs, names, onnx.OptimiseAll)
	return err
}

// sound is what the network makes of tokens.
type sound struct {
	samples []float32
	frames  []float32 // for each token and the two at the ends; nil if the network does not tell
}

// run says tokens, with the two at the ends, in a style. Errors are the cause of ctx, or permanent: when the sound is not
// as long as the durations say, or is not a number somewhere.
func (m *model) run(ctx context.Context, tokens []int64, style []float32, speed float32) (sound, error) {
	outputs, err := m.session.Run(ctx, []onnx.Data{
		{Dims: []int64{1, int64(len(tokens))}, Ints: tokens},
		{Dims: []int64{1, int64(len(style))}, Floats: style},
		{Dims: []int64{1}, Floats: []float32{speed}},
	})
	if err != nil {
		return sound{}, err
	}
	s := sound{samples: outputs[0].Floats}
	if m.durations != "" {
		s.frames = outputs[1].Floats
	}
	return s, s.check(len(tokens))
}

// check holds the durations against the samples. The sum is what the network itself made the sound from, so anything
// else means that the graph was misread.
func (s sound) check(tokens int) error {
	if s.frames != nil {
		if len(s.frames) != tokens {
			return fmt.Errorf("the network gave %d durations for %d tokens", len(s.frames), tokens)
		}
		sum := 0.0
		for _, f := range s.frames {
			if !(f >= 1 && f <= mostFrames) {
				return fmt.Errorf("the network gave a duration of %v frames", f)
			}
			sum += float64(f)
		}
		if sum*frameSamples != float64(len(s.samples)) {
			return fmt.Errorf("the network gave %d samples for %v frames of %d", len(s.samples), sum, frameSamples)
		}
	}
	if i := slices.IndexFunc(s.samples, func(v float32) bool { return math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) }); i >= 0 {
		return fmt.Errorf("the network gave %v as sample %d", s.samples[i], i)
	}
	return nil
}
