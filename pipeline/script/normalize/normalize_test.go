package normalize

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEnglishIsReadAsANewsreaderWould(t *testing.T) {
	n := New("en")
	for class, cases := range map[string][][2]string{
		"acronym": {
			{"The CIA and NATO met.", "The C I A and NATO met."},
			{"US envoys told us that the WHO will pay.", "U S envoys told us that the W H O will pay."},
			{"THEY LEFT US IN ROME, SAYS TOWN", "They left us in Rome, says town"},
			{"US TO SEND TROOPS AS WHO CHIEF FLIES IN", "U S to send troops as W H O chief flies in"},
			{"Two MPs and three CEOs' wives", "Two M P's and three C E O's' wives"},
			{"the DEA's raid, a PhD, AT&T's R&D", "the D E A's raid, a P H D, A T and T's R and D"},
			{"It is NOT true, he said.", "It is NOT true, he said."},
		},
		"whose money, whose party, which score": {
			{"$1 = €0.92 or A$0.20, and $0.75", "one dollar equals ninety-two euro cents or twenty Australian cents, and seventy-five cents"},
			{"Hanne Sorby (Ind.) and Ada Cole (Lab) left South Bend, Ind., today", "Hanne Sorby, independent, and Ada Cole, Labour, left South Bend, Indiana, today"},
			{"Rovers were 2-0 down; they are 5-2.", "Rovers were two to zero down; they are five and two."},
		},
		"initials": {
			{"The U.S. Senate and U.S.-led forces", "The U S Senate and U S-led forces"},
			{"He lives in the U.S. The law passed.", "He lives in the U S. The law passed."},
			{"J.K. Hill, John F. Reed and Vitamin C. He left.", "J K Hill, John F Reed and Vitamin C. He left."},
		},
		"number": {
			{"Some 1,402,318 of 40k people on 007", "Some one million four hundred two thousand three hundred eighteen of forty thousand people on zero zero seven"},
			{"It rose 2.53 to 12,000.5.", "It rose two point five three to twelve thousand point five."},
			{"a 24-year-old, a 7-Eleven, 2- and 3-year terms", "a twenty-four-year-old, a seven-Eleven, two and three-year terms"},
			{"٣ files and ２ more, 1\u202f000 in all", "three files and two more, one thousand in all"},
		},
		"year": {
			{"in 1900, 1905, 2000, 2005 and 2026", "in nineteen hundred, nineteen oh five, two thousand, two thousand five and twenty twenty-six"},
			{"the 2019-23 term, the '90s, the mid-1980s, 44 B.C. to now", "the twenty nineteen to twenty-three term, the nineties, the mid-nineteen eighties, forty-four B C to now"},
			{"about 1500 workers in 1500", "about one thousand five hundred workers in fifteen hundred"},
		},
		"money": {
			{"$3.2bn, €400k, US$5m, £4.50, 75p, 20c", "three point two billion dollars, four hundred thousand euros, five million U S dollars, four pounds and fifty pence, seventy-five pence, twenty cents"},
			{"$5-10 million, $5-$10, a $2 million house", "five to ten million dollars, five to ten dollars, a two million dollar house"},
			{"¥1,842, C$1, $0.99, $1.05, $20.506", "one thousand eight hundred forty-two yen, one Canadian dollar, ninety-nine cents, one dollar and five cents, twenty point five zero six dollars"},
			{"$7.25/hour, -$5m, 5 million euros, 100 CHF", "seven dollars and twenty-five cents per hour, minus five million dollars, five million euros, one hundred Swiss francs"},
		},
		"percent": {
			{"2.4%, 10-15%, 25 bps, 3 percentage points", "two point four percent, ten to fifteen percent, twenty-five basis points, three percentage points"},
		},
		"date": {
			{"On Feb. 24, 2022, and 24 February", "On February twenty-fourth, twenty twenty-two, and the twenty-fourth of February"},
			{"2024-11-23, 11/23/2024, 23/11/2024", "November twenty-third, twenty twenty-four, November twenty-third, twenty twenty-four, the twenty-third of November, twenty twenty-four"},
			{"Oct. 3-5; Wed., Sept. 18; by the end of Dec.", "October third to fifth; Wednesday, September eighteenth; by the end of December."},
			{"May Lee may march past Mar-a-Lago on Sat. night.", "May Lee may march past Mar-a-Lago on Saturday night."},
		},
		"time": {
			{"at 10:30 a.m. EST, 7pm, 14:05 and 9:00 a.m.", "at ten thirty A M E S T, seven P M, fourteen oh five and nine A M."},
			{"7 p.m.-9 p.m., 0900 GMT, until 8 p.m. The end.", "seven P M to nine P M, oh nine hundred G M T, until eight P M. The end."},
		},
		"range": {
			{"pages 10-12, ages 6–11, 1,500-2,000 jobs", "pages ten to twelve, ages six to eleven, one thousand five hundred to two thousand jobs"},
		},
		"score": {
			{"won 2-1; voted 217-213; drew 1-1; improved to 12-4", "won two to one; voted two hundred seventeen to two hundred thirteen; drew one one; improved to twelve and four"},
			{"lost 6-4, 7-6 (5), 6-3", "lost six four, seven six, five, six three"},
		},
		"fraction": {
			{"2 1/2 miles, 3/4 of them, ½ cup, 2½", "two and a half miles, three quarters of them, one half cup, two and a half"},
			{"9/11, 24/7, 50/50, 2023/24", "nine eleven, twenty-four seven, fifty fifty, twenty twenty-three twenty-four"},
		},
		"measure": {
			{"5 km, 30 mph, 12-lb. fish, 6 in. of rain, 6 in the room", "five kilometers, thirty miles per hour, twelve pound fish, six inches of rain, six in the room"},
			{"6ft 2in, 5'11\", 300 m², 110 km/h, 4x100m relay", "six feet two inches, five feet eleven inches, three hundred square meters, one hundred ten kilometers per hour, four by one hundred meter relay"},
			{"-5°C, 98.6°F, 20C, 350 F, 34.05°N", "minus five degrees Celsius, ninety-eight point six degrees Fahrenheit, twenty degrees Celsius, three hundred fifty degrees Fahrenheit, thirty-four point zero five degrees north"},
		},
		"code": {
			{"F-16s, COVID-19, A320, MI6, 5G, H5N1", "F sixteens, COVID nineteen, A three twenty, M I six, five G, H five N one"},
			{"Boeing 737-800, flight 1047, plate QX-7704, commit a3f9c2", "Boeing seven thirty-seven eight hundred, flight ten forty-seven, plate Q X seventy-seven oh four, commit A three F nine C two"},
			{"CO₂, H2O, x², 10⁶", "C O two, H two O, x squared, ten to the sixth"},
		},
		"roman": {
			{"World War II, Henry VIII, Chapter IV, Super Bowl LVIII", "World War Two, Henry the Eighth, Chapter Four, Super Bowl fifty-eight"},
			{"I wrote Part I; Malcolm X and Xi MIX.", "I wrote Part One; Malcolm X and Xi MIX."},
		},
		"abbreviation": {
			{"Mr. and Mrs. Lee, Dr. Ito, Lt. Col. Ruiz", "Mister and Misses Lee, Doctor Ito, Lieutenant Colonel Ruiz"},
			{"Main St. in St. Louis; 1420 Dr. King Dr. just", "Main Street in Saint Louis; fourteen twenty Doctor King Drive just"},
			{"Sen. Poe (D-Calif.) and Rep. Ng, R-Ohio, left.", "Senator Poe, Democrat of California, and Representative Ng, Republican of Ohio, left."},
			{"No. 10 v. no. No. I won't.", "Number ten v. no. No. I won't."},
			{"Roe v. Wade; Bolt Inc. and Crane & Co. were fined", "Roe versus Wade; Bolt Incorporated and Crane and Company were fined"},
			{"Art. 50(2), § 230, a 401(k), H.R. 1234", "Article fifty, paragraph two, section two thirty, a four oh one k, H R twelve thirty-four"},
		},
		"web": {
			{"See https://www.ridge.gov/jobs?x=1, mail a.b@press.co.uk.", "See ridge dot gov slash jobs, mail A dot B at press dot co dot U K."},
			{"@city_desk and #SaveOurPool, report_final.pdf", "at city desk and hashtag Save Our Pool, report underscore final dot P D F"},
			{"(NASDAQ: TLVX), the #1 hit, version 4.2.1", "Nasdaq, T L V X, the number one hit, version four point two point one"},
		},
		"phone": {
			{"call 555-0142, (212) 555-0175 or dial 911", "call five five five, zero one four two, two one two, five five five, zero one seven five or dial nine one one"},
		},
		"punctuation": {
			{"The mayor — a nurse — left.", "The mayor, a nurse, left."},
			{"We ... we (both) left…", "We, we, both, left."},
			{"It held.[1] They [sic] won 🎉🎉.", "It held. They sic won."},
			{"[[boom]] a <b>bold</b> & co-op", "boom a bold and co-op"},
			{"Harris' “isn't” and Zürich’s são", "Harris' “isn't” and Zürich’s são"},
		},
	} {
		t.Run(class, func(t *testing.T) {
			for _, c := range cases {
				r := n.Normalize(c[0])
				require.Equal(t, c[1], r.Spoken, c[0])
				checkResult(t, c[0], r)
				checkSpoken(t, n, c[0], r)
			}
		})
	}
}

func TestSpansSayWhichRuleChangedWhat(t *testing.T) {
	text := "He paid $5 in 1984."
	r := New("en").Normalize(text)
	require.Equal(t, []Span{
		{Start: 0, End: 8, From: 0, To: 8},
		{Class: "money", Start: 8, End: 10, From: 8, To: 20},
		{Start: 10, End: 14, From: 20, To: 24},
		{Class: "year", Start: 14, End: 18, From: 24, To: 44},
		{Start: 18, End: 19, From: 44, To: 45},
	}, r.Spans)
	require.Equal(t, "five dollars", r.Spoken[8:20])
}

func TestRegionsOutsideAmericaSayAndAndPutTheDayFirst(t *testing.T) {
	n := New("en-GB")
	require.Equal(t, "en-GB", n.Language())
	require.Equal(t, "one hundred and one on the third of April, twenty twenty-four", n.Normalize("101 on 3/4/2024").Spoken)
	require.Equal(t, "one hundred one on March fourth, twenty twenty-four", New("en_US").Normalize("101 on 3/4/2024").Spoken)
}

func TestAnUnknownLanguageGetsTheMinimum(t *testing.T) {
	n := New("fi-FI")
	require.Equal(t, "und", n.Language())
	text := "Vuonna 1984 — [[x]] 🎉 (noin 5 %) …"
	r := n.Normalize(text)
	require.Equal(t, "Vuonna 1984, x, noin 5 %.", r.Spoken)
	checkResult(t, text, r)
}

func TestClassesCanBeSwitchedOff(t *testing.T) {
	n := New("en")
	off := n.Without("money").Without("year")
	text := "He paid $3.2bn for 20% in 1984."
	r := off.Normalize(text)
	require.Equal(t, "He paid $3.2bn for twenty percent in 1984.", r.Spoken)
	checkResult(t, text, r)
	require.NotContains(t, n.Normalize(text).Spoken, "$", "the first normaliser did not change")
}

// TestEveryClassCanBeSwitchedOff takes every class that the sentences of testdata/news.txt have.
func TestEveryClassCanBeSwitchedOff(t *testing.T) {
	data, err := os.ReadFile("testdata/news.txt")
	require.NoError(t, err)
	n := New("en")
	kept := make(map[string]int) // by class: stretches that are as written once it is off
	for line := range strings.Lines(string(data)) {
		text := strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(text, " ") {
			continue
		}
		for _, s := range n.Normalize(text).Spans {
			if s.Class == "" {
				continue
			}
			kept[s.Class] += 0
			r := n.Without(s.Class).Normalize(text)
			checkResult(t, text, r)
			for _, o := range r.Spans {
				require.NotEqual(t, s.Class, o.Class, text)
				if o.Class == "" && o.Start <= s.Start && s.End <= o.End {
					kept[s.Class]++
				}
			}
		}
	}
	require.GreaterOrEqual(t, len(kept), 40)
	for class, n := range kept {
		require.Positive(t, n, class)
	}
}

func TestBytesThatAreNoTextAreMappedToNothing(t *testing.T) {
	text := "a\xffb\x00 c\u200b\u00add\ufeff\xc3"
	r := New("en").Normalize(text)
	checkResult(t, text, r)
	require.Equal(t, "a b cd", r.Spoken)
}

func TestOneNormalizerServesManyGoroutines(t *testing.T) {
	n := New("en")
	want := n.Normalize(prose).Spoken
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got := n.Normalize(prose).Spoken; got != want {
					t.Errorf("another reading: %q", got)
				}
			}
		})
	}
	wg.Wait()
}

// TestHostileTextIsReadInFull would not end in useful time if a rule looked ahead from every token.
func TestHostileTextIsReadInFull(t *testing.T) {
	n := New("en")
	for name, unit := range hostile {
		t.Run(name, func(t *testing.T) {
			text := strings.Repeat(unit, 50_000/len(unit))
			r := n.Normalize(text)
			require.Equal(t, len(text), r.Spans[len(r.Spans)-1].End)
			require.LessOrEqual(t, len(r.Spoken), 20*len(text), "memory is in proportion to the text")
			short := strings.Repeat(unit, 50)
			r = n.Normalize(short)
			checkResult(t, short, r)
			checkSpoken(t, n, short, r)
		})
	}
}
