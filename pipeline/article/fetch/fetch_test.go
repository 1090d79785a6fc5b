package fetch

import (
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func get(t *testing.T, c Client, address string) (*Page, *Error) {
	t.Helper()
	page, err := c.Get(t.Context(), address)
	if err == nil {
		return page, nil
	}
	var e *Error
	require.ErrorAs(t, err, &e)
	return nil, e
}

func TestGetReturnsThePageAndWhereItWasFound(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new", http.StatusMovedPermanently)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=iso-8859-1")
		fmt.Fprint(w, r.UserAgent())
	})
	page, err := get(t, Client{AllowPrivate: true, UserAgent: "press/1"}, url+"/old")
	require.Nil(t, err)
	require.Equal(t, &Page{Data: []byte("press/1"), URL: url + "/new", ContentType: "text/html; charset=iso-8859-1"}, page)
}

func TestAddressesInsideAreRefused(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the server was reached") })
	for _, address := range []string{url, strings.Replace(url, "127.0.0.1", "localhost", 1), strings.Replace(url, "127.0.0.1", "[::ffff:127.0.0.1]", 1)} {
		_, err := get(t, Client{}, address)
		require.NotNil(t, err, address)
		require.Contains(t, err.Error(), "private network", address)
		require.Contains(t, err.Hint(), "--allow-private")
	}
}

func TestPublicKnowsEverySpecialBlock(t *testing.T) {
	for _, a := range []string{
		"127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "0.0.0.0", "0.1.2.3",
		"100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
		"fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1",
	} {
		require.False(t, public(netip.MustParseAddr(a)), a)
	}
	for _, a := range []string{"1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450::1"} {
		require.True(t, public(netip.MustParseAddr(a)), a)
	}
	require.False(t, public(netip.Addr{}))
}

func FuzzPublicTakesNoPrivateAddress(f *testing.F) {
	f.Add([]byte{10, 0, 0, 1})
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1})
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, ok := netip.AddrFromSlice(raw)
		if !ok || !public(a) {
			return
		}
		b := a.Unmap()
		require.False(t, b.IsPrivate() || b.IsLoopback() || b.IsLinkLocalUnicast() || b.IsMulticast() || b.IsUnspecified(), a)
	})
}

func TestRedirectsAreCheckedAndCounted(t *testing.T) {
	count := 0
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		count++
		switch r.URL.Path {
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		default:
			http.Redirect(w, r, fmt.Sprintf("/%d", count), http.StatusFound)
		}
	})
	_, err := get(t, Client{AllowPrivate: true}, url+"/file")
	require.Contains(t, err.Error(), "only http and https")
	count = 0
	_, err = get(t, Client{AllowPrivate: true}, url+"/")
	require.Contains(t, err.Error(), "redirects")
	require.Equal(t, maxRedirects, count)
}

func TestWhatIsNoPageIsRefused(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			http.Error(w, "", http.StatusGone)
		case "/forbidden":
			http.Error(w, "", http.StatusForbidden)
		case "/busy":
			http.Error(w, "", http.StatusTooManyRequests)
		case "/broken":
			http.Error(w, "", http.StatusBadGateway)
		case "/pdf":
			w.Header().Set("Content-Type", "application/pdf")
		case "/large":
			fmt.Fprint(w, strings.Repeat("x", 2000))
		case "/bomb":
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 2000 {
				_, _ = z.Write(make([]byte, 1<<16))
			}
			_ = z.Close()
		case "/slow":
			<-r.Context().Done()
		}
	})
	c := Client{AllowPrivate: true, MaxBytes: 1000}
	for path, want := range map[string]struct {
		text, hint string
		temporary  bool
	}{
		"/gone":      {"410 Gone", "check the address", false},
		"/forbidden": {"403 Forbidden", "save the page", false},
		"/busy":      {"429", "wait", true},
		"/broken":    {"502", "", true},
		"/pdf":       {"application/pdf", "", false},
		"/large":     {"larger than 1000 bytes", "fetch.max_bytes", false},
		"/bomb":      {"larger than 1000 bytes", "fetch.max_bytes", false},
	} {
		_, err := get(t, c, url+path)
		require.NotNil(t, err, path)
		require.Contains(t, err.Error(), want.text, path)
		require.Contains(t, err.Hint(), want.hint, path)
		require.Equal(t, want.temporary, err.Temporary, path)
	}
	c.Timeout = time.Nanosecond
	_, err := get(t, c, url+"/slow")
	require.True(t, err.Temporary)
	require.Contains(t, err.Hint(), "fetch.timeout")
}

func TestOtherSchemesAndBrokenAddressesAreRefused(t *testing.T) {
	for _, address := range []string{"file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "http://", "javascript:alert(1)", "http://[::1", "http://%zz/"} {
		_, err := get(t, Client{AllowPrivate: true}, address)
		require.NotNil(t, err, address)
	}
}

func TestErrorsDoNotRepeatPasswords(t *testing.T) {
	_, err := get(t, Client{}, "http://user:secret@127.0.0.1:1/")
	require.NotContains(t, err.Error(), "secret")
}

func TestCancelledFetchReturns(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := Client{AllowPrivate: true}.Get(ctx, url)
	require.ErrorIs(t, err, context.Canceled)
}
