// Package fetch gets one page from the web for the article reader: over http and https only, never from inside a private
// network unless allowed, bounded in size and time. It is not a crawler: it follows redirects and nothing else, keeps
// no cookies and runs nothing.
package fetch

import (
	"cmp"
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

// Client fetches pages. Its zero value is ready to use.
type Client struct {
	AllowPrivate bool          // fetch from private, loopback and link-local addresses too
	MaxBytes     int64         // the largest page, after decompression; 0 means DefaultMaxBytes
	Timeout      time.Duration // for everything; 0 means DefaultTimeout
	UserAgent    string
}

// The limits of a Client that sets none.
const (
	DefaultMaxBytes = 16 << 20
	DefaultTimeout  = 30 * time.Second
)

const (
	maxRedirects   = 10
	maxHeaderBytes = 1 << 20
)

// Page is a page as it was served.
type Page struct {
	Data        []byte
	URL         string // after redirects
	ContentType string // the header, with its charset
}

// Get fetches one page. Its errors are *Error.
func (c Client) Get(ctx context.Context, address string) (*Page, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.Timeout, DefaultTimeout))
	defer cancel()
	page, err := c.get(ctx, address)
	if err != nil {
		return nil, describe(address, err)
	}
	return page, nil
}

func (c Client) get(ctx context.Context, address string) (*Page, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if err := checkURL(u); err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", cmp.Or(c.UserAgent, "voicepress"))
	request.Header.Set("Accept", "text/html, application/xhtml+xml, text/markdown, text/plain;q=0.9")
	transport := c.transport()
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) >= maxRedirects {
			return fmt.Errorf("more than %d redirects", maxRedirects)
		}
		return checkURL(r.URL)
	}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, &statusError{response.StatusCode}
	}
	contentType := response.Header.Get("Content-Type")
	if !isText(contentType) {
		return nil, &kindError{contentType}
	}
	limit := cmp.Or(c.MaxBytes, DefaultMaxBytes)
	data, err := io.ReadAll(io.LimitReader(response.Body, limit+1)) // decompressed: a bomb is cut off here
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, &sizeError{limit}
	}
	return &Page{Data: data, URL: response.Request.URL.String(), ContentType: contentType}, nil
}

// transport connects only where that is allowed. The address is checked when the connection is made, after the name is
// resolved, so a name that changes its address between two look-ups gains nothing. Proxies of the environment are not
// used: they would connect in our place.
func (c Client) transport() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if !c.AllowPrivate {
		dialer.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("connect to %s: %w", address, err)
			}
			if !public(to.Addr()) {
				return &privateError{to.Addr()}
			}
			return nil
		}
	}
	return &http.Transport{
		DialContext: dialer.DialContext, MaxResponseHeaderBytes: maxHeaderBytes,
		TLSHandshakeTimeout: 10 * time.Second, DisableKeepAlives: true, ForceAttemptHTTP2: true,
	}
}

func checkURL(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" {
		return &schemeError{u.Scheme}
	}
	if u.Host == "" {
		return errors.New("the address names no host")
	}
	return nil
}

// isText says whether a media type may hold an article. A server that names none is given the benefit of the doubt:
// the reader looks at the bytes.
func isText(contentType string) bool {
	if contentType == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return false
	}
	return strings.HasPrefix(kind, "text/") || kind == "application/xhtml+xml" || kind == "application/xml"
}
