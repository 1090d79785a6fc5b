// Package onnx is what neural backends share: finding and loading ONNX Runtime, running a model on it, and taking an
// ONNX model apart and putting it together again in memory, so that a backend can bend a published model to its needs
// without touching the file.
//
// It is not an ONNX library: it knows the containers (model, graph, node, tensor) and leaves operators alone. What a
// model computes is known to the backend that edits it.
//
// Field numbers are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3), IR version 8.
package onnx

import (
	"errors"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// ErrUnsupported is returned for a model that is well formed and uses something this editor does not.
var ErrUnsupported = errors.New("not supported")

// Model is an ONNX model taken apart. Its parts share the memory of the bytes it was parsed from.
type Model struct {
	Opset   int64 // version of the default operator set
	Nodes   []*Node
	Tensors []*Tensor // initializers
	Inputs  []*Value
	Outputs []*Value

	model, graph []byte // fields of ModelProto and GraphProto that are kept as they are
}

// Node is one operation. Nodes of a model are in an order in which they can be computed.
type Node struct {
	Op, Name        string
	Inputs, Outputs []string
	Attributes      []Attribute

	rest     []byte // other fields, such as domain
	subgraph bool
}

// Attribute is a constant setting of a node.
type Attribute struct {
	Name  string
	Type  AttributeType
	Int   int64
	Float float32
	Ints  []int64

	raw []byte // the whole field as parsed; nil in an attribute made here
}

// AttributeType says which field of an Attribute holds.
type AttributeType int64

// The types of attribute that this package can make. Others are kept as they are.
const (
	FloatAttribute AttributeType = 1
	IntAttribute   AttributeType = 2
	graphAttribute AttributeType = 5
	IntsAttribute  AttributeType = 7
	graphsAttr     AttributeType = 10
)

// Value names an input or an output of the graph, with its type if one is declared.
type Value struct {
	Name string
	raw  []byte
}

// ElementType is the type of the elements of a tensor.
type ElementType int32

// The element types that this package reads and writes.
const (
	Float32 ElementType = 1
	Int64   ElementType = 7
)

// Tensor is a constant.
type Tensor struct {
	Name string
	Type ElementType
	Dims []int64

	data     []byte // little endian elements
	floats   []byte // elements of field float_data as packed 32-bit words
	external bool
	raw      []byte // the whole field as parsed; nil in a tensor made here
}

// Parse takes a model apart. The bytes must not be changed while the Model is in use. Errors say where in the file the
// structure breaks off.
func Parse(file []byte) (*Model, error) {
	m := &Model{}
	var graph []byte
	err := fields(file, func(num int, field, value []byte, _ uint64) error {
		switch num {
		case 7:
			if graph != nil {
				return errors.New("the model has two graphs")
			}
			graph = value
		case 8:
			var domain string
			var version uint64
			if err := fields(value, func(num int, _, value []byte, v uint64) error {
				switch num {
				case 1:
					domain = string(value)
				case 2:
					version = v
				}
				return nil
			}); err != nil {
				return fmt.Errorf("operator set: %w", err)
			}
			if domain == "" || domain == "ai.onnx" {
				m.Opset = int64(version)
			}
			fallthrough
		default:
			m.model = append(m.model, field...)
		}
		return nil
	})
	if err == nil && graph == nil {
		err = errors.New("there is no graph in it")
	}
	if err == nil {
		err = m.parseGraph(graph)
	}
	if err != nil {
		return nil, fmt.Errorf("read onnx model: %w", err)
	}
	return m, nil
}

func (m *Model) parseGraph(graph []byte) error {
	return fields(graph, func(num int, field, value []byte, _ uint64) error {
		switch num {
		case 1:
			n, err := parseNode(value)
			if err != nil {
				return fmt.Errorf("node %d: %w", len(m.Nodes), err)
			}
			m.Nodes = append(m.Nodes, n)
		case 5:
			t, err := parseTensor(value)
			if err != nil {
				return fmt.Errorf("tensor %d: %w", len(m.Tensors), err)
			}
			m.Tensors = append(m.Tensors, t)
		case 11, 12:
			v := &Value{raw: value}
			if err := fields(value, func(num int, _, value []byte, _ uint64) error {
				if num == 1 {
					v.Name = string(value)
				}
				return nil
			}); err != nil {
				return fmt.Errorf("input or output: %w", err)
			}
			if num == 11 {
				m.Inputs = append(m.Inputs, v)
			} else {
				m.Outputs = append(m.Outputs, v)
			}
		case 13: // value_info: the runtime infers types and shapes itself, and an edit makes these wrong
		default:
			m.graph = append(m.graph, field...)
		}
		return nil
	})
}

func parseNode(b []byte) (*Node, error) {
	n := &Node{}
	return n, fields(b, func(num int, field, value []byte, _ uint64) error {
		switch num {
		case 1:
			n.Inputs = append(n.Inputs, string(value))
		case 2:
			n.Outputs = append(n.Outputs, string(value))
		case 3:
			n.Name = string(value)
		case 4:
			n.Op = string(value)
		case 5:
			a, err := parseAttribute(value)
			if err != nil {
				return fmt.Errorf("attribute %d: %w", len(n.Attributes), err)
			}
			n.subgraph = n.subgraph || a.Type == graphAttribute || a.Type == graphsAttr
			n.Attributes = append(n.Attributes, a)
		default:
			n.rest = append(n.rest, field...)
		}
		return nil
	})
}

func parseAttribute(b []byte) (Attribute, error) {
	a := Attribute{raw: b}
	return a, fields(b, func(num int, _, value []byte, v uint64) error {
		switch num {
		case 1:
			a.Name = string(value)
		case 2:
			a.Float = math.Float32frombits(uint32(v))
		case 3:
			a.Int = int64(v)
		case 8:
			return varints(&a.Ints, value, v)
		case 20:
			a.Type = AttributeType(v)
		}
		return nil
	})
}

func parseTensor(b []byte) (*Tensor, error) {
	t := &Tensor{raw: b}
	return t, fields(b, func(num int, _, value []byte, v uint64) error {
		switch num {
		case 1:
			return varints(&t.Dims, value, v)
		case 2:
			t.Type = ElementType(v)
		case 4:
			if value == nil { // not packed
				value = protowire.AppendFixed32(nil, uint32(v))
			}
			t.floats = append(t.floats, value...)
		case 8:
			t.Name = string(value)
		case 9:
			t.data = value
		case 14:
			t.external = v == 1
		}
		return nil
	})
}

// Shape is the type of the elements of an input or output and its sizes, -1 for one that is left open; no sizes where the
// model does not declare them.
func (v *Value) Shape() (element ElementType, dims []int64, err error) {
	// ValueInfoProto.type (2) . tensor_type (1): elem_type (1), shape (2) . dim (1): dim_value (1) or dim_param (2)
	inner := func(b []byte, wanted int, each func(value []byte, number uint64) error) error {
		return fields(b, func(num int, _, value []byte, number uint64) error {
			if num != wanted {
				return nil
			}
			return each(value, number)
		})
	}
	err = inner(v.raw, 2, func(typ []byte, _ uint64) error {
		return inner(typ, 1, func(tensor []byte, _ uint64) error {
			if err := inner(tensor, 1, func(_ []byte, number uint64) error { element = ElementType(number); return nil }); err != nil {
				return err
			}
			return inner(tensor, 2, func(shape []byte, _ uint64) error {
				return inner(shape, 1, func(dim []byte, _ uint64) error {
					size := int64(-1)
					err := inner(dim, 1, func(_ []byte, number uint64) error { size = int64(number); return nil })
					dims = append(dims, size)
					return err
				})
			})
		})
	})
	if err != nil {
		return 0, nil, fmt.Errorf("type of %.60q: %w", v.Name, err)
	}
	return element, dims, nil
}

// varints appends one integer, or all of a packed field.
func varints(to *[]int64, packed []byte, single uint64) error {
	if packed == nil {
		*to = append(*to, int64(single))
		return nil
	}
	for len(packed) > 0 {
		v, n := protowire.ConsumeVarint(packed)
		if n < 0 {
			return protowire.ParseError(n)
		}
		*to = append(*to, int64(v))
		packed = packed[n:]
	}
	return nil
}

// fields calls each for every field of a message, with the whole field, and its value: bytes (never nil) for a
// length-delimited field, a number otherwise.
func fields(b []byte, each func(num int, field, value []byte, number uint64) error) error {
	for at := 0; at < len(b); {
		rest := b[at:]
		num, typ, tag := protowire.ConsumeTag(rest)
		if tag < 0 {
			return fmt.Errorf("byte %d: %w", at, protowire.ParseError(tag))
		}
		var value []byte
		var number uint64
		var n int
		switch typ {
		case protowire.BytesType:
			value, n = protowire.ConsumeBytes(rest[tag:])
			if value == nil {
				value = []byte{}
			}
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(rest[tag:])
		case protowire.Fixed32Type:
			var word uint32
			word, n = protowire.ConsumeFixed32(rest[tag:])
			number = uint64(word)
		case protowire.Fixed64Type:
			number, n = protowire.ConsumeFixed64(rest[tag:])
		default: // groups are not used by ONNX
			return fmt.Errorf("byte %d: a field of wire type %d", at, typ)
		}
		if n < 0 {
			return fmt.Errorf("byte %d: field %d: %w", at, num, protowire.ParseError(n))
		}
		if err := each(int(num), rest[:tag+n], value, number); err != nil {
			return err
		}
		at += tag + n
	}
	return nil
}

// Metadata is what the exporter wrote down under a key of its own.
func (m *Model) Metadata(key string) (value string, ok bool) {
	// ModelProto.metadata_props (14): key (1), value (2)
	_ = fields(m.model, func(num int, _, property []byte, _ uint64) error {
		if num != 14 {
			return nil
		}
		var k, v string
		err := fields(property, func(num int, _, text []byte, _ uint64) error {
			switch num {
			case 1:
				k = string(text)
			case 2:
				v = string(text)
			}
			return nil
		})
		if err == nil && k == key {
			value, ok = v, true
		}
		return nil
	})
	return value, ok
}
