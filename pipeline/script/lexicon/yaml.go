package lexicon

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mistakesShown is how many mistakes of a file are reported.
const mistakesShown = 50

// ReadYAML reads a lexicon in YAML. name is for messages.
//
//	language: en           # for the entries that name none; may be left out
//	entries:
//	  - {word: Leicester, say: Lester}
//	  - {word: Thames, ipa: tɛmz}
//	  - {word: BAFTA, leave: true}
//	  - {word: WCA, spell: true, case: exact}
//	  - {regexp: '(\d+)dpi', say: $1 dots per inch}
func ReadYAML(name string, data []byte) (*File, error) {
	f := &File{Name: name}
	if len(data) > MaxBytes {
		return nil, Errors{{name, 0, errTooLarge}}
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, Errors{yamlError(name, err)}
	}
	if document.Kind == 0 { // an empty file
		return f, nil
	}
	root := document.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return f, nil
	}
	var errs Errors
	var entries *yaml.Node
	language := ""
	err := fields(root, func(key string, value *yaml.Node) (err error) {
		switch key {
		case "language":
			language, err = text(value)
		case "entries":
			if value.Kind != yaml.SequenceNode && value.Tag != "!!null" {
				return errors.New("entries is no list")
			}
			entries = value
		default:
			return fmt.Errorf("unknown key %q; a lexicon has language and entries", key)
		}
		return err
	}, func(line int, err error) { errs = append(errs, &Error{name, line, err}) })
	if err != nil {
		return nil, Errors{{name, root.Line, fmt.Errorf("a lexicon is a list under the key entries: %w", err)}}
	}
	if entries == nil {
		return f.done(errs)
	}
	for _, n := range entries.Content {
		before := len(errs)
		e := Entry{Line: n.Line, Language: language}
		err := fields(n, e.set, func(line int, err error) { errs = append(errs, &Error{name, line, err}) })
		if err != nil {
			errs = append(errs, &Error{name, n.Line, err})
		}
		if len(errs) == before {
			errs = f.add(e, errs)
		}
		if len(errs) >= mistakesShown {
			errs = append(errs, &Error{name, n.Line, errors.New("and perhaps more mistakes below this line")})
			break
		}
	}
	return f.done(errs)
}

// fields goes through the keys of a mapping. A mistake in one is told with its line, and the others are still read.
func fields(n *yaml.Node, set func(key string, value *yaml.Node) error, wrong func(line int, err error)) error {
	if n.Kind != yaml.MappingNode {
		return errors.New("this is no mapping of keys to values, such as {word: Leicester, say: Lester}")
	}
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if seen[key.Value] {
			wrong(key.Line, fmt.Errorf("%s is given twice", strconv.Quote(key.Value)))
			continue
		}
		seen[key.Value] = true
		if err := set(key.Value, value); err != nil {
			wrong(key.Line, err)
		}
	}
	return nil
}

// set sets one key of an entry.
func (e *Entry) set(key string, value *yaml.Node) (err error) {
	switch key {
	case "word":
		e.Word, err = text(value)
	case "regexp":
		e.Regexp, err = text(value)
	case "say":
		e.Say, err = text(value)
	case "ipa":
		e.IPA, err = text(value)
	case "spell":
		e.Spell, err = truthOf(value)
	case "leave":
		e.Leave, err = truthOf(value)
	case "part":
		e.Part, err = truthOf(value)
	case "language":
		e.Language, err = text(value)
	case "site":
		e.Site, err = text(value)
	case "section":
		e.Section, err = text(value)
	case "case":
		switch value.Value {
		case "exact":
			e.Exact = true
		case "any":
		default:
			return fmt.Errorf("case is %q, not exact or any", value.Value)
		}
	default:
		return fmt.Errorf("unknown key %q; an entry has word or regexp, say, ipa, spell or leave, and may have language, case, part, site and section", key)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// text is a value as it is written: "word: 911" and "word: no" are words.
func text(n *yaml.Node) (string, error) {
	if n.Kind != yaml.ScalarNode {
		return "", errors.New("this is no text")
	}
	if n.Tag == "!!null" || strings.TrimSpace(n.Value) == "" {
		return "", errors.New("there is no text")
	}
	return n.Value, nil
}

func truthOf(n *yaml.Node) (bool, error) {
	var b bool
	if n.Kind != yaml.ScalarNode || n.Decode(&b) != nil {
		return false, fmt.Errorf("%q is not true or false", n.Value)
	}
	return b, nil
}

// yamlError takes the line out of the parser's message.
func yamlError(name string, err error) *Error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 0
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		if number, why, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				line, message = n, why
			}
		}
	}
	return &Error{name, line, errors.New(message)}
}
