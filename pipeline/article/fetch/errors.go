package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"
)

// BadAddress says that an address is none of the web.
type BadAddress struct{ Why string }

func (e *BadAddress) Error() string { return "the address cannot be used: " + e.Why }

// Hint is what the user can do about it.
func (e *BadAddress) Hint() string { return "give a full address: https://example.org/story" }

// Forbidden says that a name leads to an address inside a network.
type Forbidden struct{ Address string }

func (e *Forbidden) Error() string {
	return fmt.Sprintf("the address leads into a private network (%s)", e.Address)
}

// Hint is what the user can do about it.
func (e *Forbidden) Hint() string {
	return "if the page is on your own network, allow it with --allow-private"
}

// Status says that the server answered, but not with the page.
type Status struct {
	Code       int
	RetryAfter time.Duration // the wait the server asked for; 0 is none
}

func (e *Status) Error() string {
	if text := http.StatusText(e.Code); text != "" {
		return fmt.Sprintf("the server answered %d %s", e.Code, text)
	}
	return fmt.Sprintf("the server answered %d", e.Code)
}

// Temporary says whether the same request may succeed later.
func (e *Status) Temporary() bool {
	return e.Code == http.StatusTooManyRequests || e.Code == http.StatusRequestTimeout || e.Code >= http.StatusInternalServerError
}

// Hint is what the user can do about it.
func (e *Status) Hint() string {
	switch {
	case e.Code == http.StatusNotFound || e.Code == http.StatusGone:
		return "the page is not there: check the address"
	case e.Code == http.StatusUnauthorized || e.Code == http.StatusForbidden || e.Code == http.StatusPaymentRequired || e.Code == http.StatusUnavailableForLegalReasons:
		return "the server does not give this page to programs: save it in a browser and give the file"
	case e.RetryAfter > 0:
		return fmt.Sprintf("the server asks to wait: try again in %v", e.RetryAfter.Round(time.Second))
	case e.Temporary():
		return "the server is busy or broken: try again later"
	}
	return "open the address in a browser, or save the page and give the file"
}

// TooLarge says that a page or a file is larger than the limit.
type TooLarge struct {
	Limit int64 // bytes
	File  bool
}

func (e *TooLarge) Error() string {
	if e.File {
		return fmt.Sprintf("the file is larger than %d bytes", e.Limit)
	}
	return fmt.Sprintf("the page is larger than %d bytes", e.Limit)
}

// Hint is what the user can do about it.
func (e *TooLarge) Hint() string {
	if e.File {
		return "check the address, or raise fetch.max_audio_bytes"
	}
	return "check the address, or raise fetch.max_bytes"
}

// NotText says that what is at the address is no page.
type NotText struct{ Type string } // MIME type

func (e *NotText) Error() string {
	return fmt.Sprintf("the address is not a page: it is %.60q", e.Type)
}

// Hint is what the user can do about it.
func (e *NotText) Hint() string { return "give the address of the story itself" }

// Unreachable says that no answer came.
type Unreachable struct {
	Host  string
	Why   string
	Again bool // the same request may succeed later
}

func (e *Unreachable) Error() string { return fmt.Sprintf("cannot reach %.100q: %s", e.Host, e.Why) }

// Temporary says whether the same request may succeed later.
func (e *Unreachable) Temporary() bool { return e.Again }

// Hint is what the user can do about it.
func (e *Unreachable) Hint() string {
	if e.Again {
		return "check the connection, and try again"
	}
	return "check the address"
}

// unreachable explains a failed connection.
func unreachable(host string, err error) error {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return &Unreachable{Host: host, Why: "there is no such host"}
	case errors.As(err, &name):
		return &Unreachable{Host: host, Why: "its name could not be looked up", Again: true}
	case errors.As(err, &certificate), errors.As(err, &authority):
		return &Unreachable{Host: host, Why: "its certificate is not valid"}
	case errors.As(err, &record), errors.As(err, &alert):
		return &Unreachable{Host: host, Why: "it does not speak TLS as it should"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Unreachable{Host: host, Why: "the connection was refused", Again: true}
	}
	return fmt.Errorf("get the page from %.100q: %w", host, err)
}
