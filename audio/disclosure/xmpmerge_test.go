package disclosure

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	xmpStart = `<?xpacket begin="" id="x"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`
	xmpEnd   = `</r:RDF></x:xmpmeta>` + "\n" + `<?xpacket end="w"?>`
	dcNS     = `xmlns:d="http://purl.org/dc/elements/1.1/"`
)

// wellFormed says whether a packet can be read to its end.
func wellFormed(packet []byte) bool {
	for d := xml.NewDecoder(strings.NewReader(string(packet))); ; {
		if _, err := d.Token(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

func TestForeignXMPStaysBesideOurs(t *testing.T) {
	d := (&Disclosure{Article: Article{Title: "New <title>"}}).cleaned()
	for name, c := range map[string]struct {
		old         string
		kept, never []string
	}{
		"elements": {
			`<r:Description r:about="" ` + dcNS + `><d:title><r:Alt><r:li>Old title</r:li></r:Alt></d:title><d:rights>Kept rights</d:rights></r:Description>`,
			[]string{"<d:rights>Kept rights</d:rights>"},
			[]string{"Old title"},
		},
		"attributes": {
			`<r:Description r:about='' ` + dcNS + ` d:description="Old > text" d:rights='Kept "rights"' />`,
			[]string{`d:rights='Kept "rights"'`},
			[]string{"Old > text"},
		},
		"several descriptions": {
			`<r:Description r:about="" ` + dcNS + `><d:creator>Old</d:creator></r:Description><r:Description r:about="" ` + dcNS + `><d:format>audio/wav</d:format></r:Description>`,
			[]string{"audio/wav"},
			[]string{"Old"},
		},
		"another name": {
			`<r:Description r:about="uuid:1&amp;2" ` + dcNS + `><d:rights>Kept</d:rights></r:Description>`,
			[]string{`rdf:about="uuid:1&amp;2"`, "Kept"},
			[]string{`rdf:about=""`},
		},
		"inner names": {
			`<r:Description r:about="" ` + dcNS + `><d:relation><r:Bag><r:li d:title="Kept inside">x</r:li></r:Bag></d:relation></r:Description>`,
			[]string{"Kept inside"},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := string(d.xmpWith([]byte(xmpStart + c.old + xmpEnd)))
			require.True(t, wellFormed([]byte(got)), got)
			require.True(t, strings.HasPrefix(got, xmpStart))
			require.True(t, strings.HasSuffix(got, xmpEnd))
			for _, s := range c.kept {
				require.Contains(t, got, s)
			}
			for _, s := range c.never {
				require.NotContains(t, got, s)
			}
			require.Contains(t, got, "New &lt;title&gt;")
			requireXMP(t, []byte(xmpStart+c.old+xmpEnd))
		})
	}
}

func TestDamagedXMPIsReplaced(t *testing.T) {
	d := (&Disclosure{}).cleaned()
	ours := string(d.xmp(""))
	for name, old := range map[string]string{
		"empty":          "",
		"no XML":         "\xFF\xFE\x00",
		"cut":            xmpStart + `<r:Description r:about="" ` + dcNS + `><d:rights>`,
		"no RDF":         "<x/>",
		"empty RDF":      `<r:RDF xmlns:r="` + nsRDF + `"/>`,
		"too large":      xmpStart + strings.Repeat(" ", maxChunk) + `<r:Description r:about=""/>` + xmpEnd,
		"said elsewhere": xmpStart + `<r:Description ` + dcNS + `><d:rights><d:description>Made by people.</d:description></d:rights></r:Description>` + xmpEnd,
	} {
		require.Equal(t, ours, string(d.xmpWith([]byte(old))), name)
	}
	require.Equal(t, ours, string(d.xmpWith([]byte(ours))), "ours replaces ours")
}
