package article

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// numbering is where the count of a numbered list has got to.
type numbering struct{ next, step int }

// highestNumber is the highest number of an item of a list; what is higher counts something else.
const highestNumber = 9999

// ordinal is the number that a reader sees before an item of a list, 0 if none, or a letter.
//
// Source: https://html.spec.whatwg.org/multipage/grouping-content.html#the-ol-element.
func (w *walker) ordinal(item *html.Node) int {
	list := item.Parent
	if list == nil || list.DataAtom != atom.Ol || unnumbered(list) {
		return 0
	}
	count := w.lists[list]
	if count == nil {
		count = &numbering{1, 1}
		if hasAttr(list, "reversed") {
			count.next, count.step = 0, -1
			for c := range list.ChildNodes() {
				if c.DataAtom == atom.Li {
					count.next++
				}
			}
		}
		if start, err := strconv.Atoi(attr(list, "start")); err == nil {
			count.next = start
		}
		w.lists[list] = count
	}
	if value, err := strconv.Atoi(attr(item, "value")); err == nil {
		count.next = value
	}
	number := count.next
	count.next += count.step
	if number < 1 || number > highestNumber {
		return 0
	}
	return number
}

// unnumbered says whether a list shows letters, or nothing, before its items.
func unnumbered(list *html.Node) bool {
	style := styleOf(list)
	kind := attr(list, "type")
	return kind == "a" || kind == "A" || strings.Contains(style, "list-style:none") || strings.Contains(style, "list-style-type:none") ||
		slices.Contains(strings.Fields(attr(list, "class")), "list-unstyled")
}
