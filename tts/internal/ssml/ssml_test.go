package ssml

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/words"
)

func speak() Element { return Element{Name: "speak"} }

func TestBuildOfEachService(t *testing.T) {
	text := `Tom & "Al" <3.`
	phonemes := []tts.Phonemes{{Start: 0, End: 3, IPA: `t"ɒ<m`}}
	for name, test := range map[string]struct {
		spec Spec
		want string
	}{
		"nothing around": {Spec{Text: text}, `Tom &amp; "Al" &lt;3.`},
		"marks and pronunciations": {
			Spec{Text: text, Around: []Element{speak()}, Marks: true, Phonemes: phonemes},
			`<speak><mark name="w0"/><phoneme alphabet="ipa" ph="t&quot;ɒ&lt;m">Tom</phoneme> &amp; "<mark name="w1"/>Al" &lt;<mark name="w2"/>3.</speak>`,
		},
		"voice and rate": {
			Spec{Text: "Hi.", Around: []Element{
				{"speak", []Attribute{{"version", "1.0"}, {"xmlns", "http://www.w3.org/2001/10/synthesis"}, {"xml:lang", "en-US"}}},
				{"voice", []Attribute{{"name", `a"><b`}}},
				{"prosody", []Attribute{{"rate", "1.2"}}},
			}},
			`<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-US"><voice name="a&quot;&gt;&lt;b"><prosody rate="1.2">Hi.</prosody></voice></speak>`,
		},
		"characters that XML cannot hold": {Spec{Text: "a\x00b\x1bc\ufffed\xff\xfee\rf\ng\ufffd", Around: []Element{speak()}}, "<speak>a b c d  e&#13;f\ng\ufffd</speak>"},
		"the end of a CDATA section":      {Spec{Text: "]]>", Around: []Element{speak()}}, "<speak>]]&gt;</speak>"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, Build(test.spec).SSML)
		})
	}
}

func TestSizesAreThoseThatServicesCount(t *testing.T) {
	d := Build(Spec{
		Text: "Größe & Maß", Marks: true, Around: []Element{speak(), {"prosody", []Attribute{{"rate", "120%"}}}},
		Phonemes: []tts.Phonemes{{Start: 0, End: 7, IPA: "ɡʁøːsə"}},
	})
	require.Equal(t, `<speak><prosody rate="120%"><mark name="w0"/><phoneme alphabet="ipa" ph="ɡʁøːsə">Größe</phoneme> &amp; <mark name="w1"/>Maß</prosody></speak>`, d.SSML)
	require.Equal(t, 11, d.TextRunes)
	require.Equal(t, utf8.RuneCountInString(d.SSML), d.Runes)
	require.Equal(t, map[string]int{"speak": 15, "prosody": 31, "mark": 34, "phoneme": 46}, d.TagRunes)
	require.Equal(t, 1, d.Phonemes)
}

func TestMarksStandBeforeWordsAndNotInPronunciations(t *testing.T) {
	text := "In New York, rock'n'roll."
	at := func(s string) (int, int) { i := strings.Index(text, s); return i, i + len(s) }
	phoneme := func(s string) tts.Phonemes { from, to := at(s); return tts.Phonemes{Start: from, End: to, IPA: "a"} }
	for name, test := range map[string]struct {
		phonemes []tts.Phonemes
		want     []string
		used     int
	}{
		"none":                        {nil, []string{"In", "New", "York", "rock'n'roll"}, 0},
		"two words":                   {[]tts.Phonemes{phoneme("New York")}, []string{"In", "New York", "rock'n'roll"}, 1},
		"within a word":               {[]tts.Phonemes{phoneme("ock")}, []string{"In", "New", "York", "rock'n'roll"}, 1},
		"from within a word":          {[]tts.Phonemes{phoneme("ew Yo")}, []string{"In", "New York", "rock'n'roll"}, 1},
		"from a space":                {[]tts.Phonemes{phoneme(" New")}, []string{"In", "New", "York", "rock'n'roll"}, 1},
		"a space":                     {[]tts.Phonemes{phoneme(" ")}, []string{"In", "New", "York", "rock'n'roll"}, 1},
		"side by side":                {[]tts.Phonemes{phoneme("New "), phoneme("York")}, []string{"In", "New", "York", "rock'n'roll"}, 2},
		"all":                         {[]tts.Phonemes{{Start: 0, End: len(text), IPA: "a"}}, []string{"In New York, rock'n'roll"}, 1},
		"beyond the end":              {[]tts.Phonemes{{Start: 0, End: len(text) + 1, IPA: "a"}}, []string{"In", "New", "York", "rock'n'roll"}, 0},
		"before the beginning":        {[]tts.Phonemes{{Start: -1, End: 2, IPA: "a"}}, []string{"In", "New", "York", "rock'n'roll"}, 0},
		"empty, or without a sound":   {[]tts.Phonemes{{Start: 1, End: 1, IPA: "a"}, {Start: 0, End: 2, IPA: "\x00 "}}, []string{"In", "New", "York", "rock'n'roll"}, 0},
		"one that overlaps the first": {[]tts.Phonemes{phoneme("New York"), phoneme("York")}, []string{"In", "New York", "rock'n'roll"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := Build(Spec{Text: text, Marks: true, Phonemes: test.phonemes})
			require.Equal(t, test.want, texts(text, d.Words))
			require.Equal(t, test.used, d.Phonemes)
			require.Equal(t, text, said(t, "<speak>"+d.SSML+"</speak>"))
		})
	}
}

func texts(text string, spans []words.Span) []string {
	var s []string
	for _, span := range spans {
		s = append(s, text[span.Start:span.End])
	}
	return s
}

func TestWordOfAMark(t *testing.T) {
	d := Build(Spec{Text: "one two", Marks: true})
	i, ok := d.Word("w1")
	require.True(t, ok)
	require.Equal(t, 1, i)
	for _, name := range []string{"", "w", "w2", "w-1", "w01", "w+1", "x1", "1", "w99999999999999999999"} {
		_, ok := d.Word(name)
		require.False(t, ok, name)
	}
}

func TestTextByteFindsTheTextOfAPlaceInTheDocument(t *testing.T) {
	text := "é & ü\x00."
	d := Build(Spec{Text: text, Marks: true, Around: []Element{speak()}})
	require.Equal(t, `<speak><mark name="w0"/>é &amp; <mark name="w1"/>ü .</speak>`, d.SSML)
	for _, test := range []struct {
		at   string
		want int
	}{{"<speak>", 0}, {"peak>", 0}, {"<mark", 0}, {"é", 0}, {" &amp;", 2}, {"&amp;", 3}, {"; ", 4}, {` <mark name="w1`, 4}, {`<mark name="w1"/>`, 5}, {"ü", 5}, {" .", 7}, {".</", 8}, {"</speak>", 9}, {"ak>é", 0}} {
		if i := strings.Index(d.SSML, test.at); i >= 0 {
			require.Equal(t, test.want, d.TextByte(i), test.at)
		}
	}
	require.Equal(t, 9, d.TextByte(1000))
	require.Equal(t, 0, (&Document{}).TextByte(3))
}

// said is the text of a document, by a parser that is not ours.
func said(t *testing.T, document string) string {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(document))
	var b strings.Builder
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		require.NoError(t, err, "%q", document)
		if text, ok := token.(xml.CharData); ok {
			b.Write(text)
		}
	}
}

// FuzzBuild makes sure that a parser gets back just the text, with nothing in it taken for markup.
func FuzzBuild(f *testing.F) {
	f.Add("Tom & \"Al\" <3. ]]> \r\n\x00\xff\ufffe", "ɒ\"<&>'\x00", `a"/><audio src="x"/>`, 0, 3, 5, 9)
	f.Add("<speak><mark name=\"w0\"/></speak>", "", "", 1, 2, 2, 3)
	f.Add("日本語 é", "a", "b", 0, 3, 3, 100)
	f.Fuzz(func(t *testing.T, text, ipa, voice string, a, b, c, d int) {
		spec := Spec{
			Text: text, Marks: true, Around: []Element{speak(), {"voice", []Attribute{{"name", voice}, {"x", ipa}}}},
			Phonemes: []tts.Phonemes{{Start: a, End: b, IPA: ipa}, {Start: c, End: d, IPA: "ə"}},
		}
		document := Build(spec)
		require.Equal(t, Clean(text), said(t, document.SSML))
		require.Equal(t, utf8.RuneCountInString(Clean(text)), document.TextRunes)
		require.Equal(t, utf8.RuneCountInString(document.SSML), document.Runes)
		require.LessOrEqual(t, document.Phonemes, 2)

		decoder := xml.NewDecoder(strings.NewReader(document.SSML))
		marks, phonemes, at := 0, 0, 0
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			start, ok := token.(xml.StartElement)
			switch {
			case !ok:
			case start.Name.Local == "mark":
				require.Equal(t, MarkName(marks), start.Attr[0].Value)
				span := document.Words[marks]
				require.True(t, at <= span.Start && span.Start < span.End && span.End <= len(text), "%v", document.Words)
				require.LessOrEqual(t, document.TextByte(int(decoder.InputOffset())), span.Start) // less before a pronunciation
				marks, at = marks+1, span.End
			case start.Name.Local == "phoneme":
				require.Equal(t, []xml.Attr{{Name: xml.Name{Local: "alphabet"}, Value: "ipa"}, {Name: xml.Name{Local: "ph"}, Value: start.Attr[1].Value}}, start.Attr)
				phonemes++
			case start.Name.Local == "voice":
				require.Equal(t, Clean(voice), start.Attr[0].Value)
			default:
				require.Equal(t, "speak", start.Name.Local)
			}
		}
		require.Len(t, document.Words, marks)
		require.Equal(t, document.Phonemes, phonemes)
	})
}
