package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
)

// Error says why a page could not be fetched.
type Error struct {
	URL       string // without user name and password
	Err       error
	Temporary bool // the same fetch may succeed later
	remedy    string
}

func (e *Error) Error() string { return fmt.Sprintf("fetch %s: %v", e.URL, e.Err) }
func (e *Error) Unwrap() error { return e.Err }

// Hint is what the user can do about it; it may be empty.
func (e *Error) Hint() string { return e.remedy }

type (
	schemeError  struct{ scheme string }
	privateError struct{ address netip.Addr }
	statusError  struct{ code int }
	sizeError    struct{ limit int64 }
	kindError    struct{ contentType string }
)

func (e *schemeError) Error() string {
	return fmt.Sprintf("only http and https are fetched, not %q", e.scheme)
}

func (e *privateError) Error() string {
	return fmt.Sprintf("%s is an address inside a private network or on this machine", e.address)
}

func (e *statusError) Error() string {
	return fmt.Sprintf("the server answers %d %s", e.code, http.StatusText(e.code))
}

func (e *sizeError) Error() string { return fmt.Sprintf("the page is larger than %d bytes", e.limit) }

func (e *kindError) Error() string { return fmt.Sprintf("it is no text but %q", e.contentType) }

// describe wraps an error with the address, and finds out whether to try again and what can be done.
func describe(address string, err error) error {
	e := &Error{URL: address, Err: err}
	if u, parseErr := url.Parse(address); parseErr == nil {
		u.User = nil
		e.URL = u.String()
	}
	var inner *url.Error
	if errors.As(err, &inner) {
		e.Err = inner.Err // the address is said once
	}
	var (
		private *privateError
		status  *statusError
		size    *sizeError
		name    *net.DNSError
		cert    *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &private):
		e.remedy = "use --allow-private if the page is on a network you trust"
	case errors.As(err, &status):
		switch status.code {
		case http.StatusUnauthorized, http.StatusForbidden:
			e.remedy = "save the page from a browser and convert the file"
		case http.StatusNotFound, http.StatusGone:
			e.remedy = "check the address"
		case http.StatusTooManyRequests, http.StatusRequestTimeout:
			e.Temporary, e.remedy = true, "wait a while and try again"
		default:
			e.Temporary = status.code >= 500
		}
	case errors.As(err, &size):
		e.remedy = "raise fetch.max_bytes in the configuration"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		e.Temporary, e.remedy = true, "try again, or raise fetch.timeout in the configuration"
	case errors.As(err, &name):
		e.Temporary, e.remedy = name.IsTemporary || name.IsTimeout, "check the address and the network"
	case errors.As(err, &cert):
		e.remedy = "the server's certificate is not trusted; save the page from a browser and convert the file"
	}
	return e
}
