package google

import (
	"regexp"
	"strings"
)

// family is what the voices of one kind have in common. The kind stands in a voice's name: en-US-Neural2-C.
type family struct {
	name string // as in the names of voices
	// ssml is true when the voices take SSML; the others read its tags aloud.
	ssml bool
	// marks is true when they tell the times of marks in it.
	marks bool
	// pronunciations is true when they take custom pronunciations beside plain text.
	pronunciations bool
	// price is that of a million characters in US dollars, without the monthly free ones.
	price float64
	// perMinute is how many requests a minute a project may make.
	perMinute int
}

// families are the kinds of voices, the first that fits a name counts. What takes SSML and marks:
// docs.cloud.google.com/text-to-speech/docs/ssml and .../docs/chirp3-hd, and the service's own error for Studio ("<mark>
// tags are not currently supported by Studio voices"). Requests a minute: docs.cloud.google.com/text-to-speech/quotas.
// Prices: cloud.google.com/text-to-speech/pricing, as quoted by others in 2025 and 2026; where they differ (WaveNet) the
// higher one.
func families() []family {
	return []family{
		{"Chirp3-HD", false, false, true, 30, 200},
		{"Chirp-HD", false, false, false, 30, 200},
		{"Journey", false, false, false, 30, 30},
		{"Studio", true, false, false, 160, 500},
		{"Standard", true, true, false, 4, 1000},
		{"Neural2", true, true, false, 16, 1000},
		{"Wavenet", true, true, false, 16, 1000},
		{"News", true, true, false, 16, 1000},
		{"Casual", true, true, false, 16, 1000},
		{"Polyglot", true, true, false, 16, 1000},
	}
}

// familyOf is the family of a voice. One that is not known gets plain text, which every voice takes.
func familyOf(voice string) family {
	for _, f := range families() {
		if strings.Contains(voice+"-", "-"+f.name+"-") {
			return f
		}
	}
	return family{name: "other", price: 30, perMinute: 200}
}

// languagePattern finds the language that the name of a voice begins with: "en-US" of en-US-Neural2-C, "cmn-CN", "es-419".
var languagePattern = regexp.MustCompile(`^([a-z]{2,3}-(?:[A-Z]{2}|[0-9]{3}))-[A-Za-z0-9]`) //nolint:gochecknoglobals // a read-only pattern

// languageOf is the language in the name of a voice, or "".
func languageOf(voice string) string {
	if found := languagePattern.FindStringSubmatch(voice); found != nil {
		return found[1]
	}
	return ""
}

// source is where a person finds the voices.
const source = "https://docs.cloud.google.com/text-to-speech/docs/list-voices-and-types"
