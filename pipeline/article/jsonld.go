package article

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// linked is what the JSON-LD of a page says about its article.
//
// Source: https://schema.org/NewsArticle and, for isAccessibleForFree,
// https://developers.google.com/search/docs/appearance/structured-data/paywalled-content.
type linked struct {
	headline, publisher, website, section, published, language, url, body string

	authors []string
	notFree bool
}

// linkedData reads the JSON-LD scripts of a page. What does not parse or has an unexpected type is passed over.
func linkedData(doc *html.Node) linked {
	var result linked
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Script || !strings.EqualFold(strings.TrimSpace(attr(n, "type")), "application/ld+json") {
			continue
		}
		var value any
		if json.Unmarshal([]byte(bareJSON(textOf(n))), &value) != nil {
			continue
		}
		// Many pages put the organisation, the breadcrumbs and the article into one list or graph.
		const most = 1000 // objects; a page has a few dozen
		for i, object := range objects(value, nil) {
			if i == most {
				break
			}
			types := texts(object["@type"])
			if slices.ContainsFunc(types, articleType) {
				result.add(object)
			} else if slices.ContainsFunc(types, func(t string) bool { return strings.HasSuffix(t, "WebSite") }) {
				result.website = first(result.website, field(firstText(object["name"])))
			}
		}
	}
	return result
}

// wrapper matches what old pages put around JSON to hide it from old browsers.
var wrapper = regexp.MustCompile(`^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*$`)

func bareJSON(text string) string {
	return strings.TrimSuffix(strings.TrimSpace(wrapper.ReplaceAllString(text, "")), ";")
}

// objects lists the objects at the top of a JSON value: itself, the members of lists, and those of "@graph".
func objects(value any, list []map[string]any) []map[string]any {
	switch v := value.(type) {
	case map[string]any:
		list = append(list, v)
		if graph, ok := v["@graph"]; ok {
			list = objects(graph, list)
		}
		if main, ok := v["mainEntity"].(map[string]any); ok {
			list = append(list, main)
		}
	case []any:
		for _, member := range v {
			list = objects(member, list)
		}
	}
	return list
}

// articleType says whether a type of schema.org is an article, by the end of its name: there are NewsArticle and twenty more.
func articleType(name string) bool {
	for _, ending := range []string{"Article", "BlogPosting", "Report", "Review"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// texts returns the strings of a value that should be a string or a list of strings.
func texts(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, member := range v {
			if s, ok := member.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

// names returns the names of a value that should be a thing with a name, a string, or a list of these.
func names(value any) []string {
	switch v := value.(type) {
	case map[string]any:
		return texts(v["name"])
	case []any:
		var list []string
		for _, member := range v {
			if _, nested := member.([]any); !nested {
				list = append(list, names(member)...)
			}
		}
		return list
	}
	return texts(value)
}

func firstText(value any) string {
	if list := texts(value); len(list) > 0 {
		return list[0]
	}
	return ""
}

// add takes from an article what no article before it had.
func (l *linked) add(object map[string]any) {
	l.headline = first(l.headline, field(firstText(object["headline"])), field(firstText(object["name"])))
	l.section = first(l.section, field(firstText(object["articleSection"])))
	l.published = first(l.published, firstText(object["datePublished"]))
	l.language = first(l.language, firstText(object["inLanguage"]))
	l.url = first(l.url, firstText(object["url"]))
	l.body = first(l.body, firstText(object["articleBody"]))
	if publisher := names(object["publisher"]); len(publisher) > 0 {
		l.publisher = first(l.publisher, field(publisher[0]))
	}
	if len(l.authors) == 0 {
		for _, name := range names(object["author"]) {
			l.authors = append(l.authors, authorNames(field(name))...)
		}
	}
	free, said := truth(object["isAccessibleForFree"])
	if part, ok := object["hasPart"].(map[string]any); ok && !said {
		free, said = truth(part["isAccessibleForFree"])
	}
	l.notFree = l.notFree || said && !free
}

// truth reads a Boolean, which many pages write as text.
func truth(value any) (is, said bool) {
	switch v := value.(type) {
	case bool:
		return v, true
	case string:
		v = strings.ToLower(v)
		v = v[strings.LastIndexByte(v, '/')+1:] // http://schema.org/False
		return v != "false", v == "true" || v == "false"
	}
	return false, false
}
