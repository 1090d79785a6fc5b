package espeak

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"github.com/voicepress/voicepress/tts"
)

// voice is a line of `espeak-ng --voices`.
type voice struct {
	id       string // for -v: "en-us"
	language string // BCP 47: "en-US"
	// serves are the languages it is meant for, lower case, with espeak-ng's priority: lower is better.
	serves map[string]int
}

// listVoices asks espeak-ng for its voices and for the names of its variants, which go after a "+".
func listVoices(ctx context.Context, path string) (voices []voice, variants []string, err error) {
	text, err := ask(ctx, path, "--voices")
	if err != nil {
		return nil, nil, err
	}
	voices = parseVoices(text)
	if len(voices) == 0 {
		return nil, nil, &tts.Unavailable{What: "espeak-ng", Err: fmt.Errorf("it lists no voices"), Remedy: remedy}
	}
	text, err = ask(ctx, path, "--voices=variant")
	if err != nil {
		return nil, nil, err
	}
	for _, line := range rows(text) {
		if name, ok := strings.CutPrefix(line[4], "!v/"); ok {
			variants = append(variants, name)
		}
	}
	return voices, variants, nil
}

// rows splits a table of voices: priority, language, age and gender, name, file, other languages. Names have no spaces.
func rows(text string) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		if _, err := strconv.Atoi(fields[0]); err == nil { // not the heading
			out = append(out, fields)
		}
	}
	return out
}

// parseVoices reads the table that --voices prints. A voice is known by its language, or by its file where another had
// that language before. Names that would not pass for a voice are left out.
func parseVoices(text string) []voice {
	var voices []voice
	for _, row := range rows(text) {
		priority, _ := strconv.Atoi(row[0]) // rows has checked it
		tag, file := row[1], row[4]
		v := voice{id: tag, language: bcp47(tag), serves: map[string]int{strings.ToLower(tag): priority}}
		if slices.ContainsFunc(voices, func(o voice) bool { return o.id == tag }) {
			v.id = file
			v.serves[strings.ToLower(tag)] = priority + 100
		}
		if checkVoice(v.id) != nil {
			continue
		}
		// "(zh-cmn 5)(zh 5)", cut at the spaces
		for other := range strings.SplitSeq(strings.Join(row[5:], " "), "(") {
			name, number, _ := strings.Cut(strings.TrimRight(other, ") "), " ")
			if n, err := strconv.Atoi(number); err == nil {
				v.serves[strings.ToLower(name)] = n
			}
		}
		voices = append(voices, v)
	}
	slices.SortStableFunc(voices, func(a, b voice) int { return cmp.Compare(a.priority(), b.priority()) })
	return voices
}

// priority says how well a voice serves its language when no region is asked for: France comes before Belgium.
func (v voice) priority() int {
	primary, _, _ := strings.Cut(strings.ToLower(v.language), "-")
	if n, ok := v.serves[primary]; ok {
		return n
	}
	return 100
}

// bcp47 turns espeak-ng's name of a language into a BCP 47 tag: "en-us" into "en-US". What does not fit at the end of
// it ("en-us-nyc") is left out, and what does not fit at all is "und".
func bcp47(name string) string {
	for tag := name; ; {
		// Raw keeps the language as it is; the default would turn "cmn" into "zh".
		parsed, err := language.Raw.Parse(tag)
		if err == nil {
			return parsed.String()
		}
		i := strings.LastIndexByte(tag, '-')
		switch {
		case i < 0 && errors.As(err, new(language.ValueError)): // well formed, but in no registry
			return strings.ToLower(tag)
		case i < 0:
			return "und"
		}
		tag = tag[:i]
	}
}

// forLanguage returns the voice that serves a BCP 47 language best: one for just this language, or else one for its
// parent ("en-AU", "en"), and of several the one that espeak-ng prefers.
func forLanguage(voices []voice, tag string) (voice, bool) {
	for tag = strings.ToLower(tag); tag != ""; {
		best := -1
		for i, v := range voices {
			if n, ok := v.serves[tag]; ok && (best < 0 || n < voices[best].serves[tag]) {
				best = i
			}
		}
		if best >= 0 {
			return voices[best], true
		}
		tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)]
	}
	return voice{}, false
}
