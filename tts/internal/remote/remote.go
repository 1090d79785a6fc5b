// Package remote is HTTP to speech services: keys, bounded answers, kinds of errors, signs of life, and sound out of
// what came back.
//
// It is not for any one protocol: what is asked, and what the service's own error codes mean, is the backend's. It does
// not try again (see tts/retry) and does not wait for a turn (see tts/limit).
package remote

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/voicepress/voicepress/tts"
)

const (
	// MaxBody is the most that is read of an answer unless the caller says otherwise, in bytes: more than ten minutes of
	// sound of 48 kHz and 16 bits.
	MaxBody = 64 << 20
	// connectTimeout is how long a connection may take to come about. How long an answer may take is not decided here:
	// engines need minutes for long texts, and tts.Alive tells who waits that there is progress.
	connectTimeout = 15 * time.Second
	// idleConnections are kept open to one host.
	idleConnections = 32
	// shortKey is the length in bytes below which a key is no secret: servers that need none are given "none" or "dummy".
	shortKey = 8
)

// Client speaks to one service. It is safe for concurrent use.
type Client struct {
	// Wait is how long a service may take to begin its answer without being taken for one that hangs: Do calls tts.Alive
	// meanwhile. It is for servers of one's own, which say nothing while they load a model. 0 is not at all. It is set
	// before the first request.
	Wait time.Duration

	base *url.URL
	http *http.Client
}

// New makes a client for the service at base: an http or https address, with a path or without. Nothing is asked yet.
// An address that holds more than that (a user, a query) is an error with a hint.
func New(base string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, Hint(errors.New("the address of the service is not an address"), hintBase) // the parser's error would repeat a password
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, Hint(errors.New("the address of the service does not begin with http:// or https://"), hintBase)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, Hint(errors.New("the address of the service holds a user, a query or a fragment"), hintBase)
	}
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: connectTimeout,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: idleConnections,
		IdleConnTimeout:     90 * time.Second,
	}
	return &Client{base: u, http: &http.Client{
		Transport: transport,
		// A redirect would take text and key to wherever an answer says.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

const hintBase = "give base_url as the address of the service alone, such as https://tts.example.org or http://localhost:8880"

// Close frees the connections that are kept open.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Host is the host of the service, with its port if it has one: "localhost:8880".
func (c *Client) Host() string { return c.base.Host }

// URL is the address of a path of the service: "/v1/audio/speech".
func (c *Client) URL(path string) string {
	return strings.TrimSuffix(c.base.String(), "/") + path
}

// Loopback says whether the service is on this machine, so that what is said to it does not leave it.
func (c *Client) Loopback() bool {
	host := strings.TrimSuffix(strings.ToLower(c.base.Hostname()), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

// Answer is what a service answered, in full.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // with the keys of the request taken out where it is text
}

// OK says whether the service did what it was asked: a status of 200 to 299.
func (a *Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Post sends a body as JSON to a path of the service, and reads the answer as Do does, up to MaxBody. header may be nil.
func (c *Client) Post(ctx context.Context, path string, header http.Header, body any) (*Answer, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL(path), &text)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", plainer(err))
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("Content-Type", "application/json")
	return c.Do(ctx, request, MaxBody)
}

// Do sends a request and reads its answer to the end, calling tts.Alive whenever something comes in. Any status is an
// answer; redirects are not followed. An answer of more than limit bytes is a *tts.BadAnswer. When ctx ends the error is
// its cause; when the network fails, or the answer breaks off, it is a *tts.Temporary. Errors hold nothing of the request
// but the host.
func (c *Client) Do(ctx context.Context, request *http.Request, limit int64) (*Answer, error) {
	request = request.WithContext(ctx)
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", "voicepress")
	}
	begun := c.wait(ctx)
	response, err := c.http.Do(request)
	begun()
	if err != nil {
		return nil, c.failed(ctx, "ask", err)
	}
	defer response.Body.Close()
	tts.Alive(ctx)
	body, err := read(ctx, response, limit)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var large *tts.BadAnswer
	if errors.As(err, &large) {
		return nil, fmt.Errorf("%s: %w", c.Host(), large)
	}
	if err != nil {
		return nil, c.failed(ctx, "read the answer of", err)
	}
	return &Answer{Status: response.StatusCode, Header: response.Header, Body: redact(body, request.Header)}, nil
}

// beat is how often there is a sign of life while a service is waited for.
const beat = time.Second

// wait gives signs of life for as long as Wait says, or until begun is called.
func (c *Client) wait(ctx context.Context) (begun func()) {
	if c.Wait <= 0 {
		return func() {}
	}
	waiting, cancel := context.WithTimeout(ctx, c.Wait)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				tts.Alive(ctx)
			case <-waiting.Done():
				return
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// read reads a body of at most limit bytes.
func read(ctx context.Context, response *http.Response, limit int64) ([]byte, error) {
	large := &tts.BadAnswer{
		Err:    fmt.Errorf("it is larger than %d MiB", limit>>20),
		Remedy: "check that base_url is the address of a speech service",
	}
	if response.ContentLength > limit {
		return nil, large
	}
	var body bytes.Buffer
	block := make([]byte, 32<<10)
	for {
		n, err := response.Body.Read(block)
		if n > 0 {
			tts.Alive(ctx)
			body.Write(block[:n])
		}
		switch {
		case int64(body.Len()) > limit:
			return nil, large
		case errors.Is(err, io.EOF):
			return body.Bytes(), nil
		case err != nil:
			return nil, err
		}
	}
}

// failed is the error for a request that got no whole answer.
func (c *Client) failed(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	err = fmt.Errorf("%s %s: %w", what, c.Host(), plainer(err))
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return Hint(err, "the server's certificate is not trusted here: check base_url and the system's certificates")
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"): // net/http has no type for it
		return Hint(err, "the server speaks plain HTTP: begin base_url with http://")
	case errors.Is(err, syscall.ECONNREFUSED):
		return &tts.Temporary{Err: Hint(err, "nothing listens there: start the server, or correct base_url")}
	}
	return &tts.Temporary{Err: err}
}

// plainer takes the address off a network error: some services have secrets in theirs.
func plainer(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// redact takes the keys of a request out of an answer that is text: servers repeat what they were sent.
func redact(body []byte, header http.Header) []byte {
	if !utf8.Valid(body) {
		return body
	}
	for name, values := range header {
		if name != "Authorization" && !strings.HasSuffix(name, "-Key") && !strings.HasSuffix(name, "-Token") {
			continue
		}
		for _, value := range values {
			for _, secret := range strings.Fields(value) {
				if len(secret) >= shortKey {
					body = bytes.ReplaceAll(body, []byte(secret), []byte("(key)"))
				}
			}
		}
	}
	return body
}
