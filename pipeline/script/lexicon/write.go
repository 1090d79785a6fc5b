package lexicon

import (
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// WriteYAML writes the entries as a lexicon in YAML, one a line. What it writes ReadYAML reads.
func WriteYAML(w io.Writer, entries []Entry) error {
	if _, err := io.WriteString(w, "entries:\n"); err != nil {
		return fmt.Errorf("write the lexicon: %w", err)
	}
	for i := range entries {
		line, err := yaml.Marshal(entries[i].node())
		if err == nil {
			_, err = fmt.Fprintf(w, "  - %s", line)
		}
		if err != nil {
			return fmt.Errorf("write the lexicon: %w", err)
		}
	}
	return nil
}

// node is the entry as a YAML mapping in one line.
func (e *Entry) node() *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	add := func(key, value, tag string) {
		if value != "" {
			n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, &yaml.Node{Kind: yaml.ScalarNode, Value: value, Tag: tag})
		}
	}
	flag := func(key string, set bool) {
		if set {
			add(key, "true", "!!bool")
		}
	}
	add("word", e.Word, "!!str")
	add("regexp", e.Regexp, "!!str")
	add("say", e.Say, "!!str")
	add("ipa", e.IPA, "!!str")
	flag("spell", e.Spell)
	flag("leave", e.Leave)
	if e.Exact {
		add("case", "exact", "!!str")
	}
	flag("part", e.Part)
	add("language", e.Language, "!!str")
	add("site", e.Site, "!!str")
	add("section", e.Section, "!!str")
	return n
}
