package normalize

import "strings"

// hour is a time of day that was read.
type hour struct {
	say  string
	half string // "A M", "P M" or ""
	end  int
}

// clock says times of day and ranges of them: "10:30 a.m. EST", "7pm", "14:05", "7-9 p.m.", "0900 GMT".
func (e *english) clock(t *tokens, i int) match {
	if t.sym(i-1, ":.") && t.kind(i-2) == digits || t.is(i-1, "$") {
		return match{}
	}
	if m := e.military(t, i); m.end > 0 {
		return m
	}
	h := e.hourAt(t, i)
	j, bare := h.end, false
	if h.end == 0 {
		if v := atoi(t.text(i)); v < 1 || v > 12 {
			return match{}
		}
		h.say, j, bare = e.cardinal(t.text(i)), i+1, true
		if len(t.text(i)) > 1 && t.text(i)[0] == '0' {
			return match{}
		}
	}
	m := match{h.end, "time", h.say}
	k := j
	if t.kind(k) == space && (t.is(k+1, "–") || t.is(k+1, "-") && h.half != "") && t.kind(k+2) == space {
		k++
	}
	if t.sym(k, dashes) {
		if second := e.hourAt(t, t.gap(k+1)); second.end > 0 && (!bare || second.half != "") {
			m.end, m.say = second.end, h.say+" to "+second.say
			bare = false
		}
	}
	if bare {
		return match{}
	}
	return e.zone(t, m)
}

// hourAt reads "10:30", "7pm", "7 p.m.", "5.30pm", "1:01:01".
func (e *english) hourAt(t *tokens, i int) hour {
	h := t.text(i)
	v := atoi(h)
	if t.kind(i) != digits || len(h) > 2 || v < 0 || v > 24 {
		return hour{}
	}
	out := hour{end: i + 1, say: e.cardinal(trimZero(h))}
	min := t.text(i + 2)
	full := t.sym(i+1, ":.") && t.kind(i+2) == digits && len(min) == 2 && min < "60"
	if full {
		out.end = i + 3
		switch {
		case t.is(i+1, ":") && t.is(i+3, ":") && t.kind(i+4) == digits && len(t.text(i+4)) == 2:
			if sec := t.text(i + 4); sec < "60" {
				return e.duration(t, i+5, h, min, sec)
			}
			return hour{}
		case min != "00":
			out.say += " " + e.pair(min, "")
		}
	}
	half, end := e.halfDay(t, out.end)
	switch {
	case half != "":
		out.say, out.half, out.end = out.say+" "+half, half, end
		return out
	case full && t.is(i+1, ":") && t.is(i+3, ".") && t.kind(i+4) == digits: // minutes, seconds and parts of them
		if min == "00" {
			out.say += " " + e.digits(min)
		}
		out.say, out.end = out.say+" point "+e.digits(t.text(i+4)), i+5
	case !full || !t.is(i+1, ":"):
		return hour{}
	case min == "00" && (t.low(t.gap(out.end)) != "o" || !t.sym(t.gap(out.end)+1, aposts)):
		out.say += " o'clock"
	}
	if full && (t.is(out.end, "h") || t.is(out.end, "hrs")) { // "14:30h"
		out.end++
	}
	return out
}

// duration says hours, minutes and seconds.
func (e *english) duration(t *tokens, end int, h, m, s string) hour {
	part := func(d, name string) string {
		d = trimZero(d)
		words := e.cardinal(d)
		if name == "second" && t.is(end, ".") && t.kind(end+1) == digits {
			words += " point " + e.digits(t.text(end+1))
			d, end = "", end+2
		}
		if d != "1" {
			name += "s"
		}
		return words + " " + name
	}
	if half, next := e.halfDay(t, end); half != "" {
		return hour{say: e.cardinal(trimZero(h)) + " " + e.pair(m, "hundred") + " and " + part(s, "second") + " " + half, half: half, end: next}
	}
	say := part(h, "hour") + " " + part(m, "minute") + " and " + part(s, "second")
	return hour{say: say, end: end}
}

func trimZero(d string) string {
	if d = strings.TrimLeft(d, "0"); d == "" {
		return "0"
	}
	return d
}

// halfDay reads "a.m.", "pm", "P.M." after a time that ends at token j.
func (e *english) halfDay(t *tokens, j int) (string, int) {
	k := t.gap(j)
	switch w := t.low(k); {
	case t.kind(k) != word:
	case w == "am" || w == "pm":
		if t.shape(k) == capital || k > j && t.is(k, "am") && t.gap(k+1) > k+1 && t.low(t.gap(k+1)) == "i" {
			return "", j
		}
		return strings.ToUpper(w[:1]) + " M", k + 1
	case (w == "a" || w == "p") && t.is(k+1, ".") && t.low(k+2) == "m":
		end := k + 3
		if next := t.gap(end + 1); t.is(end, ".") && !t.is(end+1, ".") && (!t.ends(end) && (t.shape(next) != capital || e.afterHour(t, next))) {
			end++
		}
		return strings.ToUpper(w) + " M", end
	}
	return "", j
}

// afterHour says whether a word with a capital can follow a time without beginning a sentence: a day, a month, a zone.
func (e *english) afterHour(t *tokens, i int) bool {
	w := t.low(i)
	switch w {
	case "eastern", "central", "mountain", "pacific", "greenwich", "local", "london", "moscow", "tokyo", "beijing":
		return true
	}
	return e.weekdays[strings.TrimSuffix(w, "s")] != "" || e.months[w] != ""
}

// zone adds the time zone: the four of the United States by name, others by their letters.
func (e *english) zone(t *tokens, m match) match {
	k := t.gap(m.end)
	if t.kind(k) != word || k == m.end {
		return m
	}
	w := t.text(k)
	end := k + 1
	if len(w) == 1 && t.is(k+1, ".") { // "e.s.t."
		letters := ""
		j := k
		for len(letters) < 5 && t.kind(j) == word && len(t.text(j)) == 1 {
			letters += strings.ToUpper(t.text(j))
			j++
			if !t.is(j, ".") {
				break
			}
			j++
		}
		if t.is(j-1, ".") && t.ends(j-1) {
			j--
		}
		w, end = letters, j
	} else if len(w) <= 4 && t.shape(k) == lower {
		if w = strings.ToUpper(w); len(w) < 3 || w == "EAT" || w == "CAT" || w == "SAST" {
			return m
		}
	}
	if !e.zones[w] {
		return m
	}
	names := map[string]string{"ET": "Eastern", "CT": "Central", "MT": "Mountain", "PT": "Pacific"}
	name := names[w]
	if name == "" {
		name = spaced(w)
	}
	m.end, m.say = end, m.say+" "+name
	return m
}

// military says four digits with a time zone or "hours" after them.
func (e *english) military(t *tokens, i int) match {
	d := t.text(i)
	if t.kind(i) != digits || len(d) != 4 || d > "2400" || d[2:] >= "60" {
		return match{}
	}
	hh, mm := trimZero(d[:2]), d[2:]
	k := t.gap(i + 1)
	w := t.text(k)
	hours := w == "hrs" || w == "hours" && (d[0] == '0' || mm != "00" || atoi(hh) > 12)
	zone := e.zones[w] && t.shape(k) == upper && (d[0] == '0' || w == "GMT" || w == "UTC")
	if !hours && !zone && (d[0] != '0' || d == "0000" || t.left(i) != "at" && t.left(i) != "by" || t.kind(k) == digits) {
		return match{}
	}
	m := match{i + 1, "time", e.cardinal(hh) + " " + e.pair(mm, "hundred")}
	if d[0] == '0' && hh != "0" {
		m.say = "oh " + m.say
	}
	switch {
	case hours:
		m.end, m.say = k+1, m.say+" hours"
	case zone:
		m = e.zone(t, m)
	}
	return m
}

// spaced parts letters by spaces: "E S T".
func spaced(w string) string {
	var b strings.Builder
	for i, r := range w {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
