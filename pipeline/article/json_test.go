package article_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
)

func TestArticleThatWasPrintedAsJSONIsReadBack(t *testing.T) {
	inputs := map[string][]byte{
		"list, table and code": []byte(page(`<ol start=3><li>Three of them.</li><li>Four of them.</li></ol>
<table><tr><th>Name<th>Votes</tr><tr><td>Smith<td>12</tr></table><pre>x := 1</pre><p>Correction: the vote was on Monday.</p>`, "")),
	}
	for _, file := range articles(t) {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		inputs[file] = data
	}
	for name, data := range inputs {
		t.Run(name, func(t *testing.T) {
			a, err := article.Read(data, article.Source{Name: name})
			require.NoError(t, err)
			printed, err := json.Marshal(a)
			require.NoError(t, err)
			again, err := article.Read(printed, article.Source{Name: name, As: article.JSON})
			require.NoError(t, err)
			require.Equal(t, a, again)
		})
	}
}

func TestArticleMayHoldLittle(t *testing.T) {
	a := read(t, `{"blocks": [{"kind": "heading", "text": "The \u0007 \u200bbridge"}, {"kind": "paragraph", "text": ""}, {"kind": "paragraph", "text": " It\nopened. "}],
		"skipped": [{"kind": "other", "text": "Share", "reason": "share links", "before": 2}], "published": null}`, article.Source{Name: "-"})
	require.Equal(t, []string{"heading: The bridge", "paragraph: It opened."}, lines(a))
	require.Equal(t, 2, a.Blocks[0].Level)
	require.Equal(t, 1, a.Skipped[0].Before, "empty blocks are not counted")
	require.Equal(t, "en", a.Language)
}

func TestWrongJSONIsAnErrorThatNamesTheField(t *testing.T) {
	for input, want := range map[string]string{
		`{"title": "T"}`:                                                                             "blocks: it is missing",
		`{"blocks": null}`:                                                                           "blocks: a list is expected",
		`{"blocks": {"kind": "paragraph"}}`:                                                          "blocks: a list is expected, not an object",
		`{"blocks": ["text"]}`:                                                                       "blocks[0]: an object is expected, not a string",
		`{"blocks": [{"kind": "paragraf"}]}`:                                                         `blocks[0].kind: unknown kind "paragraf"; there are: title, heading`,
		`{"blocks": [{"text": "a"}]}`:                                                                "blocks[0].kind: it is missing",
		`{"blocks": [{"kind": "paragraph"}]}`:                                                        "blocks[0].text: it is missing",
		`{"blocks": [{"kind": "paragraph", "text": 5}]}`:                                             "blocks[0].text: a string is expected, not a number",
		`{"blocks": [{"kind": "heading", "text": "a", "level": 7}]}`:                                 "blocks[0].level: 7 is not a whole number from 0 to 6",
		`{"blocks": [{"kind": "heading", "text": "a", "level": 1e400}]}`:                             "blocks[0].level: 1e400 is not",
		`{"blocks": [{"kind": "heading", "text": "a", "level": -1}]}`:                                "blocks[0].level: -1 is not",
		`{"blocks": [{"kind": "list-item", "text": "a", "number": 99999999999999999999}]}`:           "blocks[0].number: 99999999999999999999 is not",
		`{"blocks": [{"kind": "paragraph", "text": "a", "level": 2}]}`:                               "blocks[0].level: only a heading",
		`{"blocks": [{"kind": "paragraph", "text": "a", "txet": "b"}]}`:                              "blocks[0].txet: unknown field",
		`{"blocks": [], "headline": "T"}`:                                                            "headline: unknown field",
		`{"blocks": [], "authors": ["a", {}]}`:                                                       "authors[1]: a string is expected, not an object",
		`{"blocks": [], "url": "javascript:alert(1)"}`:                                               "url:",
		`{"blocks": [], "published": "yesterday"}`:                                                   "published:",
		`{"blocks": [], "language": "Klingon!"}`:                                                     "language:",
		`{"blocks": [], "skipped": [{"kind": "other", "text": "a", "reason": "r", "before": 1}]}`:    "skipped[0].before: 1 is not a whole number from 0 to 0",
		`{"blocks": [], "skipped": [{"kind": "other", "text": "a", "before": 0}]}`:                   "skipped[0].reason: it is missing",
		`{"blocks": [], "blocks": [{"kind": "paragraph", "text": "a"}]}`:                             "blocks comes twice",
		`{"blocks": [{"kind": "quote", "text": "a", "text": "b"}]}`:                                  "blocks[0].text comes twice",
		"{\"blocks\": [\n\n{\"kind\" \"quote\"}]}":                                                   "line 3: ",
		`{"blocks": [{"kind": "paragraph"`:                                                           "line 1: ",
		`{"blocks": []} {"blocks": []}`:                                                              "more behind the end",
		`{"blocks": ` + strings.Repeat("[", 100_000):                                                 "levels of nested JSON",
		`{"a": ` + strings.Repeat(`{"a":`, 100_000):                                                  "levels of nested JSON",
		`{"a": [` + strings.Repeat("0,", 1_000_001):                                                  "values of JSON",
		"{\"title\": \"caf\xe9\"}":                                                                   "not UTF-8: byte 14",
		`{"` + strings.Repeat("x", 5000) + "\\u001b[31m" + `": 1, "blocks": []}`:                     "unknown field",
		`{"code": "rest_post_invalid_id", "message": "Invalid post ID.", "data": {"status": 404}}`:   "Invalid post ID.",
		`{"content": "text"}`:                                                                        "content: an object is expected",
		`{"content": {"rendered": "", "protected": true}}`:                                           "password",
		`{"version": "https://jsonfeed.org/version/1.1", "items": {}}`:                               "items: a list",
		`{"version": "https://jsonfeed.org/version/1.1", "items": []}`:                               "no story",
		`{"version": "https://jsonfeed.org/version/1.1", "items": [{"content_html": ["<p>a</p>"]}]}`: "items[0].content_html: a string",
		`[]`:  "the list is empty",
		`[5]`: "an object is expected",
		`"a"`: "an object is expected",
	} {
		_, err := article.Read([]byte(input), article.Source{As: article.JSON})
		require.ErrorContains(t, err, want, input[:min(len(input), 200)])
		require.Less(t, len(err.Error()), 300)
		require.NotContains(t, err.Error(), "\x1b")
	}
}

func TestPostOfWordPressIsRead(t *testing.T) {
	post := `{"id": 7, "date": "2026-05-04T09:15:00", "date_gmt": "2026-05-04T07:15:00", "link": "https://example.org/bridge/", "lang": "en",
"title": {"rendered": "Bridge &#8217;opens&#8217; <em>today</em>"}, "content": {"rendered": "<p>It opened &amp; closed.<\/p>\n<figure><figcaption>The bridge.</figcaption></figure><ol><li>First of all.</li></ol>", "protected": false},
"excerpt": {"rendered": "<p>Short.</p>"}, "_embedded": {"author": [{"name": "Ann Other"}, {"code": "x"}]}, "meta": {"x": [[1e999]]}}`
	for name, input := range map[string]string{"post": post, "list": "[" + post + `, {"content": {"rendered": "Second"}}]`} {
		t.Run(name, func(t *testing.T) {
			a := read(t, input, article.Source{ContentType: "application/json; charset=UTF-8", URL: "https://example.org/wp-json/wp/v2/posts/7"})
			require.Equal(t, "Bridge ’opens’ today", a.Title)
			require.Equal(t, []string{"paragraph: It opened & closed.", "list-item: First of all."}, lines(a))
			require.Equal(t, []string{"picture caption"}, reasons(a, 1))
			require.Equal(t, "2026-05-04T07:15:00Z", a.Published)
			require.Equal(t, "https://example.org/bridge/", a.URL)
			require.Equal(t, []string{"Ann Other"}, a.Authors)
			if name == "list" {
				require.Contains(t, a.Warnings[0], "2 articles")
			}
		})
	}
	a := read(t, `{"title": {"rendered": "T"}, "content": {"rendered": " "}, "excerpt": {"rendered": "<p>Only this.</p>"}, "date_gmt": null}`, article.Source{As: article.JSON})
	require.Equal(t, []string{"paragraph: Only this."}, lines(a))
	require.Contains(t, a.Warnings[0], "excerpt")
}

func TestFirstStoryOfAJSONFeedIsRead(t *testing.T) {
	feed := func(item string) string {
		return `{"version": "https://jsonfeed.org/version/1.1", "title": "Example News", "language": "en-GB", "authors": [{"name": "Ann Other"}],
"items": [{"id": "1", "url": "https://example.org/1", "title": "Bridge opens", "date_published": "2026-05-04T10:00:00Z", ` + item + `}, {"id": "2", "content_text": "Second"}]}`
	}
	for item, want := range map[string][]string{
		`"content_html": "<p>It <b>opened</b>.</p><p>Second.</p>", "content_text": "Not this."`: {"paragraph: It opened.", "paragraph: Second."},
		`"content_text": "It opened.\n\nSecond."`:                                               {"paragraph: It opened.", "paragraph: Second."},
		`"summary": "It opened."`:                                                               {"paragraph: It opened."},
	} {
		a := read(t, feed(item), article.Source{Name: "feed.json"})
		require.Equal(t, want, lines(a))
		require.Equal(t, []string{"Bridge opens", "Example News", "https://example.org/1", "2026-05-04T10:00:00Z", "en-GB"}, []string{a.Title, a.Site, a.URL, a.Published, a.Language})
		require.Equal(t, []string{"Ann Other"}, a.Authors)
		require.Contains(t, a.Warnings[0], "2 stories")
	}
}

func FuzzJSON(f *testing.F) {
	seeds := []string{
		`{"blocks":[{"kind":"heading","text":"a","level":2}],"skipped":[{"kind":"other","text":"b","reason":"c","before":1}],"announced":[{"kind":"table-row","rows":2,"before":0}]}`,
		`[{"content":{"rendered":"<p>a"},"title":{"rendered":"b"}}]`,
		`{"version":"https://jsonfeed.org/version/1","items":[{"content_html":"<p>a"}]}`,
	}
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := article.Read(data, article.Source{As: article.JSON})
		if err != nil {
			require.Nil(t, a)
			return
		}
		requireCleanArticle(t, a)
		printed, err := json.Marshal(a)
		require.NoError(t, err)
		again, err := article.Read(printed, article.Source{As: article.JSON})
		require.NoError(t, err)
		require.Equal(t, a, again)
	})
}
