package normalize

import (
	"embed"
	"strings"
)

//go:embed tables
var tables embed.FS

// rows reads an embedded table: fields parted by tabs, lines that begin with "# " are remarks. It panics when the table
// is missing, which no input can cause.
func rows(name string) [][]string {
	data, err := tables.ReadFile("tables/" + name)
	if err != nil {
		panic("normalize: " + err.Error())
	}
	var out [][]string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" && !strings.HasPrefix(line, "# ") {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
}

// set makes a set of the words of a list.
func set(words string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// currency is what an amount of money is counted in.
type currency struct {
	one, many       string
	subOne, subMany string // the hundredth part; "" when it has none in use
}

func currencyTable(name string) map[string]currency {
	m := make(map[string]currency)
	for _, r := range rows(name) {
		m[r[0]] = currency{r[1], r[2], r[3], r[4]}
	}
	return m
}

// unit is a measure by its names.
type unit struct{ one, many string }

func unitTable(name string) map[string]unit {
	m := make(map[string]unit)
	for _, r := range rows(name) {
		m[r[0]] = unit{r[1], r[2]}
	}
	return m
}

// abbreviation is the words for a short form; bare says that it may lack its full stop.
type abbreviation struct {
	say  string
	bare bool
}

// reading says how a word in capitals is read.
type reading uint8

const (
	asWord    reading = iota + 1 // NATO
	asLetters                    // FBI
	alone                        // by letters, but the common word where all words are in capitals: US, IT, WHO
)
