package piper

import (
	"errors"
	"fmt"
	"slices"

	"github.com/voicepress/voicepress/tts/onnx"
)

// decoder is the half of a VITS model that turns the latent sound into samples (HiFi-GAN), cut in two and written so
// that ONNX Runtime computes it fast: lower goes up to the second upsampling and runs once over an utterance; upper is
// the rest, where nine tenths of the decoder's time and nearly all of its memory go, and runs over short windows, whose
// tensors fit the processor's cache and do not grow with the utterance.
type decoder struct {
	lower, upper *onnx.Model
	inputs       []string // of lower: the latent sound first; they are outputs of the encoder
	cut          string   // lower's output and upper's input: 1 x channels x 1 x steps
	output       string   // upper's output: samples, in order when flattened
	channels     int      // at the cut
	stepsAFrame  int      // steps at the cut for a frame of the latent sound
	hop          int      // samples for a step
	block        int      // samples that are computed together, as channels; divides hop
	halo         int      // steps on each side of a window that its samples depend on
}

// region is the decoder within the whole graph.
type region struct {
	model    *onnx.Model
	index    *onnx.Index
	nodes    []*onnx.Node // in the order of the model
	member   map[*onnx.Node]bool
	channels map[string]int64 // of each tensor made in the region
	audio    *onnx.Node       // the Tanh at its end
	cutNode  *onnx.Node       // the LeakyRelu before the second upsampling
	inputs   []string         // what the region takes from the rest, in order of use
}

// splitDecoder finds the decoder of m and takes it apart from the rest, which it leaves alone. The error wraps errGraph
// if the decoder is not built in the way this knows.
func splitDecoder(m *onnx.Model) (*decoder, error) {
	if m.Opset < minimumOpset {
		return nil, fmt.Errorf("decoder: operator set %d: %w", m.Opset, errGraph)
	}
	r, err := findDecoder(m)
	if err != nil {
		return nil, fmt.Errorf("decoder: %w", err)
	}
	d := &decoder{inputs: r.inputs, channels: int(r.channels[r.cutNode.Outputs[0]]), block: 1}
	if err := r.measure(d); err != nil {
		return nil, fmt.Errorf("decoder: %w", err)
	}
	if err := newRewriter(r, d.hop).rewrite(d); err != nil {
		return nil, fmt.Errorf("decoder: %w", err)
	}
	return d, nil
}

// findDecoder walks back from the sound through the operators a HiFi-GAN is made of.
func findDecoder(m *onnx.Model) (*region, error) {
	index, err := m.Index()
	if err != nil {
		return nil, err
	}
	r := &region{model: m, index: index, member: map[*onnx.Node]bool{}, channels: map[string]int64{}}
	r.audio = index.Producer[m.Outputs[0].Name]
	for r.audio != nil && slices.Contains([]string{"Unsqueeze", "Squeeze", "Reshape", "Identity"}, r.audio.Op) {
		r.audio = index.Producer[r.audio.Inputs[0]]
	}
	if r.audio == nil || r.audio.Op != "Tanh" {
		return nil, fmt.Errorf("the sound does not come from a Tanh: %w", errGraph)
	}
	open := []*onnx.Node{r.audio}
	for len(open) > 0 {
		n := open[len(open)-1]
		open = open[:len(open)-1]
		if r.member[n] {
			continue
		}
		r.member[n] = true
		for _, in := range n.Inputs {
			if p := index.Producer[in]; p != nil && inDecoder(p.Op) {
				open = append(open, p)
			}
		}
	}
	upsamplings := 0
	for _, n := range m.Nodes {
		if !r.member[n] {
			continue
		}
		if n.Op == "ConvTranspose" {
			if upsamplings++; upsamplings == 2 {
				r.cutNode = index.Producer[n.Inputs[0]]
			}
		}
		r.nodes = append(r.nodes, n)
		if err := r.admit(n); err != nil {
			return nil, err
		}
	}
	if r.cutNode == nil || r.cutNode.Op != "LeakyRelu" || len(r.index.Consumers[r.cutNode.Outputs[0]]) != 1 {
		return nil, fmt.Errorf("no second upsampling with a LeakyRelu before it: %w", errGraph)
	}
	if len(r.inputs) == 0 || len(r.inputs) > 2 { // the latent sound, and the speaker
		return nil, fmt.Errorf("%d inputs: %w", len(r.inputs), errGraph)
	}
	return r, nil
}

func inDecoder(op string) bool {
	return slices.Contains([]string{"Conv", "ConvTranspose", "LeakyRelu", "Add", "Div"}, op)
}

// admit notes the channels that n makes and the tensors it takes from outside, and refuses what rewrite could not do.
func (r *region) admit(n *onnx.Node) error {
	odd := func(what string) error { return fmt.Errorf("%s %.60q: %s: %w", n.Op, n.Name, what, errGraph) }
	if len(n.Outputs) != 1 || len(n.Inputs) == 0 {
		return odd("inputs or outputs")
	}
	switch n.Op {
	case "Conv", "ConvTranspose":
		c, err := r.convolution(n)
		if err != nil {
			return err
		}
		r.channels[n.Outputs[0]] = c.to
		return r.enter(n.Inputs[0])
	case "Add":
		if len(n.Inputs) != 2 {
			return odd("inputs")
		}
		for _, in := range n.Inputs {
			if r.channels[in] == 0 {
				return odd("a sum with something from outside")
			}
		}
	case "Div":
		if _, err := r.divisor(n); err != nil {
			return err
		}
	}
	if r.channels[n.Inputs[0]] == 0 {
		return odd("an input from outside")
	}
	r.channels[n.Outputs[0]] = r.channels[n.Inputs[0]]
	return nil
}

func (r *region) enter(name string) error {
	if r.channels[name] != 0 || slices.Contains(r.inputs, name) {
		return nil
	}
	if r.index.Producer[name] == nil {
		return fmt.Errorf("%.60q is not computed: %w", name, errGraph)
	}
	r.inputs = append(r.inputs, name)
	return nil
}

// divisor is the constant that a Div divides by.
func (r *region) divisor(n *onnx.Node) (float32, error) {
	if len(n.Inputs) == 2 && r.index.Tensors[n.Inputs[1]] != nil {
		v, err := r.index.Tensors[n.Inputs[1]].Floats()
		if err == nil && len(v) == 1 && v[0] != 0 {
			return v[0], nil
		}
	}
	return 0, fmt.Errorf("a Div %.60q by something else than one number: %w", n.Name, errGraph)
}

// convolution is the geometry of a one-dimensional Conv or ConvTranspose.
type convolution struct {
	from, to, kernel    int64 // channels in, channels out, taps
	dilation, stride    int64
	padBefore, padAfter int64
	weights             *onnx.Tensor
	transposed          bool
}

func (r *region) convolution(n *onnx.Node) (convolution, error) {
	odd := fmt.Errorf("%s %.60q: %w", n.Op, n.Name, errGraph)
	if len(n.Inputs) < 2 {
		return convolution{}, odd
	}
	w := r.index.Tensors[n.Inputs[1]]
	if w == nil || len(w.Dims) != 3 || len(r.index.Consumers[w.Name]) != 1 {
		return convolution{}, odd
	}
	c := convolution{from: w.Dims[1], to: w.Dims[0], kernel: w.Dims[2], dilation: 1, stride: 1, weights: w}
	if n.Op == "ConvTranspose" {
		c.from, c.to, c.transposed = c.to, c.from, true
	}
	for _, a := range n.Attributes {
		switch {
		case a.Name == "dilations" && len(a.Ints) == 1:
			c.dilation = a.Ints[0]
		case a.Name == "strides" && len(a.Ints) == 1:
			c.stride = a.Ints[0]
		case a.Name == "pads" && len(a.Ints) == 2:
			c.padBefore, c.padAfter = a.Ints[0], a.Ints[1]
		case a.Name == "group" && a.Int == 1, a.Name == "kernel_shape" && slices.Equal(a.Ints, []int64{c.kernel}):
		case a.Name == "output_padding" && slices.Equal(a.Ints, []int64{0}):
		case a.Name == "auto_pad":
			return convolution{}, odd // Piper's exporter writes the padding out
		default:
			return convolution{}, odd
		}
	}
	keepsLength := c.padBefore+c.padAfter == c.dilation*(c.kernel-1) && c.stride == 1
	multiplies := c.kernel == 2*c.stride && c.padBefore+c.padAfter == c.stride && c.dilation == 1 &&
		min(c.padBefore, c.padAfter) > 0
	if min(c.from, c.to, c.kernel, c.dilation, c.stride) < 1 || min(c.padBefore, c.padAfter) < 0 || max(c.kernel, c.dilation, c.stride) > 1024 ||
		!c.transposed && !keepsLength || c.transposed && !multiplies {
		return convolution{}, odd
	}
	return c, nil
}

// measure works out how far apart the steps are and how much each sample depends on: for every tensor, how many of its
// elements before and after a place have a part in the sample there.
func (r *region) measure(d *decoder) error {
	reach := map[string]int64{}
	d.stepsAFrame, d.hop = 1, 1
	above := true // of the cut
	for _, n := range slices.Backward(r.nodes) {
		if n == r.cutNode {
			above = false
			d.halo = int(reach[n.Outputs[0]])
		}
		out := reach[n.Outputs[0]]
		if n.Op == "Conv" || n.Op == "ConvTranspose" {
			c, err := r.convolution(n)
			if err != nil {
				return err
			}
			if c.transposed {
				out = (out+c.kernel)/c.stride + 1
				if above {
					d.hop *= int(c.stride)
				} else {
					d.stepsAFrame *= int(c.stride)
				}
			} else {
				out += max(c.padBefore, c.padAfter)
			}
		}
		for _, in := range n.Inputs {
			reach[in] = max(reach[in], out)
		}
	}
	if d.hop > 1<<16 || d.halo > 1<<10 {
		return errors.New("it reaches too far")
	}
	return nil
}
