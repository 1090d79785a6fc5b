package article

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxJSONDepth is how many objects and lists may stand inside each other. The forms that are read have six levels;
// plug-ins of WordPress add more.
const maxJSONDepth = 64

// maxJSONValues is how many values a text may hold. A list of a hundred posts with all that plug-ins add has a third.
const maxJSONValues = 1_000_000

// beginsJSON says whether a text begins as an object, or a list of objects, does.
func beginsJSON(text string) bool {
	rest, list := strings.CutPrefix(text, "[")
	if list {
		text = strings.TrimLeft(rest, " \t\r\n")
	}
	rest, ok := strings.CutPrefix(text, "{")
	rest = strings.TrimLeft(rest, " \t\r\n")
	return ok && (strings.HasPrefix(rest, `"`) || strings.HasPrefix(rest, "}"))
}

// parseJSON parses a text that holds one value. It refuses what encoding/json passes over: names that come twice, of
// which the last would win, and anything behind the value. Numbers are kept as they are written.
//
// Source: RFC 8259; I-JSON (RFC 7493) 2.3 forbids names that come twice.
func parseJSON(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	p := jsonParser{Decoder: d, text: text}
	value, err := p.value()
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, p.problem("there is more behind the end of the JSON value")
	}
	return value, nil
}

type jsonParser struct {
	*json.Decoder

	text   string
	path   []any // names and indices that lead to the value being read
	values int   // so far
}

func (p *jsonParser) value() (any, error) {
	if len(p.path) > maxJSONDepth {
		return nil, &TooLarge{What: "levels of nested JSON", Limit: maxJSONDepth}
	}
	if p.values++; p.values > maxJSONValues {
		return nil, &TooLarge{What: "values of JSON", Limit: maxJSONValues}
	}
	token, err := p.next()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return p.object()
	case json.Delim('['):
		list := []any{}
		for p.More() {
			member, err := p.below(len(list))
			if err != nil {
				return nil, err
			}
			list = append(list, member)
		}
		_, err := p.next()
		return list, err
	}
	return token, nil
}

// below is the next value, which has a name or an index.
func (p *jsonParser) below(place any) (any, error) {
	p.path = append(p.path, place)
	value, err := p.value()
	p.path = p.path[:len(p.path)-1]
	return value, err
}

func (p *jsonParser) object() (any, error) {
	object := map[string]any{}
	for p.More() {
		token, err := p.next()
		if err != nil {
			return nil, err
		}
		key, ok := token.(string)
		if !ok {
			return nil, p.problem("a name is expected")
		}
		if _, twice := object[key]; twice {
			return nil, p.problem(fmt.Sprintf("%s comes twice", join(p.place(), key)))
		}
		if object[key], err = p.below(key); err != nil {
			return nil, err
		}
	}
	_, err := p.next()
	return object, err
}

// place is where the value being read stands: "blocks[3]".
func (p *jsonParser) place() string {
	path := ""
	for _, step := range p.path {
		switch step := step.(type) {
		case int:
			path = fmt.Sprintf("%s[%d]", path, step)
		case string:
			path = join(path, step)
		}
	}
	return path
}

// next is the next token, or what is wrong with the text and in which line.
func (p *jsonParser) next() (json.Token, error) {
	token, err := p.Token()
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return token, nil
	case errors.As(err, &syntax):
		return nil, p.problem(syntax.Error())
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, p.problem("it ends too early")
	}
	return nil, p.problem(err.Error())
}

func (p *jsonParser) problem(what string) error {
	at := int(min(p.InputOffset(), int64(len(p.text))))
	return &Unreadable{
		Problem: fmt.Sprintf("the JSON cannot be read: line %d: %s", 1+strings.Count(p.text[:at], "\n"), what),
		Remedy:  jsonRemedy,
	}
}

const jsonRemedy = "`voicepress article --json` prints an article in the form that is read; docs/inputs.md describes all forms"

// checkUTF8 refuses JSON that is not UTF-8, as RFC 8259 demands; UTF-16 with its mark was decoded before.
func checkUTF8(data []byte) error {
	if utf8.Valid(data) || len(data) > 1 && (data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff) {
		return nil
	}
	at := 0
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return &Unreadable{Problem: fmt.Sprintf("the JSON is not UTF-8: byte %d", at), Remedy: "write it as UTF-8"}
}

// fields reads the fields of a JSON object and remembers the first thing that is wrong with one of them.
type fields struct {
	path   string // of the object: "blocks[3]"; "" at the top
	values map[string]any
	err    *error
}

func join(path, key string) string {
	const longest = 40 // bytes of a name in an error
	if len(key) > longest || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r == '.' || r > '~' }) {
		key = fmt.Sprintf("%.*q", longest, key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// fail remembers what is wrong with a field.
func (f fields) fail(key, format string, args ...any) {
	if *f.err == nil {
		*f.err = &Unreadable{Problem: join(f.path, key) + ": " + fmt.Sprintf(format, args...), Remedy: jsonRemedy}
	}
}

// typeOf names the type of a JSON value.
func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	}
	return "an object"
}

// text is a field that is a string; "" where it is not there or null.
func (f fields) text(key string) string {
	switch v := f.values[key].(type) {
	case nil:
	case string:
		return v
	default:
		f.fail(key, "a string is expected, not %s", typeOf(v))
	}
	return ""
}

// whole is a field that is a whole number from 0 to most; 0 where it is not there.
func (f fields) whole(key string, most int) int {
	switch v := f.values[key].(type) {
	case nil:
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		if err == nil && n >= 0 && n <= int64(min(most, math.MaxInt32)) {
			return int(n)
		}
		f.fail(key, "%.40s is not a whole number from 0 to %d", v, most)
	default:
		f.fail(key, "a number is expected, not %s", typeOf(v))
	}
	return 0
}

// list is a field that is a list; nil where it is not there.
func (f fields) list(key string) []any {
	switch v := f.values[key].(type) {
	case nil:
	case []any:
		return v
	default:
		f.fail(key, "a list is expected, not %s", typeOf(v))
	}
	return nil
}

// texts is a field that is a list of strings.
func (f fields) texts(key string) []string {
	var list []string
	for i, member := range f.list(key) {
		text, ok := member.(string)
		if !ok {
			f.fail(fmt.Sprintf("%s[%d]", key, i), "a string is expected, not %s", typeOf(member))
		}
		list = append(list, text)
	}
	return list
}

// object is a field that is an object; one without fields where it is not there.
func (f fields) object(key string) fields {
	return f.member(key, f.values[key])
}

// objects is a field that is a list of objects.
func (f fields) objects(key string) []fields {
	var list []fields
	for i, member := range f.list(key) {
		list = append(list, f.member(fmt.Sprintf("%s[%d]", key, i), member))
	}
	return list
}

func (f fields) member(name string, value any) fields {
	path := name
	if f.path != "" {
		path = f.path + "." + name
	}
	switch v := value.(type) {
	case nil:
	case map[string]any:
		return fields{path, v, f.err}
	default:
		f.fail(name, "an object is expected, not %s", typeOf(v))
	}
	return fields{path, nil, f.err}
}
