package article

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// hint is what the class and id of an element say about its text. They are names that web designers choose, so a hint
// decides nothing alone.
type hint uint16

const (
	hintShare hint = 1 << iota
	hintRelated
	hintNewsletter
	hintByline
	hintCaption
	hintTime
	hintAdvert
	hintCookie
	hintComments
	hintTags
	hintPlayer
	hintPull
	hintSummary
	hintHidden
)

// furnitureSize is the largest element, in bytes of text, whose class says something about all its text. Larger elements
// hold the article itself: "has-share-bar" on the body of a page says nothing.
const furnitureSize = 800

// hintsOf reads the class and id of an element.
func hintsOf(n *html.Node) hint {
	if n.DataAtom == atom.Body || n.DataAtom == atom.Main || n.DataAtom == atom.Article {
		return 0
	}
	var h hint
	for _, a := range n.Attr {
		if a.Key == "class" || a.Key == "id" || a.Key == "itemprop" || a.Key == "data-component" {
			before := ""
			for word := range nameWords(a.Val) {
				h |= hintOf(word) | hintOf(before+word) // "by-line" is a byline
				before = word
			}
		}
	}
	return h
}

// nameWords yields the words of class names: "article-shareBar" has article, share and bar. Very long attributes are
// not names.
func nameWords(value string) func(yield func(string) bool) {
	const longest = 500 // bytes
	return func(yield func(string) bool) {
		if len(value) > longest {
			return
		}
		start := 0
		for i, r := range value {
			parts := !unicode.IsLetter(r)
			if parts || unicode.IsUpper(r) && i > start && value[i-1] >= 'a' && value[i-1] <= 'z' {
				if i > start && !yield(strings.ToLower(value[start:i])) {
					return
				}
				start = i
				if parts {
					start += len(string(r))
				}
			}
		}
		if start < len(value) {
			yield(strings.ToLower(value[start:]))
		}
	}
}

func hintOf(word string) hint {
	switch word {
	case "share", "shares", "sharing", "sharebar", "social", "addthis", "sharedaddy", "follow":
		return hintShare
	case "related", "recirc", "recirculation", "recommended", "recommendations", "recommend", "readmore", "morefrom", "seealso",
		"outbrain", "taboola", "trending", "popular", "mostread", "teaser", "teasers", "promo", "upnext":
		return hintRelated
	case "newsletter", "newsletters", "signup", "subscribe", "subscription":
		return hintNewsletter
	case "byline", "bylines", "author", "authors", "bio", "biography", "contributor", "contributors":
		return hintByline
	case "caption", "captions", "figcaption", "credit", "credits", "photocredit":
		return hintCaption
	case "timestamp", "pubdate", "datetime", "dateline", "date", "updated", "datepublished", "datemodified":
		return hintTime
	case "ad", "ads", "advert", "adverts", "advertisement", "sponsor", "sponsored", "dfp", "adslot":
		return hintAdvert
	case "cookie", "cookies", "consent", "gdpr":
		return hintCookie
	case "comment", "comments", "disqus":
		return hintComments
	case "tags", "tag", "topics", "keywords", "breadcrumb", "breadcrumbs":
		return hintTags
	case "listen", "readspeaker", "tts", "audioplayer", "speechkit":
		return hintPlayer
	case "pullquote", "pullquotes":
		return hintPull
	case "dek", "standfirst", "excerpt", "strapline", "subheadline", "subtitle":
		return hintSummary
	case "hide", "modal", "popup", "overlay", "tooltip":
		return hintHidden
	}
	return 0
}
