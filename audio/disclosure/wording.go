package disclosure

import (
	"golang.org/x/text/language"
)

// Wording is what is said about the voice in one language.
type Wording struct {
	Language string // BCP 47 language of the sentences; "en" where the language asked for has none of its own
	Written  string // the statement for readers: players, web pages, tags
	Spoken   string // the statement for listeners, at most six seconds of speech
	Voice    string // what kind of voice it is, in two words: "AI voice"
	Chapter  string // the title of the chapter in which Spoken is heard
}

// WordingFor is the wording in a BCP 47 language for sound that came to be as s says. A rule-based voice
// (AlgorithmicMedia, CompositeSynthetic) is "computer-generated"; every other is "AI-generated". A language that has no wording gets the
// English one, and Wording.Language says so.
func WordingFor(lang string, s SourceType) Wording {
	if s.ByRules() {
		return computerWording(written(lang))
	}
	return aiWording(written(lang))
}

// written is the language of a BCP 47 tag, with its script where that makes another sentence: "zh-Hant".
func written(lang string) string {
	tag := parseLanguage(lang)
	base, _ := tag.Base()
	if script, _ := tag.Script(); base.String() == "zh" && script.String() == "Hant" {
		return "zh-Hant"
	}
	return base.String()
}

// parseLanguage reads a BCP 47 language. What is none is language.Und.
func parseLanguage(s string) language.Tag {
	const longest = 64 // bytes; RFC 5646 4.4.1 asks for at least 35
	if len(s) > longest {
		return language.Und
	}
	tag, err := language.Parse(s)
	if err != nil {
		return language.Und
	}
	return tag
}

// iso639 is the three-letter code (ISO 639-2/T) that ID3 wants, or "" where the language is not known.
func iso639(lang string) string {
	base, _, _ := parseLanguage(lang).Raw() // as given, nothing guessed from the region
	if code := base.ISO3(); code != "und" {
		return code
	}
	return ""
}
