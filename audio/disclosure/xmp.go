package disclosure

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// The XML namespaces of XMP and of what stands in it.
const (
	nsRDF  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsDC   = "http://purl.org/dc/elements/1.1/"
	nsXMP  = "http://ns.adobe.com/xap/1.0/"
	nsIPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
)

// xmp is the XMP packet of a cleaned Disclosure, about the file itself (empty) or what else names it.
//
// Sources: ISO 16684-1 (XMP); IPTC Photo Metadata Standard 2025.1 for DigitalSourceType, AISystemUsed and
// AISystemVersionUsed.
func (d *Disclosure) xmp(about string) []byte {
	var b bytes.Buffer
	b.WriteString("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="` + nsRDF + `">` +
		`<rdf:Description xmlns:rdf="` + nsRDF + `" rdf:about="` + escaped(about) + `" xmlns:dc="` + nsDC + `" xmlns:xmp="` + nsXMP + `" xmlns:Iptc4xmpExt="` + nsIPTC + "\">\n")
	simple := func(name, text string) {
		if text != "" {
			b.WriteString("<" + name + ">" + escaped(text) + "</" + name + ">\n")
		}
	}
	list := func(name, kind, attributes string, items ...string) {
		text := ""
		for _, item := range items {
			if item != "" {
				text += "<rdf:li" + attributes + ">" + escaped(item) + "</rdf:li>"
			}
		}
		if text != "" {
			b.WriteString("<" + name + "><rdf:" + kind + ">" + text + "</rdf:" + kind + "></" + name + ">\n")
		}
	}
	simple("Iptc4xmpExt:DigitalSourceType", d.SourceType.URI())
	simple("Iptc4xmpExt:AISystemUsed", joined(d.Engine.Name, d.Voice.ID))
	simple("Iptc4xmpExt:AISystemVersionUsed", d.Engine.Version)
	list("dc:description", "Alt", ` xml:lang="x-default"`, d.Wording.Written)
	list("dc:title", "Alt", ` xml:lang="x-default"`, d.Article.Title)
	list("dc:creator", "Seq", "", d.artist())
	list("dc:contributor", "Bag", "", d.Article.Authors...)
	list("dc:publisher", "Bag", "", d.Article.Site)
	list("dc:date", "Seq", "", d.Article.Published)
	if d.Article.Language != "und" {
		list("dc:language", "Bag", "", d.Article.Language)
	}
	simple("dc:source", d.Article.URL)
	simple("xmp:CreatorTool", joined(d.Tool.Name, d.Tool.Version))
	b.WriteString("</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>")
	return b.Bytes()
}

func escaped(s string) string {
	var b strings.Builder
	// A strings.Builder never fails.
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// readXMP finds the digital source type and the description in an XMP packet, written as elements or as attributes.
// A packet that is damaged gives what stands before the damage.
func readXMP(packet []byte) (sourceType, description string) {
	target := func(name xml.Name) *string {
		switch name {
		case xml.Name{Space: nsIPTC, Local: "DigitalSourceType"}:
			return &sourceType
		case xml.Name{Space: nsDC, Local: "description"}:
			return &description
		default:
			return nil
		}
	}
	decoder := xml.NewDecoder(bytes.NewReader(packet))
	var property *string // whose text is being read
	for {
		token, err := decoder.Token()
		if err != nil {
			return sourceType, description
		}
		switch t := token.(type) {
		case xml.StartElement:
			if p := target(t.Name); p != nil {
				property = p
			}
			for _, a := range t.Attr {
				p := target(a.Name)
				if a.Name == (xml.Name{Space: nsRDF, Local: "resource"}) {
					p = target(t.Name)
				}
				if p != nil && *p == "" {
					*p = a.Value
				}
			}
		case xml.EndElement:
			if target(t.Name) != nil {
				property = nil
			}
		case xml.CharData:
			// The first of several languages is the default one.
			if property != nil && *property == "" {
				*property = strings.TrimSpace(string(t))
			}
		}
	}
}
