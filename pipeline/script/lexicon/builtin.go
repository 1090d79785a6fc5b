package lexicon

import _ "embed"

//go:embed english.yaml
var builtIn []byte

// BuiltInName is the name of the built-in lexicon in messages.
const BuiltInName = "built-in"

// BuiltIn is the lexicon that comes with the program: names and words of English news that text-to-speech commonly gets
// wrong. It says how words sound and never changes the words.
func BuiltIn() (*File, error) { return ReadYAML(BuiltInName, builtIn) }
