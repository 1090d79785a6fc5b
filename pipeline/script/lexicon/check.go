package lexicon

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/voicepress/voicepress/pipeline/script/normalize"
)

// Check finds what is well-formed and yet will not be heard as it is meant: pronunciations with characters that the voice
// leaves out, respellings that rules or other entries change, entries that change nothing. unknown gives the characters of
// a pronunciation that the voice leaves out; StrangeIPA will do.
func (l *Lexicon) Check(unknown func(ipa string) []rune) []*Error {
	var found []*Error
	rules := map[string]*normalize.Normalizer{}
	for e := range l.All() {
		tell := func(format string, args ...any) {
			found = append(found, &Error{e.File, e.Line, fmt.Errorf(format, args...)})
		}
		if strange := unknown(e.IPA); e.IPA != "" && len(strange) > 0 {
			tell("%q: the voice leaves out %s of ipa %q", e.Subject(), quoted(strange), e.IPA)
		}
		if e.Say == "" || e.pattern != nil {
			continue
		}
		if e.Say == e.Word && e.IPA == "" {
			tell("%q is said as it is written; use leave to keep the rules from it", e.Word)
		}
		language := cmp.Or(e.Language, "en")
		if rules[language] == nil {
			rules[language] = normalize.New(language).With(l.For(Scope{Language: language}))
		}
		if again := rules[language].Normalize(e.Say).Spoken; again != e.Say {
			tell("%q: the words %q are themselves read as %q; write them as they are to be heard", e.Word, e.Say, again)
		}
	}
	return found
}

func quoted(runes []rune) string {
	list := make([]string, 0, len(runes))
	for _, r := range runes {
		list = append(list, strconv.QuoteRune(r))
	}
	return strings.Join(list, ", ")
}
