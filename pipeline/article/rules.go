package article

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Rule is what a publisher says about the pages of one host or path. It wins over the extractors, over what is known of
// furniture, and over Policy.
//
// Where several selectors reach a text, the innermost element decides; on one element the more specific selector, as in
// CSS; of two as specific ones, the one that excludes, else the later.
type Rule struct {
	Host    string   `mapstructure:"host"`    // "courier.example" (with or without www), "*.courier.example"; empty is any
	Path    string   `mapstructure:"path"`    // "/sport/*", where * stands for anything; empty is any
	Include []string `mapstructure:"include"` // CSS selectors of what is read whatever it looks like
	Exclude []string `mapstructure:"exclude"` // CSS selectors of what is not read
	Roles   []Role   `mapstructure:"roles"`   //
}

// Role says what the text of some elements is. A title becomes the title; headings, paragraphs, quotes, list items and
// table rows are read; Policy decides about captions, bylines, code, notes and corrections; what is other is not read.
type Role struct {
	Select string `mapstructure:"select"` // a CSS selector
	Kind   Kind   `mapstructure:"kind"`
}

// Rules are compiled rules. They never change, and may be used by many goroutines at once.
type Rules struct{ list []compiledRule }

type compiledRule struct {
	Rule

	selectors []ruleSelector
}

type ruleSelector struct {
	decision

	sel   cascadia.Sel
	costs bool // looks at the siblings of an element, so its time may grow with the square of their number
}

// decision is what a rule says about an element.
type decision struct {
	selector string
	exclude  bool
	kind     Kind // of a role; empty where it is only to be read
	rule     int  // index of the rule
}

// CompileRules checks rules. An error names the rule and the selector.
func CompileRules(rules []Rule) (*Rules, error) {
	compiled := &Rules{}
	for i, rule := range rules {
		c := compiledRule{Rule: rule}
		add := func(field, selector string, d decision) error {
			group, err := cascadia.ParseGroup(selector)
			if err != nil {
				return fmt.Errorf("rules[%d]: %s: selector %.80q: %w", i, field, selector, err)
			}
			d.selector, d.rule = selector, i
			for _, sel := range group {
				c.selectors = append(c.selectors, ruleSelector{d, sel, costly(selector)})
			}
			return nil
		}
		var errs []error
		for _, selector := range rule.Include {
			errs = append(errs, add("include", selector, decision{}))
		}
		for _, selector := range rule.Exclude {
			errs = append(errs, add("exclude", selector, decision{exclude: true}))
		}
		for _, role := range rule.Roles {
			if !slices.Contains(Kinds(), role.Kind) {
				errs = append(errs, fmt.Errorf("rules[%d]: roles: selector %.80q: unknown kind %.40q; there are: %s", i, role.Select, string(role.Kind), kindNames()))
			}
			errs = append(errs, add("roles", role.Select, decision{kind: role.Kind, exclude: role.Kind == Other}))
		}
		if err := errors.Join(errs...); err != nil {
			return nil, err
		}
		switch {
		case len(c.selectors) == 0:
			return nil, fmt.Errorf("rules[%d]: it has no selector in include, exclude or roles", i)
		case strings.ContainsAny(rule.Host, "/:@"):
			return nil, fmt.Errorf("rules[%d]: host %.80q is no name of a host, such as courier.example", i, rule.Host)
		case rule.Path != "" && !strings.HasPrefix(rule.Path, "/") && !strings.HasPrefix(rule.Path, "*"):
			return nil, fmt.Errorf("rules[%d]: path %.80q does not begin with / or *", i, rule.Path)
		}
		compiled.list = append(compiled.list, c)
	}
	return compiled, nil
}

func costly(selector string) bool {
	return strings.ContainsAny(selector, "~") || strings.Contains(selector, ":nth-") || strings.Contains(selector, ":first-") ||
		strings.Contains(selector, ":last-") || strings.Contains(selector, ":only-") || strings.Contains(selector, ":has")
}

// maxRuleElements is the largest page, in elements, for selectors that look at siblings.
const maxRuleElements = 20_000

// decide says which elements of a page the rules for its address are about.
func (r *Rules) decide(doc *html.Node, address string) (map[*html.Node]*decision, error) {
	if r == nil {
		return nil, nil
	}
	elements := -1
	decisions := map[*html.Node]*decision{}
	specific := map[*html.Node]cascadia.Specificity{}
	for _, rule := range r.list {
		if !rule.matches(address) {
			continue
		}
		for i := range rule.selectors {
			s := &rule.selectors[i]
			if s.costs && elements < 0 {
				elements = 0
				for range doc.Descendants() {
					elements++
				}
			}
			if s.costs && elements > maxRuleElements {
				return nil, &TooLarge{What: fmt.Sprintf("elements for the rule with %.80q", s.selector), Limit: maxRuleElements}
			}
			for _, n := range cascadia.QueryAll(doc, s.sel) {
				had, now := specific[n], s.sel.Specificity()
				if d := decisions[n]; d == nil || had.Less(now) || !now.Less(had) && (s.exclude || !d.exclude) {
					decisions[n], specific[n] = &s.decision, now
				}
			}
		}
	}
	return decisions, nil
}

// matches says whether a rule is about the page of an address, which is empty where it is not known.
func (r *Rule) matches(address string) bool {
	if r.Host == "" && r.Path == "" {
		return true
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	host, want := strings.ToLower(u.Hostname()), strings.ToLower(r.Host)
	if below, ok := strings.CutPrefix(want, "*."); ok {
		if host != below && !strings.HasSuffix(host, "."+below) {
			return false
		}
	} else if want != "" && strings.TrimPrefix(host, "www.") != strings.TrimPrefix(want, "www.") {
		return false
	}
	return r.Path == "" || wildcard(r.Path, path.Clean("/"+u.Path))
}

// wildcard says whether a text fits a pattern in which * stands for anything. A slash at the end does not count.
func wildcard(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return strings.TrimSuffix(pattern, "/") == strings.TrimSuffix(text, "/")
	}
	text += "/"
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	last := parts[len(parts)-1]
	return strings.HasSuffix(rest, last) || strings.HasSuffix(strings.TrimSuffix(rest, "/"), last)
}

const ruleReason = "the publisher's rule: "

// byPublisher says whether a reason is a rule of the publisher.
func byPublisher(reason string) bool { return strings.HasPrefix(reason, ruleReason) }

// reason is why a text is skipped that a rule excludes.
func (d *decision) reason() string { return ruleReason + clean(d.selector) }

// ruled treats an element that a rule is about: in a line of text, what is excluded is noted, and all else becomes a
// block of its own. done says that nothing is left to do.
func (w *walker) ruled(n *html.Node, s *state) (block, done bool) {
	d := w.decisions[n]
	if d == nil {
		return false, false
	}
	s.rule = d
	if !inline(n) {
		return false, false
	}
	if d.exclude {
		for c := range n.Descendants() {
			if c.Type == html.ElementNode && (!inline(c) || w.decisions[c] != nil) {
				return true, false
			}
		}
		w.note(n, d.reason())
		return false, true
	}
	return true, false
}

// hide takes the elements that rules exclude out of the page while the extractors look at it, and returns what puts them
// back. Those with something in them that a rule wants stay.
func (w *walker) hide() (restore func()) {
	wanted := map[*html.Node]bool{}
	for n, d := range w.decisions {
		if !d.exclude {
			for p := n.Parent; p != nil && !wanted[p]; p = p.Parent {
				wanted[p] = true
			}
		}
	}
	var excluded []*html.Node
	for n := range w.root.Descendants() {
		if d := w.decisions[n]; d != nil && d.exclude && !wanted[n] {
			excluded = append(excluded, n)
		}
	}
	return takeOut(excluded)
}

// rulesBefore takes what rules include, and leaves what they exclude, before anything is weighed.
func (s *selection) rulesBefore() {
	for i, l := range s.leaves {
		if d := l.rule; d != nil {
			s.keep[i] = !d.exclude
		}
	}
}

// rulesAfter has the last word.
func (s *selection) rulesAfter() {
	for i, l := range s.leaves {
		d := l.rule
		if d == nil {
			continue
		}
		s.keep[i], s.inside[i], s.reason[i] = !d.exclude, true, ""
		if d.exclude {
			s.reason[i] = d.reason()
			continue
		}
		switch d.kind {
		case Title:
			s.title, s.reason[i] = l.text, becauseTitle
		case Caption:
			s.reason[i] = becauseCaption
		case Byline:
			s.reason[i] = becauseByline
		case Code:
			s.reason[i] = becauseCode
		case Note:
			s.reason[i] = becauseFootnote
		case Heading:
			l.kind, l.level = Heading, max(l.level, 2)
		case "":
		default:
			l.kind = d.kind
		}
	}
}

// ruled says whether a rule of the publisher makes something of the page be read.
func (s *selection) ruled() bool {
	return slices.ContainsFunc(s.leaves, func(l *leaf) bool { return l.rule != nil && !l.rule.exclude && l.rule.kind == "" })
}
