package bmff

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Node is a box in memory, whose content may be changed.
type Node struct {
	Type     string  // four bytes
	Data     []byte  // the content; where there are Children, what stands before them
	Children []*Node // in order
}

// Parse takes apart the content of a movie box (moov), or of another that holds what it holds. Boxes that are known to
// consist of boxes become Nodes with Children; all others, tags (within ilst) and sample descriptions (stsd) among them,
// keep their content as Data, which is part of b and not a copy. The 16 bytes of the extended type of a uuid box are the
// first of its Data. Append(nil, nodes...) gives b again, but for sizes written in the long form and zeros at the end of
// a box.
func Parse(b []byte) ([]*Node, error) {
	p := parser{whole: b}
	return p.nodes(0, len(b), 1)
}

type parser struct {
	whole []byte
	count int
}

func (p *parser) nodes(from, to, depth int) ([]*Node, error) {
	if depth > MaxDepth {
		return nil, &SyntaxError{int64(from), fmt.Sprintf("boxes stand in each other more than %d deep", MaxDepth)}
	}
	var nodes []*Node
	for at := from; at < to; {
		b, err := parseHeader(p.whole[at:to], int64(to-at), false)
		if err != nil {
			return nil, &SyntaxError{int64(at), err.Error()}
		}
		if b.Size == 0 {
			break
		}
		if p.count++; p.count > MaxBoxes {
			return nil, &SyntaxError{int64(at), fmt.Sprintf("more than %d boxes", MaxBoxes)}
		}
		start, end := at+int(b.Header), at+int(b.Size)
		if b.UUID != "" {
			start -= uuidSize
		}
		node := &Node{Type: b.Type, Data: p.whole[start:end:end]}
		if skip, ok := childrenAt(b.Type, node.Data); ok {
			node.Data = node.Data[:skip:skip]
			if node.Children, err = p.nodes(start+skip, end, depth+1); err != nil {
				return nil, err
			}
		}
		nodes = append(nodes, node)
		at = end
	}
	return nodes, nil
}

// childrenAt says where in the content of a box other boxes begin.
func childrenAt(kind string, content []byte) (skip int, ok bool) {
	switch kind {
	case "moov", "trak", "mdia", "minf", "stbl", "edts", "udta", "tref", "ilst":
		return 0, true
	case "meta":
		// ISO gives it a version and flags, QuickTime does not. It begins with its handler (hdlr) in both.
		if len(content) >= boxHeader && string(content[4:boxHeader]) == "hdlr" {
			return 0, true
		}
		return 4, len(content) >= 4
	default:
		return 0, false
	}
}

// Find is the first box of that path below n, or nil: Find("mdia", "minf") is the first minf in the first mdia.
func (n *Node) Find(path ...string) *Node {
	for _, kind := range path {
		if n = n.child(kind); n == nil {
			return nil
		}
	}
	return n
}

func (n *Node) child(kind string) *Node {
	for _, c := range n.Children {
		if c.Type == kind {
			return c
		}
	}
	return nil
}

// Size is the bytes of the box, its header among them.
func (n *Node) Size() int64 {
	size := boxHeader + int64(len(n.Data))
	for _, c := range n.Children {
		size += c.Size()
	}
	if size > math.MaxUint32 {
		size += longHeader - boxHeader
	}
	return size
}

// Append appends the boxes to b.
func Append(b []byte, nodes ...*Node) []byte {
	for _, n := range nodes {
		b = AppendHeader(b, n.Type, n.Size())
		b = append(b, n.Data...)
		b = Append(b, n.Children...)
	}
	return b
}

// AppendHeader appends the header of a box of so many bytes, itself among them: 8 bytes, or 16 where size needs more than
// 32 bits.
func AppendHeader(b []byte, kind string, size int64) []byte {
	if size > math.MaxUint32 {
		b = append(binary.BigEndian.AppendUint32(b, 1), kind[:4]...)
		return binary.BigEndian.AppendUint64(b, uint64(size))
	}
	return append(binary.BigEndian.AppendUint32(b, uint32(size)), kind[:4]...)
}
