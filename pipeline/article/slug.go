package article

import (
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxSlug is the longest slug, in bytes. File systems take 255; this leaves room for extensions, numbers and temporary
// names.
const maxSlug = 80

// Slug makes a file name without extension out of a title: lower-case letters, digits and single hyphens, safe on every
// system. Letters of Latin script lose their accents, those of other scripts stay. If the title gives nothing, the last
// part of fallback (a path or URL) is tried, then "article". The result is never empty.
func Slug(title, fallback string) string {
	if s := slug(title); s != "" {
		return s
	}
	if u, err := url.Parse(fallback); err == nil && u.Host != "" {
		fallback = strings.TrimRight(u.Path, "/")
	}
	base := path.Base(strings.ReplaceAll(fallback, `\`, "/"))
	if s := slug(strings.TrimSuffix(base, path.Ext(base))); s != "" {
		return s
	}
	return "article"
}

func slug(text string) string {
	if len(text) > 8*maxSlug { // more cannot matter, and a title may be long
		text = text[:8*maxSlug]
	}
	var b strings.Builder
	latin, hyphen := false, false
	for _, r := range norm.NFKD.String(clean(text)) {
		switch {
		case r == '\'' || r == '’' || r == '‘' || r == 'ʼ': // don't, Queen’s
			continue
		case unicode.IsMark(r):
			if latin || b.Len() == 0 || hyphen {
				continue
			}
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if hyphen && b.Len() > 0 {
				b.WriteByte('-')
			}
			hyphen = false
			latin = unicode.Is(unicode.Latin, r)
		default:
			hyphen = true
			continue
		}
		b.WriteString(plainLatin(unicode.ToLower(r)))
	}
	s := norm.NFC.String(b.String())
	for len(s) > maxSlug {
		cut := strings.LastIndexByte(s[:maxSlug+1], '-')
		if cut < maxSlug/2 {
			for cut = maxSlug; !utf8.RuneStart(s[cut]); cut-- {
			}
		}
		s = strings.TrimRight(s[:cut], "-")
	}
	if reserved(s) {
		return s + "-article"
	}
	return s
}

// plainLatin writes the Latin letters that do not decompose into a letter and a mark.
func plainLatin(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	}
	return string(r)
}

// reserved says whether a name is a device on Windows, where "con.mp3" is the console.
//
// Source: Microsoft, "Naming Files, Paths, and Namespaces".
func reserved(name string) bool {
	switch name {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(name) == 4 && (strings.HasPrefix(name, "com") || strings.HasPrefix(name, "lpt")) && name[3] >= '0' && name[3] <= '9'
}
