package piper

import (
	"fmt"
	"maps"
	"slices"

	"github.com/voicepress/voicepress/tts/onnx"
)

// rewriter writes a decoder anew for ONNX Runtime's processor kernels. The arithmetic is that of the original but for
// the order of a few additions: against the original graph with the same noise, the output of a real voice is equal to
// 120 dB.
//
//   - One-dimensional convolutions become two-dimensional ones of height 1, which run on the blocked kernels (NCHWc).
//   - These kernels hand their layout on to convolutions and sums, and to an activation that directly follows a
//     convolution. Elsewhere the tensor is brought back to the plain layout and then to the blocked one again. So a
//     LeakyRelu that follows a sum gets a convolution to follow, depth-wise of size 1 and weight 1, and so does the
//     result of an upsampling.
//   - A division between a sum and a LeakyRelu goes into the weights of the next convolution: LeakyRelu(x/c) is
//     LeakyRelu(x)/c.
//   - A transposed convolution with a kernel of twice the stride s is a plain one of two taps that makes s times the
//     channels, which then take turns in time. The plain one has a blocked kernel, the transposed one has not.
//   - The last convolution makes 1 channel, for which the blocked kernels compute 16. It makes 16 consecutive samples
//     instead.
type rewriter struct {
	*region
	hop     int
	nodes   []*onnx.Node
	tensors map[string]*onnx.Tensor // that are new or changed
	alias   map[string]string       // names that are gone, and what holds instead
	scale   map[*onnx.Node]float32  // of the weights of a convolution
	lifted  map[string]string       // inputs of the region with a height of 1
}

func newRewriter(r *region, hop int) *rewriter {
	return &rewriter{
		region: r, hop: hop,
		tensors: map[string]*onnx.Tensor{
			heightAxis: onnx.IntTensor(heightAxis, 2),
			lastAxis:   onnx.IntTensor(lastAxis, 3),
		},
		alias: map[string]string{}, scale: map[*onnx.Node]float32{}, lifted: map[string]string{},
	}
}

// lastBlock is how many samples the last convolution makes at once: the channels of the widest blocked kernel.
const lastBlock = 16

func (e *rewriter) rewrite(d *decoder) error {
	for _, n := range e.region.nodes {
		var err error
		switch n.Op {
		case "Conv":
			err = e.conv(n, d)
		case "ConvTranspose":
			err = e.upsample(n)
		case "LeakyRelu":
			e.activate(n)
		case "Div":
			err = e.divide(n)
		case "Add":
			e.emit(e.clone(n))
		case "Tanh":
			d.output = e.finish(n)
		}
		if err != nil {
			return err
		}
	}
	d.cut = e.now(e.cutNode.Inputs[0])

	whole := &onnx.Model{Opset: e.model.Opset, Nodes: e.nodes}
	for _, t := range e.model.Tensors {
		if e.tensors[t.Name] == nil {
			whole.Tensors = append(whole.Tensors, t)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.tensors)) {
		whole.Tensors = append(whole.Tensors, e.tensors[name])
	}
	whole.CopyHeader(e.model)
	var inputs []*onnx.Value
	for _, name := range d.inputs {
		inputs = append(inputs, onnx.FloatInput(name, 1, -1, -1))
	}
	var err error
	if d.lower, err = whole.Part(inputs, []*onnx.Value{onnx.Output(d.cut)}); err != nil {
		return err
	}
	at := onnx.FloatInput(d.cut, 1, e.channels[e.cutNode.Outputs[0]], 1, -1)
	d.upper, err = whole.Part([]*onnx.Value{at}, []*onnx.Value{onnx.Output(d.output)})
	return err
}

func (e *rewriter) emit(nodes ...*onnx.Node) { e.nodes = append(e.nodes, nodes...) }

func (e *rewriter) add(t *onnx.Tensor) string {
	e.tensors[t.Name] = t
	return t.Name
}

// now is the tensor that holds what name held in the original.
func (e *rewriter) now(name string) string {
	for e.alias[name] != "" {
		name = e.alias[name]
	}
	if !slices.Contains(e.inputs, name) {
		return name
	}
	if e.lifted[name] == "" {
		e.lifted[name] = ourPrefix + "lifted/" + name
		e.emit(onnx.NewNode("Unsqueeze", e.lifted[name], []string{name, heightAxis}))
	}
	return e.lifted[name]
}

// clone is a copy of n with its inputs as they are now.
func (e *rewriter) clone(n *onnx.Node) *onnx.Node {
	c := n.Clone()
	for i, in := range c.Inputs {
		c.Inputs[i] = e.now(in)
	}
	return c
}

// identity emits a convolution that changes nothing but the layout.
func (e *rewriter) identity(from, to string, channels int64) {
	name := fmt.Sprintf("%sones%d", ourPrefix, channels)
	if e.tensors[name] == nil {
		ones := make([]float32, channels)
		for i := range ones {
			ones[i] = 1
		}
		e.add(onnx.FloatTensor(name, ones, channels, 1, 1, 1))
	}
	e.emit(onnx.NewNode("Conv", to, []string{from, name}, onnx.Int("group", channels), onnx.Ints("kernel_shape", 1, 1)))
}

func (e *rewriter) activate(n *onnx.Node) {
	c := e.clone(n)
	from := e.index.Producer[n.Inputs[0]]
	if from.Op != "Conv" || len(e.index.Consumers[n.Inputs[0]]) != 1 {
		blocked := ourPrefix + "blocked/" + n.Outputs[0]
		e.identity(c.Inputs[0], blocked, e.channels[n.Outputs[0]])
		c.Inputs[0] = blocked
	}
	e.emit(c)
}

// divide drops a Div whose only use is a LeakyRelu before convolutions, and keeps any other.
func (e *rewriter) divide(n *onnx.Node) error {
	by, err := e.divisor(n)
	if err != nil {
		return err
	}
	next := e.index.Consumers[n.Outputs[0]]
	if by < 0 || len(next) != 1 || next[0].Op != "LeakyRelu" {
		e.emit(e.clone(n))
		return nil
	}
	after := e.index.Consumers[next[0].Outputs[0]]
	for _, c := range after {
		if c.Op != "Conv" && c.Op != "ConvTranspose" {
			e.emit(e.clone(n))
			return nil
		}
	}
	for _, c := range after {
		e.scale[c] = by
	}
	e.alias[n.Outputs[0]] = n.Inputs[0]
	return nil
}

// weights are those of the original divided by what divide left to them.
func (e *rewriter) weights(n *onnx.Node, c convolution) ([]float32, error) {
	w, err := c.weights.Floats()
	if by := e.scale[n]; by != 0 {
		for i := range w {
			w[i] /= by
		}
	}
	return w, err
}

func (e *rewriter) conv(n *onnx.Node, d *decoder) error {
	c, err := e.convolution(n)
	if err != nil {
		return err
	}
	out := e.clone(n)
	out.Attributes = nil
	if n.Outputs[0] == e.audio.Inputs[0] && e.blockedLast(c) {
		w, err := e.weights(n, c)
		if err != nil {
			return err
		}
		// Row r holds the taps shifted by r, and so makes sample r of each block.
		taps := c.kernel + lastBlock - 1
		rows := make([]float32, lastBlock*c.from*taps)
		for r := range int64(lastBlock) {
			for ch := range c.from {
				copy(rows[(r*c.from+ch)*taps+r:], w[ch*c.kernel:(ch+1)*c.kernel])
			}
		}
		out.Inputs[1] = e.add(onnx.FloatTensor(ourPrefix+"last", rows, lastBlock, c.from, 1, taps))
		if len(out.Inputs) > 2 {
			b, err := e.repeat(out.Inputs[2], ourPrefix+"lastbias", lastBlock)
			if err != nil {
				return err
			}
			out.Inputs[2] = b
		}
		c.kernel, c.stride, d.block = taps, lastBlock, lastBlock
	} else if e.scale[n] != 0 {
		w, err := e.weights(n, c)
		if err != nil {
			return err
		}
		e.add(onnx.FloatTensor(c.weights.Name, w, c.to, c.from, 1, c.kernel))
	} else {
		w, err := c.weights.WithDims(c.to, c.from, 1, c.kernel)
		if err != nil {
			return err
		}
		e.add(w)
	}
	out.SetInts("kernel_shape", 1, c.kernel)
	out.SetInts("strides", 1, c.stride)
	out.SetInts("dilations", 1, c.dilation)
	out.SetInts("pads", 0, c.padBefore, 0, c.padAfter)
	e.emit(out)
	return nil
}

// blockedLast says whether the convolution before the Tanh makes one channel out of enough samples for whole blocks.
func (e *rewriter) blockedLast(c convolution) bool {
	return c.to == 1 && c.dilation == 1 && e.hop%lastBlock == 0 && len(e.index.Consumers[e.audio.Inputs[0]]) == 1
}

// repeat makes a tensor in which every element of a bias stands n times in a row.
func (e *rewriter) repeat(bias, name string, n int64) (string, error) {
	t := e.index.Tensors[bias]
	if t == nil {
		return "", fmt.Errorf("the bias %.60q is not a constant: %w", bias, errGraph)
	}
	b, err := t.Floats()
	if err != nil {
		return "", err
	}
	out := make([]float32, 0, int64(len(b))*n)
	for _, v := range b {
		for range n {
			out = append(out, v)
		}
	}
	return e.add(onnx.FloatTensor(name, out, int64(len(out)))), nil
}

// upsample writes a transposed convolution of stride s and kernel 2s as a convolution. With u = t + padBefore, its
// output at t is x[u/s]*w[u%s] + x[u/s-1]*w[u%s+s]: for each remainder, one row of a convolution of two taps.
func (e *rewriter) upsample(n *onnx.Node) error {
	c, err := e.convolution(n)
	if err != nil {
		return err
	}
	w, err := e.weights(n, c) // from x to x kernel
	if err != nil {
		return err
	}
	s := c.stride
	rows := make([]float32, len(w)) // (to, remainder) x from x 2
	for from := range c.from {
		for to := range c.to {
			for r := range s {
				row := ((to*s+r)*c.from + from) * 2
				tap := (from*c.to+to)*c.kernel + r
				rows[row], rows[row+1] = w[tap+s], w[tap]
			}
		}
	}
	out := n.Outputs[0]
	name := func(part string) string { return ourPrefix + part + "/" + out }
	inputs := []string{e.now(n.Inputs[0]), e.add(onnx.FloatTensor(name("rows"), rows, c.to*s, c.from, 1, 2))}
	if len(n.Inputs) > 2 {
		bias, err := e.repeat(n.Inputs[2], name("bias"), s)
		if err != nil {
			return err
		}
		inputs = append(inputs, bias)
	}
	e.add(onnx.IntTensor(name("apart"), 1, c.to, s, -1))
	e.add(onnx.IntTensor(name("together"), 1, c.to, 1, -1))
	e.add(onnx.IntTensor(name("from"), c.padBefore))
	e.add(onnx.IntTensor(name("to"), -c.padAfter))
	e.emit(
		onnx.NewNode("Conv", name("conv"), inputs, onnx.Ints("kernel_shape", 1, 2), onnx.Ints("pads", 0, 1, 0, 1)),
		onnx.NewNode("Reshape", name("rowwise"), []string{name("conv"), name("apart")}),
		onnx.NewNode("Transpose", name("turns"), []string{name("rowwise")}, onnx.Ints("perm", 0, 1, 3, 2)),
		onnx.NewNode("Reshape", name("line"), []string{name("turns"), name("together")}),
		onnx.NewNode("Slice", name("plain"), []string{name("line"), name("from"), name("to"), lastAxis}))
	e.identity(name("plain"), out, c.to)
	return nil
}

// finish emits the Tanh and returns the name of a tensor whose elements are the samples in order.
func (e *rewriter) finish(n *onnx.Node) string {
	e.emit(e.clone(n))
	// Blocks of samples are channels: time goes before them. With one channel this changes nothing.
	out := ourPrefix + "audio"
	e.emit(onnx.NewNode("Transpose", out, []string{n.Outputs[0]}, onnx.Ints("perm", 0, 3, 2, 1)))
	return out
}
