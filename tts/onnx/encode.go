package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Encode puts the model together. The result takes one allocation of its own size and a smaller one for the nodes.
func (m *Model) Encode() []byte {
	var nodes []byte
	for _, n := range m.Nodes {
		nodes = appendBytes(nodes, 1, n.encode())
	}
	var values []byte
	for _, v := range m.Inputs {
		values = appendBytes(values, 11, v.encode())
	}
	for _, v := range m.Outputs {
		values = appendBytes(values, 12, v.encode())
	}
	tensors := make([][]byte, len(m.Tensors))
	size := len(nodes) + len(m.graph) + len(values)
	for i, t := range m.Tensors {
		tensors[i] = t.encode()
		size += protowire.SizeTag(5) + protowire.SizeBytes(len(tensors[i]))
	}

	b := make([]byte, 0, len(m.model)+protowire.SizeTag(7)+protowire.SizeBytes(size))
	b = append(b, m.model...)
	b = protowire.AppendTag(b, 7, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(size))
	b = append(b, nodes...)
	b = append(b, m.graph...)
	for _, t := range tensors {
		b = appendBytes(b, 5, t)
	}
	return append(b, values...)
}

func (n *Node) encode() []byte {
	var b []byte
	for _, in := range n.Inputs {
		b = appendString(b, 1, in)
	}
	for _, out := range n.Outputs {
		b = appendString(b, 2, out)
	}
	b = appendString(b, 3, n.Name)
	b = appendString(b, 4, n.Op)
	for _, a := range n.Attributes {
		b = appendBytes(b, 5, a.encode())
	}
	return append(b, n.rest...)
}

func (a Attribute) encode() []byte {
	if a.raw != nil {
		return a.raw
	}
	b := appendString(nil, 1, a.Name)
	switch a.Type {
	case FloatAttribute:
		b = protowire.AppendTag(b, 2, protowire.Fixed32Type)
		b = protowire.AppendFixed32(b, math.Float32bits(a.Float))
	case IntAttribute:
		b = appendInt(b, 3, a.Int)
	default:
		for _, v := range a.Ints {
			b = appendInt(b, 8, v)
		}
	}
	return appendInt(b, 20, int64(a.Type))
}

func (v *Value) encode() []byte {
	if v.raw != nil {
		return v.raw
	}
	return appendString(nil, 1, v.Name)
}

func (t *Tensor) encode() []byte {
	if t.raw != nil {
		return t.raw
	}
	b := make([]byte, 0, len(t.data)+len(t.Name)+64)
	for _, d := range t.Dims {
		b = appendInt(b, 1, d)
	}
	b = appendInt(b, 2, int64(t.Type))
	b = appendString(b, 8, t.Name)
	return appendBytes(b, 9, t.data)
}

func appendInt(b []byte, num protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, num, protowire.VarintType), uint64(v))
}

func appendString(b []byte, num protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, num, protowire.BytesType), s)
}

func appendBytes(b []byte, num protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), v)
}

// Ints makes an attribute of integers.
func Ints(name string, v ...int64) Attribute {
	return Attribute{Name: name, Type: IntsAttribute, Ints: v}
}

// Int makes an attribute of one integer.
func Int(name string, v int64) Attribute { return Attribute{Name: name, Type: IntAttribute, Int: v} }

// Float makes an attribute of one number.
func Float(name string, v float32) Attribute {
	return Attribute{Name: name, Type: FloatAttribute, Float: v}
}

// Output names a tensor as an output of the graph; the runtime infers its type.
func Output(name string) *Value { return &Value{Name: name} }

// FloatInput declares an input of the graph of float32 with so many dimensions; a size of -1 is left open.
func FloatInput(name string, dims ...int64) *Value {
	var shape []byte
	for i, d := range dims {
		var dim []byte
		if d >= 0 {
			dim = appendInt(nil, 1, d)
		} else {
			dim = appendString(nil, 2, fmt.Sprintf("%s_%d", name, i))
		}
		shape = appendBytes(shape, 1, dim)
	}
	tensor := appendBytes(appendInt(nil, 1, int64(Float32)), 2, shape)
	typ := appendBytes(nil, 1, tensor)
	return &Value{Name: name, raw: appendBytes(appendString(nil, 1, name), 2, typ)}
}

// FloatTensor makes a constant of float32.
func FloatTensor(name string, values []float32, dims ...int64) *Tensor {
	data := make([]byte, 0, 4*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return &Tensor{Name: name, Type: Float32, Dims: dims, data: data}
}

// IntTensor makes a constant list of int64.
func IntTensor(name string, values ...int64) *Tensor {
	data := make([]byte, 0, 8*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint64(data, uint64(v))
	}
	return &Tensor{Name: name, Type: Int64, Dims: []int64{int64(len(values))}, data: data}
}

// Floats are the elements of a tensor of float32. The error is ErrUnsupported if it holds anything else or keeps its
// data in another file.
func (t *Tensor) Floats() ([]float32, error) {
	n, err := t.count()
	if err != nil {
		return nil, err
	}
	data := t.elements()
	out := make([]float32, n)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return out, nil
}

// elements are the bytes of the elements, which have the same layout in both places where they may be.
func (t *Tensor) elements() []byte {
	if t.data != nil {
		return t.data
	}
	return t.floats
}

// WithDims is a tensor of float32 with the same name and elements and other sizes.
func (t *Tensor) WithDims(dims ...int64) (*Tensor, error) {
	c := &Tensor{Name: t.Name, Type: t.Type, Dims: dims, data: t.elements(), external: t.external}
	if _, err := c.count(); err != nil {
		return nil, err
	}
	return c, nil
}

// count is the number of elements of a tensor of float32 whose data is here and as long as its sizes say.
func (t *Tensor) count() (int, error) {
	size := int64(1)
	for _, d := range t.Dims {
		if d < 0 || d > math.MaxInt32 || size*d > math.MaxInt32 {
			return 0, fmt.Errorf("tensor %.60q: a size of %d: %w", t.Name, d, ErrUnsupported)
		}
		size *= d
	}
	if t.Type != Float32 || t.external || int64(len(t.elements())) != 4*size {
		return 0, fmt.Errorf("tensor %.60q is not %d numbers of 32 bits: %w", t.Name, size, ErrUnsupported)
	}
	return int(size), nil
}
