// Package normalize turns written text into words as a newsreader would say them ("$3.2bn" to "three point two billion
// dollars") and keeps an exact two-way map between the two. Rules and tables are data by language. It is not for
// splitting sentences and does not change the meaning: no value, currency or unit is lost, and no number ever passes
// through floating point.
package normalize

// Span maps a stretch of the written text to a stretch of the spoken text. The spans of a Result follow each other
// without gap or overlap and cover every byte of both texts.
type Span struct {
	Class string `json:"class,omitempty"` // the rule: "money", "year"...; empty where the text is spoken as written
	Start int    `json:"start"`           // bytes of the written text, [Start, End)
	End   int    `json:"end"`
	From  int    `json:"from"` // bytes of the spoken text, [From, To); From == To where nothing is said
	To    int    `json:"to"`
}

// Result is a normalised text.
type Result struct {
	Spoken string
	Spans  []Span
}
