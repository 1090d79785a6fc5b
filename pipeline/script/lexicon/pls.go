package lexicon

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// plsNamespace is that of W3C's Pronunciation Lexicon Specification 1.0.
//
// Source: https://www.w3.org/TR/pronunciation-lexicon/.
const plsNamespace = "http://www.w3.org/2005/01/pronunciation-lexicon"

// deepest is how deep the elements of a PLS file may lie; the specification's lie four deep, metadata may add some.
const deepest = 32

// ReadPLS reads a lexicon in W3C PLS 1.0. name is for messages.
//
// Each grapheme becomes an entry whose capitals count, with the reading that is marked as preferred, or else the first; an
// alias is a respelling. The alphabet is IPA or X-SAMPA. Nothing outside the file is read: a document type declaration is
// refused.
func ReadPLS(name string, data []byte) (*File, error) {
	if len(data) > MaxBytes {
		return nil, Errors{{name, 0, errTooLarge}}
	}
	r := plsReader{file: &File{Name: name}, lines: map[string]int{}, decoder: xml.NewDecoder(bytes.NewReader(data))}
	r.decoder.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("the file is in %q; save it as UTF-8", charset)
	}
	for {
		token, err := r.decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.take(token)
		}
		if err != nil {
			return nil, append(r.errs, r.wrong(err))
		}
		if len(r.errs) >= mistakesShown {
			return nil, append(r.errs, r.wrong(errors.New("and perhaps more mistakes below this line")))
		}
	}
	if !r.seen {
		return nil, Errors{{name, 0, errors.New("this is no PLS file: it has no element lexicon")}}
	}
	return r.file.done(r.errs)
}

type plsReader struct {
	file     *File
	errs     Errors
	decoder  *xml.Decoder
	path     []string // the open elements
	seen     bool     // the element lexicon
	language string   // of the file
	alphabet string   // of the file

	lexeme    plsReading // of the lexeme that is open
	graphemes []grapheme
	text      strings.Builder // of the element that is open
	reading   plsReading      // likewise

	xsampa map[string]string // made when it is needed
	lines  map[string]int    // of the graphemes that have a reading
}

type grapheme struct {
	text string
	line int
}

// plsReading is a phoneme or an alias.
type plsReading struct {
	text, alphabet string
	alias, prefer  bool
}

func (r *plsReader) wrong(err error) *Error {
	line, _ := r.decoder.InputPos()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		line, err = syntax.Line, errors.New(syntax.Msg)
	}
	return &Error{r.file.Name, line, err}
}

func (r *plsReader) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return errors.New("the file has a document type declaration, which is not read; remove it")
	case xml.StartElement:
		return r.start(t)
	case xml.EndElement:
		r.end()
	case xml.CharData:
		r.text.Write(t)
	}
	return nil
}

func (r *plsReader) start(t xml.StartElement) error {
	name := t.Name.Local
	if len(r.path) == 0 && (name != "lexicon" || t.Name.Space != "" && t.Name.Space != plsNamespace) {
		return fmt.Errorf("this is no PLS file: it begins with the element %s", name)
	}
	if r.path = append(r.path, name); len(r.path) > deepest {
		return errors.New("the elements lie too deep")
	}
	r.text.Reset()
	attribute := func(name string) string {
		for _, a := range t.Attr {
			if a.Name.Local == name {
				return strings.TrimSpace(a.Value)
			}
		}
		return ""
	}
	switch strings.Join(r.path, "/") {
	case "lexicon":
		r.seen, r.language, r.alphabet = true, attribute("lang"), attribute("alphabet")
	case "lexicon/lexeme":
		r.graphemes, r.lexeme = nil, plsReading{}
	case "lexicon/lexeme/phoneme", "lexicon/lexeme/alias":
		r.reading = plsReading{alphabet: attribute("alphabet"), prefer: attribute("prefer") == "true", alias: name == "alias"}
		if r.reading.alphabet == "" {
			r.reading.alphabet = r.alphabet
		}
	}
	return nil
}

func (r *plsReader) end() {
	text := strings.TrimSpace(r.text.String())
	switch strings.Join(r.path, "/") {
	case "lexicon/lexeme/grapheme":
		line, _ := r.decoder.InputPos()
		r.graphemes = append(r.graphemes, grapheme{text, line})
	case "lexicon/lexeme/phoneme", "lexicon/lexeme/alias":
		r.reading.text = text
		if r.lexeme.text == "" || r.reading.prefer && !r.lexeme.prefer {
			r.lexeme = r.reading
		}
	case "lexicon/lexeme":
		r.add()
	}
	r.path = r.path[:len(r.path)-1]
	r.text.Reset()
}

// add adds the entries of a lexeme. Of lexemes with the same grapheme, which PLS tells apart by their role in a sentence,
// the first one counts.
func (r *plsReader) add() {
	e := Entry{Exact: true, Language: r.language, Say: r.lexeme.text}
	if !r.lexeme.alias {
		ipa, err := r.toIPA(r.lexeme)
		if err != nil {
			r.errs = append(r.errs, r.wrong(err))
			return
		}
		e.Say, e.IPA = "", ipa
	}
	if len(r.graphemes) == 0 {
		r.errs = append(r.errs, r.wrong(errors.New("a lexeme has no grapheme")))
	}
	for _, g := range r.graphemes {
		if line := r.lines[g.text]; line != 0 {
			note := fmt.Errorf("%q is already in line %d; roles are not read, so the first reading counts", g.text, line)
			r.file.Notes = append(r.file.Notes, &Error{r.file.Name, g.line, note})
			continue
		}
		r.lines[g.text] = g.line
		e.Word, e.Line = g.text, g.line
		r.errs = r.file.add(e, r.errs)
	}
}

// toIPA reads a pronunciation in its alphabet.
func (r *plsReader) toIPA(p plsReading) (string, error) {
	switch strings.ToLower(p.alphabet) {
	case "ipa", "":
		return p.text, nil
	case "x-sampa", "xsampa", "x-x-sampa":
		if r.xsampa == nil {
			r.xsampa = xsampaTable()
		}
		return fromXSAMPA(p.text, r.xsampa)
	}
	return "", fmt.Errorf("the alphabet %q is not known; ipa and x-sampa are", p.alphabet)
}
