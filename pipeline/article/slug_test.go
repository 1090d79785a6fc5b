package article_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/voicepress/voicepress/pipeline/article"
)

func TestSlugIsReadable(t *testing.T) {
	for _, c := range []struct{ title, fallback, want string }{
		{"Council approves new bridge", "", "council-approves-new-bridge"},
		{"It’s a £3.2bn deal, isn't it?", "", "its-a-3-2bn-deal-isnt-it"},
		{"Café Ümlaut Straße Łódź", "", "cafe-umlaut-strasse-lodz"},
		{"橋が開通", "", "橋が開通"},
		{"Новый мост — открыт", "", "новый-мост-открыт"},
		{"../../etc/passwd", "", "etc-passwd"},
		{"--output=/tmp/x", "", "output-tmp-x"},
		{"CON", "", "con-article"},
		{"Com1.mp3", "", "com1-mp3"},
		{"lpt9", "", "lpt9-article"},
		{"..", "news/My Story.html", "my-story"},
		{"", `C:\pages\bridge.htm`, "bridge"},
		{"", "https://example.org/2026/bridge-opens/?page=1", "bridge-opens"},
		{"", "https://example.org/", "article"},
		{"", "-", "article"},
		{"", "", "article"},
		{"𝐁𝐨𝐥𝐝 ＮＥＷＳ", "", "bold-news"},
	} {
		require.Equal(t, c.want, article.Slug(c.title, c.fallback), "%q", c.title)
	}
}

func TestSlugIsCutAtAWordOrACharacter(t *testing.T) {
	requireSafeSlug(t, article.Slug(strings.Repeat("bridge é ", 2500), ""))
	requireSafeSlug(t, article.Slug(strings.Repeat("橋", 200), ""))
	require.Equal(t, strings.Repeat("a", 80), article.Slug(strings.Repeat("a", 500), ""))
}

func requireSafeSlug(t *testing.T, slug string) {
	t.Helper()
	require.NotEmpty(t, slug)
	require.LessOrEqual(t, len(slug), 88) // 80, and "-article" after the name of a device
	require.True(t, utf8.ValidString(slug) && norm.NFC.IsNormalString(slug))
	require.NotContains(t, slug, "--")
	require.False(t, strings.HasPrefix(slug, "-") || strings.HasSuffix(slug, "-"))
	require.False(t, strings.ContainsAny(slug, `./\:*?"<>| $%`+"\x00\n"))
	require.Equal(t, strings.ToLower(slug), slug)
}

func FuzzSlugIsAlwaysASafeName(f *testing.F) {
	for _, s := range []string{"CON", "..", "İstanbul", "é\u0301\u0301", "a\u200bb", "\xff", "COM1"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, title, fallback string) { requireSafeSlug(t, article.Slug(title, fallback)) })
}
