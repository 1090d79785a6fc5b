package remote

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/voicepress/voicepress/tts"
)

const (
	// maxMessage is how much of what a server says goes into an error, in bytes.
	maxMessage = 300
	// maxAfter bounds the wait that a server can ask for.
	maxAfter = 24 * time.Hour
)

// Kind is the error for a status that is not a success, with err as its cause: what the service said. Backends look at
// the service's own error codes first, and leave the rest to Kind.
//
//	401, 403                                       *tts.NotAuthorised
//	402                                            *tts.QuotaExceeded
//	429, and 503 with a time to wait               *tts.RateLimited, with the wait
//	408, 409, 425, and 500 and above               *tts.Temporary
//	300 to 399                                     *tts.BadAnswer, with the host that it points to
//	other                                          permanent
func Kind(status int, header http.Header, err error) error {
	err = fmt.Errorf("status %d: %w", status, err)
	after := RetryAfter(header)
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return &tts.NotAuthorised{Err: Hint(err, "check the key, and that it may be used for this service")}
	case status == http.StatusPaymentRequired:
		return &tts.QuotaExceeded{Err: err, Remedy: "look at the balance of the account with the service"}
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable && after > 0:
		return &tts.RateLimited{After: after, Err: err}
	case status == http.StatusRequestTimeout, status == http.StatusConflict, status == http.StatusTooEarly, status >= 500:
		return &tts.Temporary{Err: err}
	case status >= 300 && status < 400:
		return &tts.BadAnswer{Err: err, Remedy: redirected(header)}
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return Hint(err, "check base_url: nothing there answers this request")
	}
	return err
}

// redirected says where a redirect leads, without the path.
func redirected(header http.Header) string {
	u, err := url.Parse(header.Get("Location"))
	if err != nil || u.Host == "" {
		return "check base_url: the server sends elsewhere, and requests are not taken there"
	}
	return Message([]byte(fmt.Sprintf("check base_url: the server sends to %s://%s, and requests are not taken there", u.Scheme, u.Host)))
}

// RetryAfter is how long a service asks to wait: Retry-After-Ms in milliseconds, or Retry-After in seconds or as a date
// (RFC 9110 section 10.2.3). It is 0 where there is nothing that can be understood, and at most a day.
func RetryAfter(header http.Header) time.Duration {
	for _, field := range []struct {
		name string
		unit time.Duration
	}{{"Retry-After-Ms", time.Millisecond}, {"Retry-After", time.Second}} {
		if n, err := strconv.ParseFloat(strings.TrimSpace(header.Get(field.name)), 64); err == nil && n > 0 && !math.IsInf(n, 0) {
			return time.Duration(min(n*float64(field.unit), float64(maxAfter)))
		}
	}
	if at, err := http.ParseTime(header.Get("Retry-After")); err == nil {
		return min(max(time.Until(at), 0), maxAfter)
	}
	return 0
}

// Message is a short excerpt of what a server said, for an error: printable, on one line. It is "no message" for an empty
// body.
func Message(body []byte) string {
	long := len(body) > maxMessage
	if long {
		body = body[:maxMessage]
	}
	text := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, string(bytes.ToValidUTF8(body, nil)))
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case text == "":
		return "no message"
	case long:
		return text + "..."
	}
	return text
}

// Hint is err with what the user can do about it.
func Hint(err error, hint string) error { return &hinted{err, hint} }

type hinted struct {
	error
	hint string
}

func (e *hinted) Unwrap() error { return e.error }
func (e *hinted) Hint() string  { return e.hint }
