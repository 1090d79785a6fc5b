package normalize

import (
	"strings"
	"testing"
)

const prose = `The central bank raised its key rate by 25 basis points to 5.5% on Wednesday, Feb. 24, 2022, saying inflation of
8.6 percent was "too high for too long." Gov. Dana Whitlock told reporters in Washington, D.C., that the U.S. economy had
added 1.2 million jobs since January, and that the FBI and NATO had been briefed. Shares fell after the decision was made
public, and the company, which employs more than 4,000 people in three states, said it would close its oldest plant by the
end of the year. "We are not happy about it," said the 52-year-old foreman, who has worked there since 1998, "but nobody asked
us." The union said members would vote next week on whether to accept the offer of $3.2bn, or about $800,000 for every worker.
`

func BenchmarkNormalize(b *testing.B) {
	n := New("en")
	text := strings.Repeat(prose, 20)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		n.Normalize(text)
	}
}

func BenchmarkHostile(b *testing.B) {
	n := New("en")
	for name, unit := range hostile {
		b.Run(name, func(b *testing.B) {
			text := strings.Repeat(unit, 200_000/len(unit))
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				n.Normalize(text)
			}
		})
	}
}

// hostile is texts that repeat what rules look ahead or back for.
var hostile = map[string]string{
	"digits": "7", "list": "1. ", "titles": "Mr. ", "groups": "1,111,", "thousands": ",111", "dashes": "1-", "slashes": "1/", "colons": "1:", "points": "1.",
	"dots": ".", "spaced dots": ". ", "hyphens": "-", "spaced hyphens": "- ", "letters": "A.", "words": "a.b", "names": "a-b", "mail": "a@", "handles": "@a",
	"tags": "<b", "brackets": "[1]", "open": "(", "quotes": "\"'", "money": "$1-", "capitals": "US ", "mixed": "A1-", "hashes": "#a1", "plus": "+1 ",
	"phone": "(123) 456-", "roman": "Part I ", "percent": "5%-", "feet": "5'", "size": "4x", "saints": "St. ", "months": "May 5-", "scales": "1 million ",
	"emoji": "🎉", "bad": "\xff", "urls": "http://a.b/", "word": "supercalifragilistic", "caps": "ABCDEFGH", "raised": "²", "greek": "α", "ampersand": "A&",
	"underscores": "a_", "long path": "a/", "initials": "J. ", "times": "1:30-", "units": "5km-", "sub": "₂", "arabic": "١٢", "camel": "#aBcD",
}
