package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/voicepress/voicepress/pipeline/article/fetch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const story = "<!doctype html><title>Bridge</title><p>The bridge opened on Monday."

// serve answers every request with a handler, on loopback.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func get(t *testing.T, c fetch.Client, address string) (*fetch.Page, error) {
	t.Helper()
	return c.Get(t.Context(), address)
}

func TestPageIsReadWithItsTypeAndFinalAddress(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new", http.StatusMovedPermanently)
			return
		}
		if r.UserAgent() != "tester/1" || r.Header.Get("Referer") != "" {
			http.Error(w, "wrong request", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, story)
	})
	page, err := get(t, fetch.Client{AllowPrivate: true, UserAgent: "tester/1"}, address+"/old")
	require.NoError(t, err)
	require.Equal(t, story, string(page.Data))
	require.Equal(t, address+"/new", page.URL)
	require.Equal(t, "text/html; charset=utf-8", page.ContentType)
}

func TestGzipIsUndone(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(zip(t, story))
	})
	page, err := get(t, fetch.Client{AllowPrivate: true}, address)
	require.NoError(t, err)
	require.Equal(t, story, string(page.Data))
}

func zip(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.Bytes()
}

func TestSizeIsCountedAfterDecompression(t *testing.T) {
	bomb := zip(t, strings.Repeat("a", 10<<20))
	require.Less(t, len(bomb), 1<<20)
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		if r.URL.Path == "/bomb" {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
			return
		}
		for range 1 << 10 {
			if _, err := w.Write(make([]byte, 4<<10)); err != nil {
				return
			}
		}
	})
	for _, path := range []string{"/bomb", "/plain"} {
		_, err := get(t, fetch.Client{AllowPrivate: true, MaxBytes: 1 << 20}, address+path)
		var large *fetch.TooLarge
		require.ErrorAs(t, err, &large, path)
		require.EqualValues(t, 1<<20, large.Limit)
	}
	page, err := get(t, fetch.Client{AllowPrivate: true, MaxBytes: 4 << 20}, address+"/plain")
	require.NoError(t, err, "a page of exactly the limit is read")
	require.Len(t, page.Data, 4<<20)
}

func TestLoopbackIsRefusedByNumberAndByName(t *testing.T) {
	hit := false
	address := serve(t, func(http.ResponseWriter, *http.Request) { hit = true })
	_, port, err := net.SplitHostPort(strings.TrimPrefix(address, "http://"))
	require.NoError(t, err)
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.1", "0.0.0.0", "2130706433"} {
		_, err := get(t, fetch.Client{}, "http://"+host+":"+port+"/")
		require.Error(t, err, host)
		var forbidden *fetch.Forbidden
		if host != "127.1" && host != "2130706433" { // no address to Go, so a name that is looked up
			require.ErrorAs(t, err, &forbidden, host)
			require.Contains(t, forbidden.Hint(), "--allow-private")
		}
	}
	require.False(t, hit, "no request may reach the server")
}

func TestRedirectOutOfTheWebIsRefused(t *testing.T) {
	for _, target := range []string{"file:///etc/passwd", "ftp://example.org/", "http://user:pass@example.org/", "javascript:alert(1)"} {
		address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", target)
			w.WriteHeader(http.StatusFound)
		})
		_, err := get(t, fetch.Client{AllowPrivate: true}, address)
		var bad *fetch.BadAddress
		require.ErrorAs(t, err, &bad, target)
	}
}

func TestEndlessRedirectsEnd(t *testing.T) {
	count := 0
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		count++
		http.Redirect(w, r, fmt.Sprintf("/%d", count), http.StatusFound)
	})
	_, err := get(t, fetch.Client{AllowPrivate: true}, address)
	var bad *fetch.BadAddress
	require.ErrorAs(t, err, &bad)
	require.LessOrEqual(t, count, 11)
}

func TestAddressesOutsideTheWebAreRefused(t *testing.T) {
	for _, address := range []string{
		"", "story.html", "/etc/passwd", "file:///etc/passwd", "gopher://example.org/", "http://", "https:///path",
		"http://user@example.org/", "http://[::1", "http://exa mple.org/", "data:text/html,x", "http://" + strings.Repeat("a", 10_000),
	} {
		_, err := get(t, fetch.Client{}, address)
		var bad *fetch.BadAddress
		require.ErrorAs(t, err, &bad, "%.60q", address)
	}
}

func TestProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	proxied := false
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { proxied = true })
	t.Setenv("HTTP_PROXY", proxy)
	t.Setenv("http_proxy", proxy)
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, story) })
	_, err := get(t, fetch.Client{AllowPrivate: true}, strings.Replace(address, "127.0.0.1", "localhost", 1))
	require.NoError(t, err)
	require.False(t, proxied)
}

func TestStatusSaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		code      int
		header    string
		temporary bool
		hint      string
	}{
		{404, "", false, "not there"},
		{410, "", false, "not there"},
		{403, "", false, "browser"},
		{401, "", false, "browser"},
		{429, "120", true, "2m0s"},
		{429, "", true, "later"},
		{503, "nonsense", true, "later"},
		{418, "", false, "browser"},
	} {
		address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if c.header != "" {
				w.Header().Set("Retry-After", c.header)
			}
			w.WriteHeader(c.code)
		})
		_, err := get(t, fetch.Client{AllowPrivate: true}, address)
		var status *fetch.Status
		require.ErrorAs(t, err, &status)
		require.Equal(t, c.code, status.Code)
		require.Equal(t, c.temporary, status.Temporary())
		require.Contains(t, status.Hint(), c.hint)
		require.Contains(t, status.Error(), fmt.Sprint(c.code))
	}
}

func TestOnlyTextIsRead(t *testing.T) {
	for kind, ok := range map[string]bool{
		"text/html": true, "text/plain; charset=latin1": true, "application/xhtml+xml": true, "application/rss+xml": true,
		"image/png": false, "application/pdf": false, "video/mp4; codecs=x": false, "broken type;;;": false,
	} {
		address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			fmt.Fprint(w, story)
		})
		_, err := get(t, fetch.Client{AllowPrivate: true}, address)
		if ok {
			require.NoError(t, err, kind)
			continue
		}
		var not *fetch.NotText
		require.ErrorAs(t, err, &not, kind)
	}
}

func TestHugeHeaderAndUnknownCompressionFail(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/header" {
			w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
		} else {
			w.Header().Set("Content-Encoding", "br")
		}
		fmt.Fprint(w, story)
	})
	for _, path := range []string{"/header", "/br"} {
		_, err := get(t, fetch.Client{AllowPrivate: true}, address+path)
		require.Error(t, err)
		require.Less(t, len(err.Error()), 300)
	}
}

func TestSlowServerTimesOutAndCancelledContextKeepsItsCause(t *testing.T) {
	release := make(chan struct{})
	address := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	_, err := get(t, fetch.Client{AllowPrivate: true, Timeout: 50 * time.Millisecond}, address)
	var away *fetch.Unreachable
	require.ErrorAs(t, err, &away)
	require.True(t, away.Temporary())

	cause := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	_, err = fetch.Client{AllowPrivate: true}.Get(ctx, address)
	require.ErrorIs(t, err, cause)
}

func TestBrokenTLSAndClosedPortAreExplained(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler()) // with a certificate nobody knows
	defer server.Close()
	_, err := get(t, fetch.Client{AllowPrivate: true}, server.URL)
	var away *fetch.Unreachable
	require.ErrorAs(t, err, &away)
	require.Contains(t, away.Error(), "certificate")
	require.False(t, away.Temporary())

	plain := serve(t, http.NotFound)
	_, err = get(t, fetch.Client{AllowPrivate: true}, strings.Replace(plain, "http:", "https:", 1))
	require.Error(t, err)

	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	_, err = get(t, fetch.Client{AllowPrivate: true}, closed.URL)
	require.ErrorAs(t, err, &away)
	require.Contains(t, away.Error(), "refused")
}
