package disclosure_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/voicepress/voicepress/audio/disclosure"
)

func site() disclosure.Page {
	sum := strings.Repeat("ab", 32)
	return disclosure.Page{
		Base: "https://audio.news.example/2026/", Captions: "brücke & fluß.vtt",
		Outputs: []disclosure.Output{
			{File: "brücke & fluß.flac", MIME: "audio/flac", Bytes: 900_000, SHA256: sum, Duration: 3_723_400, SampleRate: 44100, Channels: 1},
			{File: "brücke & fluß.mp3", MIME: "audio/mpeg", Bytes: 100_000, SHA256: sum, Duration: 3_723_400, SampleRate: 44100, Channels: 1},
		},
	}
}

// validLD checks an AudioObject against the shape that schema.org gives it, as far as we use it.
func validLD(t *testing.T, text []byte) {
	t.Helper()
	const uri = `{"type":"string","minLength":1,"pattern":"^(https?://[^ <>\"]+|[^ <>\":/][^ <>\"]*|\\./[^ <>\"]+)$"}`
	shape := `{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false,
		"required": ["@context", "@type", "description", "contentUrl", "encodingFormat", "duration", "digitalSourceType", "creditText"],
		"properties": {
			"@context": {"const": "https://schema.org"}, "@type": {"const": "AudioObject"},
			"name": {"$ref": "#/$defs/text"}, "description": {"$ref": "#/$defs/text"}, "creditText": {"$ref": "#/$defs/text"},
			"contentUrl": ` + uri + `, "encodingFormat": {"pattern": "^audio/"}, "contentSize": {"pattern": "^[0-9]+$"},
			"sha256": {"pattern": "^[0-9a-f]{64}$"}, "duration": {"pattern": "^PT([0-9]+H)?([0-9]+M)?[0-9]+S$"},
			"inLanguage": {"pattern": "^[a-z]{2,3}(-[A-Za-z0-9]+)*$"},
			"digitalSourceType": {"enum": ["https://schema.org/TrainedAlgorithmicMediaDigitalSource", "https://schema.org/AlgorithmicMediaDigitalSource", "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"]},
			"isBasedOn": ` + uri + `,
			"isPartOf": {"type": "object", "additionalProperties": false, "required": ["@type"],
				"properties": {"@type": {"const": "NewsArticle"}, "url": ` + uri + `, "headline": {"$ref": "#/$defs/text"}}},
			"caption": {"type": "object", "required": ["@type", "contentUrl", "encodingFormat"],
				"properties": {"@type": {"const": "MediaObject"}, "contentUrl": ` + uri + `, "encodingFormat": {"const": "text/vtt"}}},
			"encoding": {"type": "array", "items": {"type": "object", "required": ["@type", "contentUrl", "encodingFormat"],
				"properties": {"@type": {"const": "AudioObject"}, "contentUrl": ` + uri + `}}}
		},
		"$defs": {"text": {"type": "string", "minLength": 1}}
	}`
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(shape))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("urn:shape", parsed))
	schema, err := compiler.Compile("urn:shape")
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(value), "%s", text)
}

func TestPageFilesAreWhatStandsInTheGoldenOnes(t *testing.T) {
	d := sample()
	d.Chapters = append(d.Chapters, disclosure.Chapter{Title: "Später", Start: time.Hour + 62*time.Second, End: time.Hour + 63*time.Second})
	ld, err := d.JSONLD(site())
	require.NoError(t, err)
	golden(t, "audio.jsonld", string(ld))
	validLD(t, ld)
	player, err := d.Player(site())
	require.NoError(t, err)
	golden(t, "player.html", string(player))
	_, err = d.JSONLD(disclosure.Page{})
	require.ErrorContains(t, err, "no audio file")
	_, err = d.Player(disclosure.Page{})
	require.ErrorContains(t, err, "no audio file")
}

// parsePlayer looks at a player as a browser does: only what it should hold, and every address in the folder.
func parsePlayer(t *testing.T, d disclosure.Disclosure, p disclosure.Page) (texts map[string]string, attributes map[string]map[string]string) {
	t.Helper()
	player, err := d.Player(p)
	require.NoError(t, err)
	root, err := html.Parse(bytes.NewReader(player))
	require.NoError(t, err)
	texts, attributes = map[string]string{}, map[string]map[string]string{}
	allowed := []string{"html", "head", "body", "figure", "figcaption", "p", "strong", "a", "audio", "source", "track", "details", "summary", "ol", "li"}
	names := map[string][]string{
		"figure": {"lang", "dir"}, "p": {"id", "role", "lang", "dir"}, "strong": {"style"}, "a": {"href"}, "li": {"dir"},
		"audio": {"controls", "preload", "aria-label", "aria-describedby", "style"}, "source": {"src", "type"},
		"track": {"kind", "src", "srclang", "label", "default"},
	}
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			texts[n.Parent.Data] += n.Data
			continue
		}
		require.Equal(t, html.ElementNode, n.Type)
		require.Contains(t, allowed, n.Data)
		set := map[string]string{}
		for _, a := range n.Attr {
			require.Contains(t, names[n.Data], a.Key, n.Data)
			set[a.Key] = a.Val
			if a.Key != "src" && a.Key != "href" || a.Val == d.PolicyURL {
				continue
			}
			u, err := url.Parse(a.Val)
			require.NoError(t, err)
			if p.Base == "" {
				require.False(t, u.IsAbs(), a.Val)
				require.NotContains(t, strings.TrimPrefix(a.Val, "./"), "/", "in the folder of the page")
			} else {
				require.True(t, strings.HasPrefix(a.Val, p.Base), a.Val)
			}
		}
		if attributes[n.Data] == nil {
			attributes[n.Data] = set
		}
	}
	return texts, attributes
}

func TestPlayerSaysWhatTheVoiceIsToEveryone(t *testing.T) {
	d := sample()
	texts, attributes := parsePlayer(t, d, site())
	require.Equal(t, "AI", texts["strong"])
	require.Equal(t, d.Wording.Written, texts["a"][:len(d.Wording.Written)], "the sentence leads to the policy")
	require.Equal(t, "note", attributes["p"]["role"])
	require.Equal(t, "de", attributes["p"]["lang"])
	require.Equal(t, "de-AT", attributes["figure"]["lang"])
	require.NotEmpty(t, attributes["p"]["id"])
	require.Equal(t, attributes["p"]["id"], attributes["audio"]["aria-describedby"])
	require.Equal(t, d.Article.Title, attributes["audio"]["aria-label"])
	require.Equal(t, "https://audio.news.example/2026/br%C3%BCcke%20&%20flu%C3%9F.mp3", attributes["source"]["src"], "the smallest comes first")
	require.Equal(t, "captions", attributes["track"]["kind"])
	require.Equal(t, "Kapitel", texts["summary"])

	d.SourceType, d.PolicyURL = disclosure.AlgorithmicMedia, ""
	d.Wording = disclosure.WordingFor("ar", disclosure.AlgorithmicMedia)
	d.Article.Language = "ar"
	texts, attributes = parsePlayer(t, d, site())
	require.NotContains(t, texts, "strong", "a voice by rule is no AI")
	require.Equal(t, d.Wording.Written, texts["p"])
	require.Equal(t, "rtl", attributes["figure"]["dir"])

	other := sample()
	other.Key = "another"
	_, more := parsePlayer(t, other, site())
	require.NotEqual(t, attributes["p"]["id"], more["p"]["id"], "two players on a page")
}

func TestPageFilesTakeHostileText(t *testing.T) {
	for _, evil := range []string{
		`"><script>alert(1)</script>`, `</script><script>`, `' onload='x`, "a\x00b\u202ec", `javascript:alert(1)`, `&lt;b&gt;&quot;`, "--><!--", `\u003c/script>`,
		"http://other.example/x.mp3", "../../etc/passwd",
	} {
		d := sample()
		d.Article.Title, d.Article.URL, d.PolicyURL, d.Article.Site, d.Voice.ID, d.Article.Language = evil, evil, evil, evil, evil, evil
		d.Wording = disclosure.Wording{Language: evil, Written: evil + " AI", Voice: evil, Chapter: evil}
		d.Chapters = []disclosure.Chapter{{Title: evil}, {Title: evil}}
		for _, base := range []string{"", "https://audio.news.example/2026/"} {
			p := site()
			p.Base = base
			p.Captions = "c\"'<x>.vtt"
			p.Outputs[0].File = "x:\"'<y>&.mp3"
			if strings.HasPrefix(evil, "http") {
				d.PolicyURL = ""
			}
			parsePlayer(t, d, p)
			ld, err := d.JSONLD(p)
			require.NoError(t, err)
			validLD(t, ld)
			require.NotContains(t, string(ld), "<")
			require.True(t, json.Valid(ld))
		}
	}
}
