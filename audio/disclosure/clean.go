package disclosure

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/voicepress/voicepress/audio/id3"
)

// line is s as one line of clean text of at most limit bytes: valid UTF-8, white space and control characters
// collapsed to single spaces, nothing that hides or turns round what stands beside it.
func line(s string, limit int) string {
	// Hostile text can be long, and most of it is thrown away; three times the limit leaves room for what collapses.
	s = cut(s, 3*limit)
	return cut(strings.Join(strings.FieldsFunc(dropHidden(s), blank), " "), limit)
}

// paragraphs is s as clean text in which line breaks are kept, of at most limit bytes.
func paragraphs(s string, limit int) string {
	s = strings.ReplaceAll(dropHidden(cut(s, limit)), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029':
			return '\n'
		case unicode.IsControl(r):
			return ' '
		default:
			return r
		}
	}, s)
	return strings.TrimSpace(cut(s, limit))
}

// lines cleans at most limit texts, and leaves out those that are empty.
func lines(texts []string, limit int) []string {
	clean := []string{}
	for _, s := range texts[:min(len(texts), limit)] {
		if s = line(s, maxName); s != "" {
			clean = append(clean, s)
		}
	}
	return clean
}

// cut is at most limit bytes from the start of s, ending between characters.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return strings.TrimRightFunc(s[:limit], unicode.IsSpace)
}

func blank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// dropHidden makes s valid UTF-8 and takes out byte order marks, noncharacters, which XML refuses, and the marks that
// force a direction of writing, with which a title can be made to look like another (Unicode UAX 9, 2.1 to 2.4).
func dropHidden(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\uFEFF', r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069',
			r >= '\uFDD0' && r <= '\uFDEF', r&0xFFFE == 0xFFFE:
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// ascii is s in ASCII: accents go, and what has no such form becomes a question mark.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < utf8.RuneSelf:
			return r
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == '‘' || r == '’':
			return '\''
		case r == '–' || r == '—':
			return '-'
		default:
			return '?'
		}
	}, norm.NFKD.String(s))
}

// cleanURL is s as an ASCII web address without user name and password, or "" where it is none or too long: half an
// address would lead somewhere else.
func cleanURL(s string) string {
	if len(s) > maxURL {
		return ""
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.User = nil
	clean := percentEncoded(u.String())
	if len(clean) > maxURL {
		return ""
	}
	return clean
}

// percentEncoded is s with every byte percent-encoded that RFC 3986 allows nowhere in an address.
func percentEncoded(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7F || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// cleanLanguage is the BCP 47 language s in its canonical form; "und" where it is none.
func cleanLanguage(s string) string { return parseLanguage(s).String() }

func isSHA256(s string) bool {
	return len(s) == 64 && !strings.ContainsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'f') })
}

// publication is a date in the shapes that the formats want. All are empty for a text that is no date.
type publication struct {
	given string // ISO 8601, as given
	utc   string // for ID3 (TDRC): no zone, as precise as given
	day   string // for RIFF (ICRD): year, month or day
}

// date reads an ISO 8601 date or time, from "2026" to "2026-11-23T08:30:00+01:00".
func date(s string) publication {
	s = strings.TrimSpace(s)
	for _, layout := range []string{"2006", "2006-01", "2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return publication{given: s, utc: t.Format(layout), day: t.Format(layout[:min(len(layout), 10)])}
		}
		for _, zone := range []string{"Z07:00", "Z0700"} {
			if t, err := time.Parse(layout+zone, s); err == nil && len(layout) > len("2006-01-02") {
				return publication{given: s, utc: t.UTC().Format(layout), day: t.Format("2006-01-02")}
			}
		}
	}
	return publication{}
}

// bounded keeps as many chapters as a tag holds; the last one kept runs to the end of all.
func bounded(chapters []Chapter) []Chapter {
	if len(chapters) <= id3.MaxChapters {
		return chapters
	}
	end := chapters[len(chapters)-1].End
	chapters = chapters[:id3.MaxChapters]
	chapters[len(chapters)-1].End = end
	return chapters
}

func milliseconds(d time.Duration) int64 { return d.Round(time.Millisecond).Milliseconds() }

// Misunderstood names the first of "url", "published" and "language" that is given in a form that is not known, and so would
// be left out; it is empty where there is none.
func (a Article) Misunderstood() string {
	switch {
	case a.URL != "" && cleanURL(a.URL) == "":
		return "url"
	case a.Published != "" && date(a.Published).given == "":
		return "published"
	case a.Language != "" && parseLanguage(a.Language).IsRoot():
		return "language"
	}
	return ""
}
