package normalize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kept is the punctuation of a spoken text: what a voice understands as pauses, or passes over.
const kept = ".,;:!?\"'“”‘’«»‹›„‚¿¡"

// neutral is the minimum for a language without rules of its own.
func neutral() grammar {
	g := grammar{tag: "und"}
	g.rules[space] = []rule{blank, pause}
	g.rules[word] = []rule{format}
	g.rules[symbol] = []rule{footnote, ellipsis, dash, bracket, asides}
	return g
}

// blank says white space other than plain spaces as a plain one, and nothing for what has no sound.
func blank(t *tokens, i int) match {
	tok := &t.toks[i]
	if !tok.odd {
		return match{}
	}
	m := match{end: i + 1, class: "space", say: " "}
	switch {
	case t.kind(i-1) == none, t.kind(i+1) == none, t.sym(i+1, ".,;:!?)]”’"):
		m.say = ""
	case tok.brk:
		m.say = "\n"
	}
	return m
}

// pause speaks a dash, dots of omission or an opening bracket together with the space before it.
func pause(t *tokens, i int) match {
	if t.kind(i+1) != symbol || t.toks[i].brk || t.kind(i-1) == none {
		return match{}
	}
	if t.sym(i+1, "(") {
		if t.kind(i+2) == digits && t.is(i+3, ")") && t.kind(t.gap(i+4)) == digits && len(t.text(i+2)) > 1 {
			return match{} // a telephone number
		}
		return match{end: i + 2, class: "bracket", say: ", "}
	}
	if m := ellipsis(t, i+1); m.end > 0 {
		return m
	}
	if j := dashRun(t, i+1); j > 0 && t.kind(j) == space {
		if t.kind(i-1) == digits && t.kind(j+1) == digits && t.is(t.gap(j+2), "=") {
			return match{end: j + 1, class: "symbol", say: " minus "}
		}
		return match{end: j + 1, class: "dash", say: ", "}
	}
	return match{}
}

// format drops format characters from a word.
func format(t *tokens, i int) match {
	if !t.toks[i].odd {
		return match{}
	}
	return match{end: i + 1, class: "space", say: t.text(i)}
}

// footnote drops the mark of a footnote: "[1]", "[a]", "[citation needed]", glued to what it belongs to.
func footnote(t *tokens, i int) match {
	if !t.is(i, "[") || t.kind(i-1) == none || t.kind(i-1) == space || t.sym(i-1, "([{\"“‘«") {
		return match{}
	}
	j := i + 2
	switch {
	case t.kind(i+1) == digits && len(t.text(i+1)) <= 3, t.kind(i+1) == word && len(t.text(i+1)) == 1:
	case t.low(i+1) == "citation" && t.low(i+3) == "needed":
		j = i + 4
	default:
		return match{}
	}
	if !t.is(j, "]") {
		return match{}
	}
	return match{end: j + 1, class: "footnote"}
}

// ellipsis speaks dots of omission as a pause: a comma where the sentence goes on, a full stop where it ends.
func ellipsis(t *tokens, i int) match {
	if !t.sym(i, ".…") {
		return match{}
	}
	j := i + 1
	for {
		if t.sym(j, ".…") {
			j++
		} else if t.kind(j) == space && !t.toks[j].brk && t.sym(j+1, ".…") {
			j += 2
		} else {
			break
		}
	}
	if j == i+1 && t.is(i, ".") {
		return match{}
	}
	m := match{end: j, class: "ellipsis", say: ","}
	next := t.gap(j)
	switch {
	case t.kind(i-1) == none, t.sym(i-1, kept+"(["):
		m.say = ""
	case t.kind(next) == none, t.kind(next) == space, t.sym(j, "\"'”’)]»"):
		m.say = "."
	case t.sym(next, ",;:!?"):
		m.say = ""
	case t.kind(i-1) != space && (t.shape(next) != lower || t.kind(next) != word):
		m.say = "."
	}
	return m
}

// dashRun is the end of a dash made of one sign or of two or three hyphens, or 0.
func dashRun(t *tokens, i int) int {
	j := i
	for t.sym(j, "-–—−―‐‑") {
		j++
	}
	if j == i {
		return 0
	}
	return j
}

// dash speaks dashes as pauses and keeps hyphens between letters.
func dash(t *tokens, i int) match {
	j := dashRun(t, i)
	if j == 0 {
		return match{}
	}
	m := match{end: j, class: "dash", say: ", "}
	before, after := t.kind(i-1), t.kind(j)
	if before == digits && after == space && t.kind(j+1) == digits && t.is(t.gap(j+2), "=") { // "1- 2 = 5"
		m.class, m.say = "symbol", " minus"
		return m
	}
	joined := (before == word || before == digits) && (after == word || after == digits)
	switch {
	case joined && j == i+1 && t.is(i, "-"):
		return match{}
	case j == i+1 && t.is(i, "-") && before == word && t.sym(j, aposts) && t.kind(j+1) == digits, // "mid-'90s"
		j == i+1 && t.is(i, "-") && t.sym(i-1, "%°") && after == word: // "12%-owned"
		m.say = "-"
	case j == i+1 && t.is(i-1, ".") && t.kind(i-2) == word && after == word: // "U.S.-led"
		m.say = "-"
	case joined && j == i+1 && !t.sym(i, "—―"):
		m.say = "-"
	case j == i+1 && t.sym(i, "-‐‑−–") || before == none || before == space && (t.kind(i-2) == none || t.toks[i-1].brk) || t.sym(i-1, kept+"(["):
		m.say = "" // a suspended hyphen, a bullet, or next to other punctuation
		if before == word && after == word || t.sym(i-1, "(") {
			m.say = " "
		}
	case after == none || after == symbol:
		m.say = ","
		if after == none || t.sym(j, kept) {
			m.say = ""
		}
	case after == space:
		m.say = ","
	}
	return m
}

// bracket speaks round brackets as pauses. Square and curly ones mark what an editor put in and are not heard.
func bracket(t *tokens, i int) match {
	m := match{end: i + 1, class: "bracket"}
	switch {
	case t.sym(i, "[]{}"):
		if t.kind(i-1) == word && t.kind(i+1) == word {
			m.say = " "
		}
	case t.is(i, "("):
		if (t.low(i+1) == "s" || t.low(i+1) == "es") && t.is(i+2, ")") && t.kind(i-1) == word {
			m.end = i + 3
		} else if t.kind(i-1) == word || t.kind(i-1) == digits {
			m.say = ", "
		}
	case t.is(i, ")"):
		next := t.gap(i + 1)
		if k := t.kind(next); k == word || k == digits || k == raised || t.sym(next, "$€£¥“‘\"'@#(-") {
			m.say = ","
			if next == i+1 {
				m.say = ", "
			}
		}
	default:
		return match{}
	}
	return m
}

// asides drops the signs that mark up a text and mean nothing in any language.
func asides(t *tokens, i int) match {
	if !t.sym(i, "*`|~^•·‣⁃†‡¶\\_©®™℠<>") {
		return match{}
	}
	say := ""
	if t.kind(i-1) == word && t.kind(i+1) == word {
		say = " "
	}
	return match{end: i + 1, class: "symbol", say: say}
}

// isKept says whether a sign may stay in a spoken text.
func isKept(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	if r < utf8.RuneSelf {
		return strings.Contains(kept, s)
	}
	return strings.Contains(kept, s) || unicode.IsPunct(r) && !strings.ContainsRune("§¶†‡•·‰‱′″‴‗⁎※", r) && !unicode.Is(unicode.Pd, r) &&
		!unicode.Is(unicode.Ps, r) && !unicode.Is(unicode.Pe, r)
}
