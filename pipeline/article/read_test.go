package article_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
)

// read reads an input that must be readable.
func read(t *testing.T, input string, src article.Source) *article.Article {
	t.Helper()
	a, err := article.Read([]byte(input), src)
	require.NoError(t, err)
	requireCleanArticle(t, a)
	return a
}

// lines are the blocks as "kind: text".
func lines(a *article.Article) []string {
	var list []string
	for _, b := range a.Blocks {
		list = append(list, string(b.Kind)+": "+b.Text)
	}
	return list
}

func TestCharsetIsDecidedInOrderOfTrust(t *testing.T) {
	utf16le := func(s string) string {
		var b bytes.Buffer
		require.NoError(t, binary.Write(&b, binary.LittleEndian, utf16.Encode([]rune(s))))
		return b.String()
	}
	const text = "The café in Zürich costs £5 today."
	latin := "The caf\xe9 in Z\xfcrich costs \xa35 today."
	for name, c := range map[string]struct {
		input, contentType, warning string
		as                          article.Format
	}{
		"UTF-8":                          {input: text},
		"UTF-8 under another charset":    {input: text, contentType: "text/plain; charset=iso-8859-1"},
		"byte order mark":                {input: "\ufeff" + text},
		"UTF-16 with a mark":             {input: "\xff\xfe" + utf16le(text)},
		"UTF-16 without":                 {input: utf16le(text), warning: "UTF-16"},
		"charset of the answer":          {input: latin, contentType: "text/plain; charset=iso-8859-1"},
		"unknown charset of the answer":  {input: latin, contentType: "text/plain; charset=nonsense", warning: "windows-1252"},
		"no charset":                     {input: latin, warning: "windows-1252"},
		"declared UTF-8, but it is none": {input: latin, contentType: "text/plain; charset=utf-8", warning: "windows-1252"},
		"charset of the page":            {input: `<meta charset="windows-1252"><article><p>` + latin + `</article>`, as: article.HTML},
		"old charset of the page":        {input: `<meta http-equiv="Content-Type" content="text/html; charset=latin1"><article><p>` + latin + `</article>`, as: article.HTML},
	} {
		t.Run(name, func(t *testing.T) {
			a := read(t, c.input, article.Source{As: c.as, ContentType: c.contentType})
			require.Equal(t, []string{"paragraph: " + text}, lines(a))
			if c.warning == "" {
				require.Empty(t, a.Warnings)
			} else {
				require.Contains(t, strings.Join(a.Warnings, "\n"), c.warning)
			}
		})
	}
}

func TestBrokenBytesAreDroppedWithTheOffsetOfTheFirst(t *testing.T) {
	a := read(t, "The café \xff\xfe is open.", article.Source{As: article.Text})
	require.Equal(t, []string{"paragraph: The café is open."}, lines(a))
	require.Equal(t, []string{"2 bytes are not valid UTF-8 and were dropped, the first at byte 10"}, a.Warnings)
}

func TestErrorsSayWhatIsWrongAndWhatToDo(t *testing.T) {
	var (
		notText *article.NotText
		none    *article.NoArticle
		large   *article.TooLarge
		unknown *article.UnknownFormat
		own     *article.Unreadable
	)
	for name, c := range map[string]struct {
		input  string
		as     article.Format
		target any
	}{
		"empty":             {"", article.Auto, &own},
		"no letter":         {"... !?\n", article.Text, &own},
		"markdown, no word": {"***\n", article.Markdown, &own},
		"a picture":         {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", article.Auto, &notText},
		"a PDF":             {"%PDF-1.7\n1 0 obj", article.Auto, &notText},
		"a zip file":        {"PK\x03\x04\x14\x00\x00\x00\x08\x00", article.Text, &notText},
		"menus only":        {"<html><body><nav><a href=/>Home</a></nav><footer>Imprint</footer>", article.HTML, &none},
		"an empty feed":     {"<rss><channel><title>News</title></channel></rss>", article.Feed, &none},
		"too large":         {strings.Repeat("a", article.MaxBytes+1), article.Auto, &large},
		"too deep":          {strings.Repeat("<div>", 600) + "text", article.HTML, &large},
		"too deep quotes":   {strings.Repeat(">", 600) + "text", article.Markdown, &large},
		"tangled emphasis":  {strings.Repeat("*a_b", 2000), article.Markdown, &large},
		"tangled links":     {strings.Repeat("[a](", 2000), article.Markdown, &large},
		"only a title":      {"# Bridge opens", article.Markdown, &none},
		"unknown format":    {"text", "docx", &unknown},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := article.Read([]byte(c.input), article.Source{As: c.as})
			require.ErrorAs(t, err, c.target)
			hinted, ok := errors.AsType[interface {
				error
				Hint() string
			}](err)
			require.True(t, ok)
			require.NotEmpty(t, hinted.Hint())
		})
	}
	_, err := article.Read(nil, article.Source{})
	require.ErrorIs(t, err, article.ErrNothingToRead)
}

func TestFormatIsFoundByTypeThenNameThenContent(t *testing.T) {
	page := "<!doctype html><title>T</title><article><p>The bridge opened on Monday morning, said the mayor.</article>"
	for name, c := range map[string]struct {
		input string
		src   article.Source
		want  string
	}{
		"type":              {"# Bridge\n\nIt opened.", article.Source{ContentType: "text/plain; charset=utf-8", Name: "x.md"}, "paragraph: # Bridge"},
		"extension":         {"# Bridge\n\nIt *opened*.", article.Source{Name: "x.MD"}, "paragraph: It opened."},
		"extension of URL":  {"# Bridge\n\nIt *opened*.", article.Source{URL: "https://example.org/a.md?x=.html"}, "paragraph: It opened."},
		"content, page":     {page, article.Source{Name: "-"}, "paragraph: The bridge opened on Monday morning, said the mayor."},
		"content, markdown": {"# Bridge\n\nIt *opened*.", article.Source{Name: "-"}, "paragraph: It opened."},
		"content, text":     {"It *opened* at a < b.", article.Source{Name: "-"}, "paragraph: It *opened* at a < b."},
		"content, feed":     {`<?xml version="1.0"?><rss><item><title>T</title><description>It opened.</description></item></rss>`, article.Source{}, "paragraph: It opened."},
		"said by caller":    {page, article.Source{As: article.Text, Name: "x.html"}, "paragraph: " + page},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, lines(read(t, c.input, c.src))[0])
		})
	}
	for _, f := range article.Formats() {
		got, err := article.ParseFormat(strings.ToUpper(string(f)))
		require.NoError(t, err)
		require.Equal(t, f, got)
	}
	_, err := article.ParseFormat("pdf")
	require.ErrorContains(t, err, "unknown format")
}

func TestIDIsThatOfWhatIsRead(t *testing.T) {
	base := read(t, "Title here\n\nOne two. Three.\n\nFour.", article.Source{As: article.Text, Name: "a"})
	same := read(t, "Title here\r\n\r\nOne  two.\nThree.\r\n\r\nFour.\r\n", article.Source{As: article.Text, Name: "b"})
	require.Equal(t, base.ID, same.ID)
	seen := map[string]string{base.ID: "base"}
	for _, other := range []string{
		"Title herE\n\nOne two. Three.\n\nFour.",
		"Title here\n\nOne two.\n\nThree.\n\nFour.",
		"Title here\n\nOne two. Three. Four.",
		"Title here\n\n- One two. Three.\n\nFour.",
		"One two. Three.\n\nFour.",
	} {
		id := read(t, other, article.Source{As: article.Text}).ID
		require.NotContains(t, seen, id, other)
		seen[id] = other
	}
	german := read(t, "---\nlang: de\ntitle: Title here\n---\nOne two. Three.\n\nFour.", article.Source{As: article.Markdown})
	require.Equal(t, lines(base), lines(german))
	require.NotContains(t, seen, german.ID)
}

func TestLanguageIsDeclaredOrFollowsTheScript(t *testing.T) {
	for input, want := range map[string]string{
		`<html lang="en-GB"><article><p>The bridge opened on Monday, said the mayor.`:                                             "en-GB",
		`<html lang="de_AT"><article><p>Die Brücke wurde am Montag eröffnet, sagte er.`:                                           "de-AT",
		`<meta property="og:locale" content="fr_FR"><article><p>Le pont a ouvert lundi matin, dit le maire.`:                      "fr-FR",
		`<script type="application/ld+json">{"@type":"Article","inLanguage":"nl"}</script><article><p>De brug ging maandag open.`: "nl",
		`<article><p>The bridge opened on Monday morning, said the mayor.`:                                                        "en",
		`<html lang="nonsense language"><article><p>The bridge opened on Monday, said the mayor.`:                                 "en",
		`<article><p>Новый мост открыли в понедельник утром, сказал мэр города.`:                                                  "ru",
		`<html lang="uk"><article><p>Новий міст відкрили в понеділок вранці, сказав мер.`:                                         "uk",
		`<html lang="en"><article><p>新しい橋が月曜日の朝に開通したと市長は述べた。とても長い工事だった。`:                                                          "ja",
		`<html lang="zh-Hant"><article><p>新橋星期一早上通車，市長說。工程持續了很長時間，大家都很高興。`:                                                        "zh-Hant",
	} {
		require.Equal(t, want, read(t, input, article.Source{As: article.HTML}).Language, input)
	}
}
