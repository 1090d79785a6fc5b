package script

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/forPelevin/gomoji"

	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
)

// Reading says how emoji and the addresses of web pages are read. An empty choice is the default, the first of those
// that the comment lists.
type Reading struct {
	Emoji string `mapstructure:"emoji"` // skip, name (in English articles)
	URLs  string `mapstructure:"urls"`  // site (its name), spell, skip
}

// The choices.
const (
	emojiSkip = "skip"
	emojiName = "name"
	urlsSite  = "site"
	urlsSpell = "spell"
	urlsSkip  = "skip"
)

// Check refuses a choice that there is not.
func (r Reading) Check() error {
	switch {
	case !slices.Contains([]string{"", emojiSkip, emojiName}, r.Emoji):
		return fmt.Errorf("emoji is %.40q, not one of %s, %s", r.Emoji, emojiSkip, emojiName)
	case !slices.Contains([]string{"", urlsSite, urlsSpell, urlsSkip}, r.URLs):
		return fmt.Errorf("urls is %.40q, not one of %s, %s, %s", r.URLs, urlsSite, urlsSpell, urlsSkip)
	}
	return nil
}

// For is the part of a Reading that matters for an article: the default where it holds no emoji or no address. Two
// readings that are the same for an article say the same.
func (r Reading) For(a *article.Article) Reading {
	var emoji, urls bool
	look := func(text string) {
		emoji = emoji || mayHoldEmoji(text)
		urls = urls || pageAddress.MatchString(text)
	}
	look(a.Title)
	for _, b := range a.Blocks {
		look(b.Text)
	}
	if !emoji || r.Emoji == "" {
		r.Emoji = emojiSkip
	}
	if !urls || r.URLs == "" {
		r.URLs = urlsSite
	}
	return r
}

// Normalizer puts the reading of emoji and addresses before a normaliser, which gets all else.
func (r Reading) Normalizer(n Normalizer, language string) Normalizer {
	reader := reader{Normalizer: n, names: r.Emoji == emojiName && PrimaryLanguage(language) == "en", urls: r.URLs}
	if !reader.names && r.URLs == urlsSpell {
		return n
	}
	return reader
}

type reader struct {
	Normalizer

	names bool
	urls  string
}

// pageAddress matches the address of a page: with a scheme, with www, or a host with a path. A bare host is the name of a
// site already. The last alternative asks for lower case, so that "U.S./Mexico" is none.
var pageAddress = regexp.MustCompile(`(?:\b[hH][tT][tT][pP][sS]?://|\b[wW][wW][wW]\.)[^\s<>"“”«»]+|\b(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,}/[^\s<>"“”«»]*`)

// found is a stretch of text that is read here.
type found struct {
	start, end int
	class, say string
}

func (r reader) Normalize(text string) normalize.Result {
	list := r.find(text)
	if len(list) == 0 {
		return r.Normalizer.Normalize(text)
	}
	var b strings.Builder
	var spans []normalize.Span
	done := 0
	pass := func(end int) {
		part := r.Normalizer.Normalize(text[done:end])
		for _, s := range part.Spans {
			s.Start, s.End, s.From, s.To = s.Start+done, s.End+done, s.From+b.Len(), s.To+b.Len()
			spans = append(spans, s)
		}
		b.WriteString(part.Spoken)
		done = end
	}
	for _, f := range list {
		if f.start > done {
			pass(f.start)
		}
		spans = append(spans, normalize.Span{Class: f.class, Start: f.start, End: f.end, From: b.Len(), To: b.Len() + len(f.say)})
		b.WriteString(f.say)
		done = f.end
	}
	if done < len(text) {
		pass(len(text))
	}
	return normalize.Result{Spoken: b.String(), Spans: spans}
}

// find lists what is read here, in order.
func (r reader) find(text string) []found {
	var list []found
	if r.urls != urlsSpell {
		for _, at := range pageAddress.FindAllStringIndex(text, -1) {
			if at[0] > 0 && text[at[0]-1] == '@' {
				continue // a mail address
			}
			address := strings.TrimRight(text[at[0]:at[1]], ".,;:!?)]}>'’…")
			f := found{start: at[0], end: at[0] + len(address), class: "web"}
			if r.urls != urlsSkip {
				said := r.Normalizer.Normalize(site(address))
				f.say = said.Spoken
				if slices.ContainsFunc(said.Spans, func(s normalize.Span) bool { return s.Class == normalize.LexiconClass }) {
					f.class = normalize.LexiconClass // as every word that it decides
				}
			}
			list = append(list, f)
		}
	}
	if r.names && mayHoldEmoji(text) {
		list = withEmoji(text, list)
	}
	return list
}

// site is the host of an address without "www".
func site(address string) string {
	address = strings.ToLower(address)
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	if end := strings.IndexAny(address, "/?#:"); end >= 0 {
		address = address[:end]
	}
	_, host, ok := strings.Cut(address, "@")
	if !ok {
		host = address
	}
	return strings.TrimPrefix(host, "www.")
}

// mayHoldEmoji says whether a text holds a character from which emoji are made, other than digits and signs of ASCII.
func mayHoldEmoji(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r >= 0x203c && r < 0x3300 || r >= 0x1f000 && r < 0x20000 })
}

// emojiNames are the English names of emoji in Unicode CLDR, without the joiners and selectors that clean text does not
// hold.
//
//nolint:gochecknoglobals // filled once, when the first emoji is named, and only read then
var emojiNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for _, e := range gomoji.AllEmojis() {
		key := strings.NewReplacer("\u200d", "", "\ufe0f", "").Replace(e.Character)
		_, name, _ := strings.Cut(e.UnicodeName, " ") // "E0.6 grinning face"
		if r, _ := utf8.DecodeRuneInString(key); r > 0xff && name != "" {
			names[key] = strings.NewReplacer(":", ",", "“", "", "”", "", "&", "and", "#", "", "*", "").Replace(name)
		}
	}
	return names
})

// longestEmoji is the longest emoji in bytes: a family of four with its colours of skin.
const longestEmoji = 48

// withEmoji adds the emoji of a text to what was found in it. One that is repeated is named once.
func withEmoji(text string, list []found) []found {
	names := emojiNames()
	var all []found
	before := ""
	for i := 0; i < len(text); {
		if len(list) > 0 && i >= list[0].start {
			all = append(all, list[0])
			i, list, before = list[0].end, list[1:], ""
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if r < 0x203c {
			i += size
			if r != ' ' {
				before = ""
			}
			continue
		}
		end, name := i, ""
		for j := i; j < len(text) && j-i < longestEmoji; {
			_, n := utf8.DecodeRuneInString(text[j:])
			j += n
			if known, ok := names[text[i:j]]; ok {
				end, name = j, known
			}
		}
		if name == "" {
			i += size
			before = ""
			continue
		}
		start := len(strings.TrimRight(text[:i], " "))
		if len(all) > 0 {
			start = max(start, all[len(all)-1].end)
		}
		say := ", " + name
		switch {
		case start == 0:
			say = name
		case strings.ContainsRune(".,;:!?(", rune(text[start-1])), len(all) > 0 && start == all[len(all)-1].end && strings.HasSuffix(all[len(all)-1].say, ","):
			say = " " + name
		}
		if name == before {
			say = ""
		}
		if rest := strings.TrimLeft(text[end:], " "); rest != "" && say != "" && !strings.ContainsRune(".,;:!?)", rune(rest[0])) {
			say += ","
		}
		all = append(all, found{start, end, "emoji", say})
		before, i = name, end
	}
	return append(all, list...)
}
