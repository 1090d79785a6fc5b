package normalize

// compose joins two results, the second being that of the first's spoken text, into one from the first's written text to
// the second's spoken text. Stretches that either of them changed are joined as far as they overlap; the rest stays
// identical. A pronunciation is kept where nothing joined its words to others.
func compose(a, b Result) Result {
	out := Result{Spoken: b.Spoken, Spans: make([]Span, 0, len(a.Spans))}
	as, bs := cursor{spans: a.Spans}, cursor{spans: b.Spans, flip: true}
	for as.more() || bs.more() {
		s := Span{Start: as.other, From: bs.other}
		mid := as.mid
		changes, first, second := 0, "", Span{} // how many changed spans are joined; what the first or the second result knows of their sound
		switch {
		case as.more() && bs.more() && as.cur().Class == "" && bs.cur().Class == "":
			n := min(as.left(), bs.left())
			as.advance(mid + n)
			bs.advance(mid + n)
		default:
			end := mid
			for {
				if as.more() && as.cur().Class != "" && (as.mid < end || s.Class == "") {
					s.Class, end = or(s.Class, as.cur().Class), max(end, as.end())
					changes, first = changes+1, as.cur().IPA
					as.skip()
				} else if bs.more() && bs.cur().Class != "" && (bs.mid < end || s.Class == "") {
					s.Class, end = or(s.Class, bs.cur().Class), max(end, bs.end())
					if changes++; bs.cur().IPA != "" {
						second = *bs.cur()
					}
					bs.skip()
				} else if as.mid < end {
					as.advance(end)
				} else if bs.mid < end {
					bs.advance(end)
				} else {
					break
				}
			}
		}
		s.End, s.To = as.other, bs.other
		if second.IPA != "" && second.From == s.From && second.To == s.To {
			s.IPA = second.IPA
		} else if changes == 1 {
			s.IPA = first
		}
		if n := len(out.Spans); n > 0 && s.Class == "" && out.Spans[n-1].Class == "" {
			out.Spans[n-1].End, out.Spans[n-1].To = s.End, s.To
		} else if s.Start < s.End {
			out.Spans = append(out.Spans, s)
		} else if n > 0 { // words that only the second result added belong to what stands before them
			last := &out.Spans[n-1]
			last.To, last.Class, last.IPA = s.To, or(last.Class, s.Class), ""
		}
	}
	return out
}

// cursor walks over the spans of one result; its place in the text both results share is mid, in its own other text other.
type cursor struct {
	spans      []Span
	mid, other int
	flip       bool // the shared text is the written one
}

func (c *cursor) more() bool { return len(c.spans) > 0 }
func (c *cursor) cur() *Span { return &c.spans[0] }

// end is where the current span ends in the shared text.
func (c *cursor) end() int {
	if c.flip {
		return c.cur().End
	}
	return c.cur().To
}

func (c *cursor) left() int { return c.end() - c.mid }

// skip goes past the current span.
func (c *cursor) skip() {
	s := c.cur()
	if c.flip {
		c.mid, c.other = s.End, s.To
	} else {
		c.mid, c.other = s.To, s.End
	}
	c.spans = c.spans[1:]
}

// advance goes to a place in or at the end of the current span, which is identical when it is cut.
func (c *cursor) advance(mid int) {
	if !c.more() {
		c.mid = mid
		return
	}
	if mid >= c.end() {
		c.skip()
		return
	}
	c.other += mid - c.mid
	c.mid = mid
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
