// Package fetch gets one page or one file from the web, and nothing that is not the web: no address inside a network, no
// other scheme, no endless answer. It is not a crawler: it follows redirects, and no other link.
package fetch

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// The limits where Client sets none.
const (
	DefaultMaxBytes    = 16 << 20         // of the page, decompressed
	DefaultMaxFile     = 1 << 30          // bytes of a file
	DefaultTimeout     = 30 * time.Second // for everything, from the first lookup to the last byte
	DefaultFileTimeout = 10 * time.Minute // the same, of a file
)

const (
	maxRedirects = 10
	maxHeader    = 256 << 10 // bytes
	maxURL       = 8 << 10   // bytes
)

// Client gets pages. The zero value is ready for use. It is safe for concurrent use.
type Client struct {
	AllowPrivate bool          // also from loopback and private networks: an intranet, a test
	MaxBytes     int64         // of the page, decompressed, or of the file; 0 is DefaultMaxBytes or DefaultMaxFile
	Timeout      time.Duration // for everything; 0 is DefaultTimeout or DefaultFileTimeout
	UserAgent    string        // empty is "voicepress"
}

// Page is what was got.
type Page struct {
	Data        []byte
	URL         string // of the page itself, after redirects
	ContentType string // as the server gave it
}

// Get gets a page over http or https. It never uses a proxy of the environment: through one, the address that is
// connected to could not be checked.
//
// The errors are *BadAddress, *Forbidden (an address inside a network), *Status, *TooLarge, *NotText, *Unreachable and the
// cause of a cancelled context.
func (c Client) Get(ctx context.Context, address string) (*Page, error) {
	const accept = "text/html,application/xhtml+xml,text/markdown,text/plain,application/rss+xml;q=0.9,application/atom+xml;q=0.9,application/feed+json;q=0.9,application/json;q=0.8,*/*;q=0.1"
	header := http.Header{"Accept": {accept}, "Accept-Encoding": {"gzip"}}
	var page *Page
	err := c.do(ctx, address, header, DefaultTimeout, func(response *http.Response) (err error) {
		page, err = c.read(response)
		return err
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// do asks for an address and hands the answer to read.
func (c Client) do(ctx context.Context, address string, header http.Header, within time.Duration, read func(*http.Response) error) error {
	u, err := parse(address)
	if err != nil {
		return err
	}
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = within
	}
	get, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(get, http.MethodGet, u.String(), nil)
	if err != nil {
		return &BadAddress{Why: "it cannot be asked for"}
	}
	request.Header = header
	agent := c.UserAgent
	if agent == "" {
		agent = "voicepress"
	}
	request.Header.Set("User-Agent", agent)
	client := c.http()
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		return explain(ctx, u.Hostname(), timeout, err)
	}
	defer response.Body.Close()
	if err := read(response); err != nil {
		return explain(ctx, response.Request.URL.Hostname(), timeout, err)
	}
	return nil
}

// parse checks an address.
func parse(address string) (*url.URL, error) {
	if len(address) > maxURL {
		return nil, &BadAddress{Why: "it is too long"}
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, &BadAddress{Why: "it cannot be parsed"}
	}
	return u, check(u)
}

func check(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return &BadAddress{Why: "it is neither http nor https"}
	case u.Hostname() == "":
		return &BadAddress{Why: "it names no host"}
	case u.User != nil:
		return &BadAddress{Why: "it holds a user name"}
	}
	return nil
}

// http makes the client. Every connection, also those after a redirect, is checked by its numeric address, after the name
// was looked up: a name that resolves to another address the second time gains nothing.
func (c Client) http() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if !c.AllowPrivate {
		dialer.Control = refuse
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			Proxy:                  nil,
			TLSHandshakeTimeout:    10 * time.Second,
			ResponseHeaderTimeout:  DefaultTimeout,
			MaxResponseHeaderBytes: maxHeader,
			DisableCompression:     true, // decompressed here, where the size is counted
			DisableKeepAlives:      true,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if len(via) >= maxRedirects {
				return &BadAddress{Why: fmt.Sprintf("it redirects more than %d times", maxRedirects)}
			}
			next.Header.Del("Referer")
			return check(next.URL)
		},
	}
}

// refuse is the Control function of the dialer: it sees the address that is about to be connected to.
func refuse(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Forbidden{Address: address}
	}
	if !public(a.Addr()) {
		return &Forbidden{Address: a.Addr().String()}
	}
	return nil
}

// read reads an answer.
func (c Client) read(response *http.Response) (*Page, error) {
	if response.StatusCode != http.StatusOK {
		return nil, &Status{Code: response.StatusCode, RetryAfter: retryAfter(response.Header.Get("Retry-After"))}
	}
	kind := response.Header.Get("Content-Type")
	if !texty(kind) {
		return nil, &NotText{Type: mediaType(kind)}
	}
	limit := c.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	var body io.Reader = response.Body
	switch encoding := strings.ToLower(strings.TrimSpace(response.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		// What comes in is limited too: an empty gzip member takes 20 bytes and gives none.
		z, err := gzip.NewReader(io.LimitReader(body, limit+1))
		if err != nil {
			return nil, fmt.Errorf("decompress the page: %w", err)
		}
		body = z
	default:
		return nil, fmt.Errorf("the page is compressed with %.20q, which was not asked for", encoding)
	}
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if int64(len(data)) > limit {
		return nil, &TooLarge{Limit: limit}
	}
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	return &Page{Data: data, URL: response.Request.URL.String(), ContentType: kind}, nil
}

// texty says whether a content type can be an article. A page without one is taken; what it is, its content tells.
func texty(kind string) bool {
	media := mediaType(kind)
	switch media {
	case "", "application/xhtml+xml", "application/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml",
		"application/json", "application/feed+json", "application/octet-stream":
		return true
	}
	return strings.HasPrefix(media, "text/")
}

func mediaType(kind string) string {
	media, _, err := mime.ParseMediaType(kind)
	if err != nil {
		media, _, _ = strings.Cut(kind, ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	return media
}

// retryAfter reads the wait that a server asks for, 0 if it asks for none.
//
// Source: RFC 9110, 10.2.3.
func retryAfter(header string) time.Duration {
	if seconds, err := time.ParseDuration(strings.TrimSpace(header) + "s"); err == nil {
		return max(0, min(seconds, 24*time.Hour))
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, min(time.Until(at), 24*time.Hour))
	}
	return 0
}

// explain turns what the network says into what a user can act on.
func explain(ctx context.Context, host string, timeout time.Duration, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("get the page: %w", context.Cause(ctx))
	}
	if own, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok { // the errors of this package, out of what net/http wraps them in
		return own
	}
	var network net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout() {
		return &Unreachable{Host: host, Why: fmt.Sprintf("no answer within %v", timeout), Again: true}
	}
	return unreachable(host, err)
}
