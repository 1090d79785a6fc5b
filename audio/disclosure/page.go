package disclosure

import (
	"net/url"
	"slices"
	"strings"
)

// Page is where finished audio lies, for what stands on a web page about it.
type Page struct {
	Base     string   // address of the folder of the files, http or https; empty makes addresses relative to the page
	Outputs  []Output // at least one
	Captions string   // name of the WebVTT file; empty for none
}

// address is where a file of the page is found.
func (p Page) address(file string) string {
	name := (&url.URL{Path: file}).String() // "./a:b" where a name could be taken for an address
	base := cleanURL(p.Base)
	if base == "" {
		return name
	}
	return strings.TrimRight(base, "/") + "/" + strings.TrimPrefix(name, "./")
}

// smallestFirst are the outputs as a player should try them.
func (p Page) smallestFirst() []Output {
	return slices.SortedStableFunc(slices.Values(p.Outputs), func(a, b Output) int { return int(min(max(a.Bytes-b.Bytes, -1), 1)) })
}
