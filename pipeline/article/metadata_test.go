package article_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/pipeline/article"
)

// The sources of metadata in order of trust. Each says the same fields in other words.
var sources = []struct{ name, head, body string }{
	{"JSON-LD", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Title of JSON-LD","author":{"name":"Ann JSON"},"publisher":{"name":"Site of JSON"},
"articleSection":"Section of JSON","datePublished":"2026-05-01","url":"https://json.example/a","inLanguage":"nl"}</script>`, ""},
	{"OpenGraph", `<meta property="og:title" content="Title of OpenGraph"><meta property="article:author" content="Ann Graph"><meta property="og:site_name" content="Site of OpenGraph">
<meta property="article:section" content="Section of OpenGraph"><meta property="article:published_time" content="2026-05-02"><meta property="og:url" content="https://graph.example/a"><meta property="og:locale" content="fr_FR">`, ""},
	{"microdata", "", `<div itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop=headline content="Title of microdata"><span itemprop=author itemscope itemtype="https://schema.org/Person"><b itemprop=name>Ann Micro</b>, <i itemprop=jobTitle>Editor</i></span>
<span itemprop=publisher itemscope><meta itemprop=name content="Site of microdata"></span><meta itemprop=articleSection content="Section of microdata"><time itemprop=datePublished datetime="2026-05-03">Sunday</time>
<link itemprop=mainEntityOfPage href="https://micro.example/a"><meta itemprop=inLanguage content=es></div>`},
	{"meta elements", `<meta name="twitter:title" content="Title of meta"><meta name=author content="Ann Meta"><meta name="application-name" content="Site of meta">
<meta name="parsely-section" content="Section of meta"><meta name=date content="2026-05-04"><meta http-equiv="content-language" content=it>`, ""},
}

// field is one field of an article and what each of the sources says of it.
var fields = []struct {
	name string
	of   func(a *article.Article) string
	want []string // by source
}{
	{"title", func(a *article.Article) string { return a.Title }, []string{"Title of JSON-LD", "Title of OpenGraph", "Title of microdata", "Title of meta"}},
	{"authors", func(a *article.Article) string { return strings.Join(a.Authors, ",") }, []string{"Ann JSON", "Ann Graph", "Ann Micro", "Ann Meta"}},
	{"site", func(a *article.Article) string { return a.Site }, []string{"Site of JSON", "Site of OpenGraph", "Site of microdata", "Site of meta"}},
	{"section", func(a *article.Article) string { return a.Section }, []string{"Section of JSON", "Section of OpenGraph", "Section of microdata", "Section of meta"}},
	{"published", func(a *article.Article) string { return a.Published }, []string{"2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04"}},
}

func sourcePage(head, top string) string {
	return "<html><head>" + head + "</head><body>" + top + "<article><p>" + strings.Join(prose, "</p><p>") + "</p></article></body></html>"
}

func TestEachFieldComesFromTheMostTrustedSourceThatHasIt(t *testing.T) {
	for from := range sources {
		head, top := "", ""
		for i := len(sources) - 1; i >= from; i-- { // the order on the page does not matter
			head, top = head+sources[i].head, top+sources[i].body
		}
		a := read(t, sourcePage(head, top), article.Source{As: article.HTML})
		for _, f := range fields {
			require.Equal(t, f.want[from], f.of(a), "%s from %s", f.name, sources[from].name)
		}
	}
}

func TestAddressComesFromTheCanonicalLinkFirst(t *testing.T) {
	link := `<link rel="alternate canonical" href="/canonical">`
	for i, c := range []struct{ head, body, want string }{
		{link + sources[1].head + sources[0].head, sources[2].body, "https://example.org/canonical"},
		{sources[1].head + sources[0].head, sources[2].body, "https://graph.example/a"},
		{sources[0].head, sources[2].body, "https://json.example/a"},
		{"", sources[2].body, "https://micro.example/a"},
		{"", "", "https://example.org/fetched?x=1"},
		{`<link rel=canonical href="javascript:alert(1)">`, "", "https://example.org/fetched?x=1"},
		{`<link rel=canonical href="file:///etc/passwd"><meta property="og:url" content="https://user:secret@example.org/">`, "", "https://example.org/fetched?x=1"},
		{`<link rel=canonical href="https://example.org/&#10;a">`, "", "https://example.org/fetched?x=1"},
		{`<link rel=canonical href="//cdn.example/a#part">`, "", "https://cdn.example/a"},
	} {
		a := read(t, sourcePage(c.head, c.body), article.Source{As: article.HTML, URL: "https://example.org/fetched?x=1"})
		require.Equal(t, c.want, a.URL, i)
	}
}

func TestHostileMetadataIsPassedOver(t *testing.T) {
	good := strings.NewReplacer("Title of OpenGraph", "Bridge opens at last").Replace(sources[1].head)
	long := strings.Repeat("very long ", 2000)
	for name, bad := range map[string]string{
		"wrong types":     `{"@type":"NewsArticle","headline":{"a":[]},"author":[[["x"]],5,{"name":{}}],"publisher":7,"articleSection":[1,2],"datePublished":[20260501],"url":{},"inLanguage":false}`,
		"no dates":        `{"@type":"NewsArticle","datePublished":"0001-01-01T00:00:00Z"}`,
		"impossible date": `{"@type":"NewsArticle","datePublished":"2026-13-45"}`,
		"words for dates": `{"@type":"NewsArticle","datePublished":"yesterday at noon"}`,
		"addresses":       `{"@type":"NewsArticle","author":{"name":"https://evil.example/"},"url":"javascript:alert(1)"}`,
		"very long":       `{"@type":"NewsArticle","author":{"name":"` + long + `"},"publisher":{"name":"` + long + `"},"articleSection":"` + long + `"}`,
		"controls":        `{"@type":"NewsArticle","author":{"name":"\u001b[31m\u202e"},"publisher":{"name":"\u0007"},"articleSection":"\u200b"}`,
		"broken":          `{"@type":"NewsArticle","headline":"x`,
		"deep":            `{"@type":"NewsArticle","author":` + strings.Repeat("[", 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			a := read(t, sourcePage(`<script type="application/ld+json">`+bad+`</script>`+good, ""), article.Source{As: article.HTML})
			require.Equal(t, "Bridge opens at last", a.Title)
			require.Equal(t, []string{"Ann Graph"}, a.Authors)
			require.Equal(t, "Site of OpenGraph", a.Site)
			require.Equal(t, "Section of OpenGraph", a.Section)
			require.Equal(t, "2026-05-02", a.Published)
			require.Equal(t, "https://graph.example/a", a.URL)
		})
	}
}

func TestMicrodataOfOtherThingsIsNotOfTheArticle(t *testing.T) {
	a := read(t, sourcePage("", `<div itemscope itemtype="https://schema.org/Product"><b itemprop=name>A kettle</b></div>
<div itemscope itemtype="https://schema.org/NewsArticle"><div itemprop=image itemscope itemtype="https://schema.org/ImageObject"><meta itemprop=author content="Lena Abara"><meta itemprop=name content="A picture"></div>
<h1 itemprop="headline name">Bridge opens at last</h1><a itemprop=author href="/staff/1">Ann Other</a> and <span itemprop=author>B. Third</span></div>`), article.Source{As: article.HTML})
	require.Equal(t, "Bridge opens at last", a.Title)
	require.Equal(t, []string{"Ann Other", "B. Third"}, a.Authors)
}
