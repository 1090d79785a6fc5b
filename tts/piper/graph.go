package piper

import (
	"errors"
	"fmt"
	"slices"

	"github.com/voicepress/voicepress/tts/onnx"
)

// Names that the edits add to a graph. No exporter uses this prefix.
const (
	noiseInput   = "voicepress/noise" // + number
	zeroTensor   = "voicepress/zero"
	heightAxis   = "voicepress/two"
	lastAxis     = "voicepress/three"
	ourPrefix    = "voicepress/"
	minimumOpset = 13 // from which Squeeze, Unsqueeze and Slice take axes as inputs
)

// errGraph is wrapped by the errors of an edit that does not find what it looks for. The model may be good all the
// same; it is run without the edit.
var errGraph = errors.New("the graph is not as expected")

// durationsName finds the tensor that holds how many frames each id lasts: what the single Ceil of a VITS model gives
// to both the sum and the running sum over ids.
//
// The place is the one that Piper's own alignment patch exposes (OHF-Voice/piper1-gpl, docs/ALIGNMENTS.md).
func durationsName(m *onnx.Model) (string, error) {
	index, err := m.Index()
	if err != nil {
		return "", err
	}
	var found []*onnx.Node
	for _, n := range m.Nodes {
		if n.Op == "Ceil" {
			found = append(found, n)
		}
	}
	if len(found) != 1 || len(found[0].Outputs) != 1 {
		return "", fmt.Errorf("durations: %d nodes round up, not 1: %w", len(found), errGraph)
	}
	name := found[0].Outputs[0]
	for _, op := range []string{"ReduceSum", "CumSum"} {
		if !slices.ContainsFunc(index.Consumers[name], func(n *onnx.Node) bool { return n.Op == op }) {
			return "", fmt.Errorf("durations: no %s uses what is rounded up: %w", op, errGraph)
		}
	}
	return name, nil
}

// feedNoise replaces the two generators of random numbers by inputs, so that the sound depends on its inputs alone:
// first the noise of the durations, 2 numbers for each id, then that of the latent sound, one for each channel and
// frame. An input is a list that may be longer than needed: the graph takes the beginning, in the shape that the
// generator would have given, so that the sound does not depend on how much longer it is.
//
// ONNX Runtime's own seed does not do that: a generator's state goes on from run to run, so what is heard depends on
// what was said before and by which thread (microsoft/onnxruntime, core/providers/cpu/generator/random.h).
func feedNoise(m *onnx.Model) (inputs []string, err error) {
	generators := 0
	for _, n := range m.Nodes {
		if slices.Contains([]string{"RandomUniformLike", "RandomUniform", "RandomNormal", "Multinomial", "Bernoulli"}, n.Op) {
			return nil, fmt.Errorf("noise: a node of type %s: %w", n.Op, errGraph)
		}
		if n.Op != "RandomNormalLike" {
			continue
		}
		generators++
		mean, _ := n.Attribute("mean")
		scale, scaled := n.Attribute("scale")
		if mean.Float != 0 || scaled && scale.Float != 1 || len(n.Inputs) != 1 || len(n.Outputs) != 1 {
			return nil, fmt.Errorf("noise: a generator that is not standard normal: %w", errGraph)
		}
	}
	if generators != 2 {
		return nil, fmt.Errorf("noise: %d generators, not 2: %w", generators, errGraph)
	}
	if m.Opset < minimumOpset {
		return nil, fmt.Errorf("noise: operator set %d: %w", m.Opset, errGraph)
	}

	var nodes []*onnx.Node
	for _, n := range m.Nodes {
		if n.Op != "RandomNormalLike" {
			nodes = append(nodes, n)
			continue
		}
		name := fmt.Sprintf("%s%d", noiseInput, len(inputs))
		m.Inputs = append(m.Inputs, onnx.FloatInput(name, -1))
		nodes = append(nodes,
			onnx.NewNode("Shape", name+"/shape", n.Inputs),
			onnx.NewNode("ReduceProd", name+"/size", []string{name + "/shape"}, onnx.Int("keepdims", 1)),
			onnx.NewNode("Slice", name+"/part", []string{name, zeroTensor, name + "/size", zeroTensor}),
			onnx.NewNode("Reshape", n.Outputs[0], []string{name + "/part", name + "/shape"}))
		inputs = append(inputs, name)
	}
	m.Nodes = nodes
	m.Tensors = append(m.Tensors, onnx.IntTensor(zeroTensor, 0))
	return inputs, nil
}
