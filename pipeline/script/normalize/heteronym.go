package normalize

import (
	"slices"
	"strings"
)

// heteronyms are words that are spelled alike and sound different by their sense ("read", "lead", "live"), with the
// contexts that settle it. Where no context does, the voice decides.
type heteronyms struct {
	rules     map[string][]soundRule
	compounds map[string]string // "lead-free"
}

// soundRule gives a sound where all its conditions hold.
type soundRule struct {
	ipa   string
	where []condition
}

// condition is about the words around a heteronym.
type condition struct {
	place  string // "prev", "next", "prev2", "next2": the one or two words before or after; "near": any of the five on either side
	not    bool
	words  map[string]bool // in lower case
	plural bool            // or any plural noun
	end    bool            // or the end of the clause
}

// classHeteronym is the class of a word whose sound is known from its context. It is spoken as written.
const classHeteronym = "heteronym"

// newHeteronyms reads a table: "class" rows name lists of words, "sound" rows a word, a sense and its IPA as an American
// and as a British voice says it, "when" rows the conditions for a sense. Of a word's rows the first that holds counts.
func newHeteronyms(name string, british bool) *heteronyms {
	h := &heteronyms{rules: make(map[string][]soundRule), compounds: make(map[string]string)}
	classes, sounds := make(map[string]string), make(map[string]string)
	for _, r := range rows(name) {
		switch r[0] {
		case "class":
			classes["@"+r[1]] += " " + r[2]
		case "sound":
			ipa := r[3]
			if british && len(r) > 4 {
				ipa = r[4]
			}
			sounds[r[1]+"/"+r[2]] = ipa
			if strings.Contains(r[1], "-") {
				h.compounds[r[1]] = ipa
			}
		case "when":
			rule := soundRule{ipa: sounds[r[1]+"/"+r[2]]}
			for _, field := range r[3:] {
				rule.where = append(rule.where, newCondition(field, classes))
			}
			h.rules[r[1]] = append(h.rules[r[1]], rule)
		}
	}
	return h
}

// newCondition reads "prev:@have had", "!next:to".
func newCondition(field string, classes map[string]string) condition {
	var c condition
	field, c.not = strings.CutPrefix(field, "!")
	place, list, _ := strings.Cut(field, ":")
	c.place, c.words = place, make(map[string]bool)
	for w := range strings.FieldsSeq(list) {
		switch {
		case w == "@plural":
			c.plural = true
		case w == "@end":
			c.end = true
		case w[0] == '@':
			for member := range strings.FieldsSeq(classes[w]) {
				c.words[member] = true
			}
		default:
			c.words[w] = true
		}
	}
	return c
}

// sound is the pronunciation that the context of token i settles, and the token after the words it is for.
func (h *heteronyms) sound(t *tokens, i int) (ipa string, end int) {
	if t.kind(i) != word || t.toks[i].odd || t.kind(i-1) == word || t.kind(i-1) == digits || t.sym(i-1, "-@#./_'’&") {
		return "", i
	}
	rules := h.rules[t.text(i)]
	if rules == nil {
		if t.shape(i) != capital {
			return "", i
		}
		if rules = h.rules[t.low(i)]; rules == nil {
			return "", i
		}
	}
	if t.sym(i+1, "-") && t.kind(i+2) == word {
		if ipa := h.compounds[t.low(i)+"-"+t.low(i+2)]; ipa != "" && !t.sym(i+3, "-'’") {
			return ipa, i + 3
		}
	}
	if t.sym(i+1, "-'’@_&/") {
		return "", i
	}
	for _, r := range rules {
		if !slices.ContainsFunc(r.where, func(c condition) bool { return c.holds(t, i) == c.not }) {
			return r.ipa, i + 1
		}
	}
	return "", i
}

// holds says whether the words around token i are as the condition says, its negation aside.
func (c *condition) holds(t *tokens, i int) bool {
	switch c.place {
	case "prev":
		return c.fits(t, t.prev(i))
	case "prev2":
		if p := t.prev(i); t.kind(p) == word {
			return c.fits(t, t.prev(p))
		}
		return c.end
	case "next":
		return c.fits(t, t.gap(i+1))
	case "next2":
		if k := t.gap(i + 1); t.kind(k) == word {
			return c.fits(t, t.gap(k+1))
		}
		return c.end
	}
	const far = 5
	for step := -1; step < 2; step += 2 {
		for j, seen := i+step, 0; seen < far && t.kind(j) != none && !t.sym(j, ".?!"); j += step {
			if t.kind(j) == word {
				seen++
				if c.fits(t, j) {
					return true
				}
			} else if t.kind(j) == space && t.toks[j].brk {
				break
			}
		}
	}
	return false
}

// fits says whether token j is one of the words, or what the condition allows besides.
func (c *condition) fits(t *tokens, j int) bool {
	if t.kind(j) != word {
		return c.end && (t.kind(j) == none || t.sym(j, ".,;:!?”\"’)—"))
	}
	w := t.low(j)
	return c.words[w] || c.plural && len(w) > 3 && w[len(w)-1] == 's' && w[len(w)-2] != 's' && w[len(w)-2] != 'u' && w[len(w)-2] != 'i' && !notPlural(w)
}

// notPlural says whether a word that ends like a plural is none.
func notPlural(w string) bool {
	switch w {
	case "does", "always", "perhaps", "sometimes", "towards", "afterwards", "besides", "news", "whose", "goes", "says", "makes", "takes", "gets", "lets", "helps", "yours", "ours", "theirs",
		"hers", "across", "times", "days", "weeks", "months", "years", "hours", "minutes":
		return true
	}
	return false
}
