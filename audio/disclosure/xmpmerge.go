package disclosure

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
)

// xmpWith is the XMP packet of a cleaned Disclosure together with what old, the packet that a file has already, says
// besides. Of old everything stays as it is written but the properties that ours has too. A packet that is damaged or too
// large is replaced.
func (d *Disclosure) xmpWith(old []byte) []byte {
	ours := d.xmp("")
	if len(old) == 0 || len(old) > maxChunk {
		return ours
	}
	kept, err := takeXMPApart(old, nil)
	if err != nil || kept.end <= kept.start { // it says nothing
		return ours
	}
	// The descriptions of a packet speak of one thing, which has one name (ISO 16684-1, 7.4).
	ours = d.xmp(kept.about)
	mine, err := takeXMPApart(ours, nil)
	if err != nil {
		return ours
	}
	if kept, err = takeXMPApart(old, mine.names); err != nil {
		return ours
	}
	var b bytes.Buffer
	at := 0
	for _, s := range kept.cuts {
		b.Write(old[at:s.from])
		at = s.to
	}
	b.Write(old[at:kept.end])
	b.Write(ours[mine.start:mine.end])
	b.Write(old[kept.end:])
	// What is not said where it should be, outside of rdf:RDF or inside a property, could be taken for ours.
	_, err = takeXMPApart(b.Bytes(), nil)
	if sourceType, description := readXMP(b.Bytes()); err != nil || b.Len() > maxChunk || sourceType != d.SourceType.URI() || description != d.Wording.Written {
		return ours
	}
	return b.Bytes()
}

// xmpParts says where things are in a packet.
type xmpParts struct {
	about      string     // what it speaks of; usually empty
	names      []xml.Name // of the properties
	cuts       []span     // stretches that hold nothing but the properties to leave out, in order
	start, end int        // of what is in rdf:RDF, bytes; end is 0 where there is none
}

type span struct{ from, to int }

// takeXMPApart finds the properties of a packet, and where those stand that are to be left out.
func takeXMPApart(packet []byte, leaveOut []xml.Name) (xmpParts, error) {
	var p xmpParts
	decoder := xml.NewDecoder(bytes.NewReader(packet))
	const inRDF, inDescription = 1, 2 // how deep elements are, counted from rdf:RDF on
	depth := 0
	var description, property span
	var cuts []span // within the description
	keeps := false  // it says something that stays
	for {
		from := int(decoder.InputOffset())
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if err != nil {
			return p, err
		}
		to := int(decoder.InputOffset())
		switch t := token.(type) {
		case xml.StartElement:
			switch {
			case depth == 0 && t.Name != xml.Name{Space: nsRDF, Local: "RDF"}:
				continue
			case depth == 0:
				p.start = to
			case depth == inRDF:
				description, cuts, keeps = span{from: from}, nil, false
				attributes := attributeSpans(packet[from:to])
				for i, a := range t.Attr {
					switch {
					case a.Name == xml.Name{Space: nsRDF, Local: "about"}:
						p.about = a.Value
					case a.Name.Space == "xmlns" || a.Name.Local == "xmlns" || len(attributes) != len(t.Attr):
					case slices.Contains(leaveOut, a.Name):
						cuts = append(cuts, span{from + attributes[i].from, from + attributes[i].to})
					default:
						p.names = append(p.names, a.Name)
						keeps = true
					}
				}
			case depth == inDescription:
				property = span{from: from}
				p.names = append(p.names, t.Name)
			}
			depth++
		case xml.EndElement:
			if depth == 0 {
				continue
			}
			depth--
			switch depth {
			case 0:
				p.end = from
			case inRDF:
				if description.to = to; !keeps && len(cuts) > 0 {
					cuts = []span{description}
				}
				p.cuts = append(p.cuts, cuts...)
			case inDescription:
				if property.to = to; slices.Contains(leaveOut, t.Name) {
					cuts = append(cuts, property)
				} else {
					keeps = true
				}
			}
		}
	}
}

// attributeSpans are the attributes of a start tag that is well formed, each with the white space before it.
func attributeSpans(tag []byte) []span {
	var all []span
	at := bytes.IndexAny(tag, " \t\r\n")
	for at >= 0 && at < len(tag) {
		equals := bytes.IndexByte(tag[at:], '=')
		if equals < 0 {
			break
		}
		open := bytes.IndexAny(tag[at+equals:], `"'`)
		if open < 0 {
			break
		}
		open += at + equals
		length := bytes.IndexByte(tag[open+1:], tag[open])
		if length < 0 {
			break
		}
		end := open + 1 + length + 1
		all = append(all, span{at, end})
		at = end
	}
	return all
}
