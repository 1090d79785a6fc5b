package onnx

import (
	"fmt"
	"slices"
)

// NewNode makes an operation of the default operator set with one output. Its name is that of the output.
func NewNode(op, output string, inputs []string, attributes ...Attribute) *Node {
	return &Node{Op: op, Name: output, Inputs: inputs, Outputs: []string{output}, Attributes: attributes}
}

// Attribute finds an attribute by name.
func (n *Node) Attribute(name string) (Attribute, bool) {
	i := slices.IndexFunc(n.Attributes, func(a Attribute) bool { return a.Name == name })
	if i < 0 {
		return Attribute{}, false
	}
	return n.Attributes[i], true
}

// Clone is a copy of the node that can be edited without changing the original.
func (n *Node) Clone() *Node {
	c := *n
	c.Inputs, c.Outputs, c.Attributes = slices.Clone(n.Inputs), slices.Clone(n.Outputs), slices.Clone(n.Attributes)
	return &c
}

// SetInts replaces or adds an attribute of integers.
func (n *Node) SetInts(name string, v ...int64) {
	n.Attributes = slices.DeleteFunc(n.Attributes, func(a Attribute) bool { return a.Name == name })
	n.Attributes = append(n.Attributes, Ints(name, v...))
}

// Index is where every name of a model comes from and goes to.
type Index struct {
	Producer  map[string]*Node
	Consumers map[string][]*Node
	Tensors   map[string]*Tensor
}

// Index looks up the names of the model as it is now. Errors tell of nodes that this package cannot follow: one that
// holds a graph of its own, which may use any name (ErrUnsupported), or two that make the same name.
func (m *Model) Index() (*Index, error) {
	x := &Index{Producer: map[string]*Node{}, Consumers: map[string][]*Node{}, Tensors: map[string]*Tensor{}}
	for _, t := range m.Tensors {
		x.Tensors[t.Name] = t
	}
	for _, n := range m.Nodes {
		if n.subgraph {
			return nil, fmt.Errorf("node %.60q holds a graph of its own: %w", n.Name, ErrUnsupported)
		}
		for _, in := range n.Inputs {
			x.Consumers[in] = append(x.Consumers[in], n)
		}
		for _, out := range n.Outputs {
			if out == "" { // an optional output that is not wanted
				continue
			}
			if x.Producer[out] != nil {
				return nil, fmt.Errorf("two nodes make %.60q", out)
			}
			x.Producer[out] = n
		}
	}
	return x, nil
}

// Part is the model that computes outputs from inputs: the nodes between them and the tensors these use. Names among
// inputs are not computed even if the model could.
func (m *Model) Part(inputs, outputs []*Value) (*Model, error) {
	x, err := m.Index()
	if err != nil {
		return nil, err
	}
	known := map[string]bool{"": true}
	for _, in := range inputs {
		known[in.Name] = true
	}
	needed := map[*Node]bool{}
	used := map[*Tensor]bool{}
	var open []string
	for _, out := range outputs {
		open = append(open, out.Name)
	}
	for len(open) > 0 {
		name := open[len(open)-1]
		open = open[:len(open)-1]
		if known[name] {
			continue
		}
		known[name] = true
		if t := x.Tensors[name]; t != nil {
			used[t] = true
			continue
		}
		n := x.Producer[name]
		if n == nil {
			return nil, fmt.Errorf("part of an onnx model: nothing makes %.60q", name)
		}
		needed[n] = true
		open = append(open, n.Inputs...)
	}
	part := &Model{Opset: m.Opset, Inputs: inputs, Outputs: outputs, model: m.model, graph: m.graph}
	for _, n := range m.Nodes {
		if needed[n] {
			part.Nodes = append(part.Nodes, n)
		}
	}
	for _, t := range m.Tensors {
		if used[t] {
			part.Tensors = append(part.Tensors, t)
		}
	}
	return part, nil
}

// CopyHeader takes over what of is besides its graph: versions and operator sets.
func (m *Model) CopyHeader(of *Model) { m.Opset, m.model, m.graph = of.Opset, of.model, of.graph }
