package disclosure_test

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"reflect"
	"strings"
	"testing"
	"testing/quick"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/id3"
	"github.com/voicepress/voicepress/audio/wav"
)

func TestTagsAreAsRecorded(t *testing.T) {
	d := sample()
	tag, err := id3.Read(bytes.NewReader(tagOf(t, d)))
	require.NoError(t, err)
	var dump strings.Builder
	for _, f := range tag.Frames {
		fmt.Fprintf(&dump, "%s %q\n", f.ID, f.Body)
	}
	golden(t, "id3.golden.txt", dump.String())
	dump.Reset()
	for _, c := range chunksOf(t, d) {
		fmt.Fprintf(&dump, "%s %q\n", c.ID, c.Data)
	}
	golden(t, "wav.golden.txt", dump.String())
}

func TestSameDisclosureGivesTheSameBytes(t *testing.T) {
	a, b := sample(), sample()
	for range 3 {
		require.Equal(t, tagOf(t, a), tagOf(t, b))
		require.Equal(t, chunksOf(t, a), chunksOf(t, b))
		require.Equal(t, a.Sidecar(nil, time.Time{}), b.Sidecar(nil, time.Time{}))
	}
	require.Equal(t, sample(), a, "writing changes nothing")
}

func TestEmptyDisclosureStillDiscloses(t *testing.T) {
	var d disclosure.Disclosure
	tag, err := id3.Read(bytes.NewReader(tagOf(t, d)))
	require.NoError(t, err)
	statement, ok := tag.UserText("AI_DISCLOSURE")
	require.True(t, ok)
	require.Equal(t, "Voice is AI-generated. Inconsistencies may occur.", statement)
	sourceType, _ := tag.UserText("DigitalSourceType")
	require.Equal(t, disclosure.TrainedAlgorithmicMedia.URI(), sourceType)
	require.Equal(t, "AI voice", tag.Text("TPE1"))
	require.Empty(t, tag.Chapters())
	for _, id := range []string{"TIT2", "TALB", "TDRC", "TLAN", "TLEN"} {
		require.Empty(t, tag.Text(id))
	}

	d = disclosure.Disclosure{SourceType: "made up", Wording: disclosure.Wording{Written: "\x00 \u202E"}}
	require.Contains(t, string(tagOf(t, d)), "Voice is AI-generated.")
	require.Contains(t, string(tagOf(t, d)), "/trainedAlgorithmicMedia")
}

func TestComputerVoiceIsNotCalledAI(t *testing.T) {
	d := sample()
	d.SourceType = disclosure.AlgorithmicMedia
	d.Wording = disclosure.Wording{}
	d.Engine = disclosure.Engine{Name: "espeak"}
	tag, err := id3.Read(bytes.NewReader(tagOf(t, d)))
	require.NoError(t, err)
	statement, _ := tag.UserText("AI_DISCLOSURE")
	require.Equal(t, "Die Stimme ist computergeneriert. Es kann zu Unstimmigkeiten kommen.", statement)
	require.Equal(t, "Computerstimme: de_DE-example-medium", tag.Text("TPE1"))
	s := d.Sidecar(nil, time.Time{})
	require.Equal(t, disclosure.AlgorithmicMedia.URI(), s.DigitalSourceType)
	require.Equal(t, disclosure.Formant, s.Engine.Kind)
}

func TestFirstChapterIsTheNotice(t *testing.T) {
	d := sample()
	first := func() id3.Chapter {
		tag, err := id3.Read(bytes.NewReader(tagOf(t, d)))
		require.NoError(t, err)
		return tag.Chapters()[0]
	}
	require.Equal(t, id3.Chapter{ID: "ai-disclosure", Title: "Hinweis: KI-Stimme", From: 300, To: 4100}, first())
	d.Audible.Present = false
	require.Equal(t, "chapter-0", first().ID)
	require.Equal(t, "Die „Brücke“ & der Fluß", first().Title)

	d.Chapters = make([]disclosure.Chapter, 400)
	d.Chapters[399].End = time.Hour
	tag, err := id3.Read(bytes.NewReader(tagOf(t, d)))
	require.NoError(t, err)
	require.Len(t, tag.Chapters(), id3.MaxChapters)
	require.EqualValues(t, time.Hour.Milliseconds(), tag.Chapters()[254].To)
}

func TestDatesAreWrittenAsPreciselyAsTheyAreKnown(t *testing.T) {
	for given, want := range map[string][2]string{
		"2026":                           {"2026", "2026"},
		"2026-11":                        {"2026-11", "2026-11"},
		"2026-11-20":                     {"2026-11-20", "2026-11-20"},
		"2026-11-20T08:30":               {"2026-11-20T08:30", "2026-11-20"},
		"2026-11-20T08:30:05":            {"2026-11-20T08:30:05", "2026-11-20"},
		"2026-11-20T23:30:05.25-0500":    {"2026-11-21T04:30:05", "2026-11-20"},
		" 2026-11-20T00:30:05+01:00 ":    {"2026-11-19T23:30:05", "2026-11-20"},
		"2026-11-20T08:30Z":              {"2026-11-20T08:30", "2026-11-20"},
		"2026-02-30":                     {"", ""},
		"yesterday":                      {"", ""},
		"2026-11-20T08:30:05Z<script>":   {"", ""},
		"2026-11-20" + "\x00":            {"", ""},
		strings.Repeat("2026-", 100_000): {"", ""},
	} {
		d := disclosure.Disclosure{Article: disclosure.Article{Published: given}}
		tag, err := id3.Read(bytes.NewReader(tagOf(t, d)))
		require.NoError(t, err)
		require.Equal(t, want[0], tag.Text("TDRC"))
		if want[1] != "" {
			require.Contains(t, string(chunksOf(t, d)[2].Data), "ICRD"+string(rune(len(want[1])+1))+"\x00\x00\x00"+want[1]+"\x00")
		} else {
			require.NotContains(t, string(chunksOf(t, d)[2].Data), "ICRD")
		}
	}
}

func TestAddressesAreCleanOrLeftOut(t *testing.T) {
	for given, want := range map[string]string{
		"https://news.example/a?b=c#d":                      "https://news.example/a?b=c#d",
		" https://news.example/ ":                           "https://news.example/",
		"https://news.example/ü?q=ä<b>":                     "https://news.example/%C3%BC?q=%C3%A4%3Cb%3E",
		"https://editor:secret@news.example/draft":          "https://news.example/draft",
		"javascript:alert(1)":                               "",
		"file:///etc/passwd":                                "",
		"/relative":                                         "",
		"https:///nowhere":                                  "",
		"https://news.example/\x00":                         "",
		"https://news.example/\nSet-Cookie: x":              "",
		"https://news.example/" + strings.Repeat("a", 4000): "",
		"https://news.example/" + strings.Repeat("ü", 1000): "",
	} {
		d := disclosure.Disclosure{Article: disclosure.Article{URL: given}, PolicyURL: given}
		tag, err := id3.Read(bytes.NewReader(tagOf(t, d)))
		require.NoError(t, err)
		require.Equal(t, want, tag.URL("WOAF"))
		policy, ok := tag.UserURL("AI policy")
		require.Equal(t, want, policy)
		require.Equal(t, want != "", ok)
		require.Equal(t, want, d.Sidecar(nil, time.Time{}).Source.URL)
		require.NotContains(t, string(tagOf(t, d)), "secret")
	}
}

func TestLanguagesAreCanonicalOrLeftOut(t *testing.T) {
	for given, want := range map[string][2]string{ // BCP 47, ISO 639-2
		"en": {"en", "eng"}, "EN_gb": {"en-GB", "eng"}, "deu": {"de", "deu"}, "fr-CA": {"fr-CA", "fra"}, "nl": {"nl", "nld"}, "zh-Hant-TW": {"zh-Hant-TW", "zho"},
		"iw": {"he", "heb"}, "i-klingon": {"tlh", "tlh"}, "art-lojban": {"jbo", "jbo"}, "gsw": {"gsw", "gsw"}, "de-u-co-phonebk": {"de-u-co-phonebk", "deu"},
		"": {"und", ""}, "und": {"und", ""}, "und-DE": {"und-DE", ""}, "x-private": {"x-private", ""}, "<b>": {"und", ""}, "english please": {"und", ""},
	} {
		d := disclosure.Disclosure{
			Article: disclosure.Article{Language: given}, Voice: disclosure.Voice{Language: given},
			Wording: disclosure.Wording{Language: given, Written: "x"},
		}
		tag, err := id3.Read(bytes.NewReader(tagOf(t, d)))
		require.NoError(t, err)
		require.Equal(t, want[1], tag.Text("TLAN"), given)
		s := d.Sidecar(outputs(), time.Time{})
		require.Equal(t, want[0], s.Voice.Language)
		require.Equal(t, map[string]string{want[0]: "x"}, s.Statement)
		encoded, err := s.Encode()
		require.NoError(t, err, given)
		requireSchema(t, encoded)
	}
}

func TestBroadcastTextIsPlainASCII(t *testing.T) {
	for _, lang := range languages() {
		d := disclosure.Disclosure{
			Article: disclosure.Article{Language: lang, URL: "https://news.example/" + strings.Repeat("a", 150)},
			Voice:   disclosure.Voice{ID: "naïve, voice"}, Tool: disclosure.Tool{Name: strings.Repeat("ö", 40)},
		}
		bext := chunksOf(t, d)[1]
		require.Equal(t, "bext", bext.ID)
		for _, c := range bext.Data {
			require.Less(t, c, byte(utf8.RuneSelf))
		}
		require.Equal(t, strings.Repeat("o", 32), string(bext.Data[256:288]))
		require.Equal(t, "A=PCM,F=22050,M=mono,T=TTS naive; voice\r\n", string(bext.Data[602:]))
		require.Contains(t, string(bext.Data[:256]), "/aaa")
		d.Article.URL += strings.Repeat("a", 150)
		require.NotContains(t, string(chunksOf(t, d)[1].Data[:256]), "aaa", "half an address is none")
	}
}

func hostile() []string {
	return []string{
		"", "\x00", "a\x00b\x01\x1B[31m", "\xFF\xFE\x00\xD8", "\uFEFF\uFFFE\U0001FFFF\uFDD0", "]]>&lt;</rdf:li><x>\"'", "\u202Egnp.exe\u2066\u2028\u2029",
		"\r\n\r\nRIFF\xFF\xFF\xFF\xFFdata", "ID3\x04\x00\x00\xFF\xFB\x90", strings.Repeat("\u00e9", 3<<20), strings.Repeat(" \n", 2<<20) + "x", "日本語 العربية 🗞️",
	}
}

// fill sets every string inside v to s.
func fill(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i), s)
		}
	default:
	}
}

func TestHostileStringsAreTamed(t *testing.T) {
	for i, s := range hostile() {
		d := sample()
		fill(reflect.ValueOf(&d).Elem(), s)
		d.Chapters = append(d.Chapters, make([]disclosure.Chapter, 1000)...)
		fill(reflect.ValueOf(d.Chapters), s)
		d.Edits = append(d.Edits, make([]string, 1000)...)
		fill(reflect.ValueOf(d.Edits), s)
		t.Run(fmt.Sprint(i), func(t *testing.T) { requireTame(t, d) })
	}
}

func TestAnyDisclosureIsTamed(t *testing.T) {
	require.NoError(t, quick.Check(func(d anyDisclosure) bool {
		requireTame(t, disclosure.Disclosure(d))
		return true
	}, &quick.Config{MaxCount: 100}))
}

// anyDisclosure is a Disclosure of random fields.
type anyDisclosure disclosure.Disclosure

func (anyDisclosure) Generate(r *rand.Rand, _ int) reflect.Value {
	var d anyDisclosure
	for v, i := reflect.ValueOf(&d).Elem(), 0; i < v.NumField(); i++ {
		if v.Field(i).Type() == reflect.TypeFor[time.Time]() {
			v.Field(i).Set(reflect.ValueOf(time.Unix(r.Int63n(1<<33), 0)))
			continue
		}
		value, ok := quick.Value(v.Field(i).Type(), r)
		if !ok {
			panic("a field of no known type")
		}
		v.Field(i).Set(value)
	}
	return reflect.ValueOf(d)
}

// requireTame checks that whatever is in d gives files that readers understand, and that say what they must.
func requireTame(t *testing.T, d disclosure.Disclosure) {
	t.Helper()
	raw := tagOf(t, d)
	require.Less(t, len(raw), 4<<20)
	tag, err := id3.Read(bytes.NewReader(raw))
	require.NoError(t, err)
	require.Equal(t, len(raw), tag.Size)
	for _, f := range tag.Frames {
		if strings.HasPrefix(f.ID, "T") && f.ID != "TXXX" {
			requireClean(t, tag.Text(f.ID), 2<<13)
		}
	}
	statement, _ := tag.UserText("AI_DISCLOSURE")
	require.NotEmpty(t, statement)
	requireClean(t, statement, 1024)
	lyrics, _ := tag.Lyrics("")
	requireClean(t, strings.ReplaceAll(lyrics, "\n", " "), 1<<20)
	packet, ok := tag.Private("XMP")
	require.True(t, ok)
	requireXML(t, packet)

	report := verify(t, "any.mp3", append(raw, frames()...))
	require.True(t, report.Disclosed)
	require.Equal(t, statement, report.Statement)

	chunks := chunksOf(t, d)
	file := wavFile(t, chunks, 1)
	listed, err := wav.Chunks(bytes.NewReader(file))
	require.NoError(t, err)
	require.Len(t, listed, len(chunks)+2)
	for _, c := range chunks {
		if c.ID == "LIST" {
			requireList(t, c.Data[4:])
		}
	}
	report = verify(t, "any.wav", file)
	require.True(t, report.Disclosed)
	require.Equal(t, statement, report.Statement)

	s := d.Sidecar(outputs(), time.Time{})
	encoded, err := s.Encode()
	require.NoError(t, err)
	requireSchema(t, encoded)
	again, err := disclosure.ReadSidecar(bytes.NewReader(encoded))
	require.NoError(t, err)
	require.Equal(t, s, *again)
	for _, ch := range s.Chapters {
		requireClean(t, ch.Title, 1024)
	}
}

func requireClean(t *testing.T, s string, limit int) {
	t.Helper()
	require.LessOrEqual(t, len(s), limit)
	require.True(t, utf8.ValidString(s))
	require.False(t, strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u202E' || r == '\uFEFF' || r == '\u2028'
	}), "%.80q", s)
}

func requireXML(t *testing.T, packet []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(packet)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}

// requireList checks that the chunks in a LIST fill it.
func requireList(t *testing.T, b []byte) {
	t.Helper()
	for len(b) > 0 {
		require.GreaterOrEqual(t, len(b), 8)
		n := int(binary.LittleEndian.Uint32(b[4:]))
		n += n % 2
		require.LessOrEqual(t, n, len(b)-8)
		b = b[8+n:]
	}
}

func TestNothingClaimsMoreThanItCan(t *testing.T) {
	d := sample()
	encoded, err := d.Sidecar(outputs(), time.Time{}).Encode()
	require.NoError(t, err)
	all := string(tagOf(t, d)) + string(encoded) + disclosure.Schema()
	for _, c := range chunksOf(t, d) {
		all += string(c.Data)
	}
	for _, lang := range languages() {
		all += fmt.Sprint(disclosure.WordingFor(lang, ""), disclosure.WordingFor(lang, disclosure.AlgorithmicMedia))
	}
	require.NotRegexp(t, `(?i)compl`+`iant|conform`, all)
}
