// Package digest names settings that decide the sound and are nobody's business, such as the address of a server, for
// tts.Info.Fingerprint, which is published. It is not for secrets that are short enough to be guessed.
package digest

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Of is 16 hexadecimal digits that stand for the settings, in order.
func Of(settings ...any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", settings))
	return fmt.Sprintf("%x", sum[:8])
}

// Server stands for a server in the place of a service's own, which may sound different; it is empty for the service itself,
// at whatever address below its domains.
func Server(address string, domains ...string) string {
	u, err := url.Parse(address)
	own := func(domain string) bool { return u.Hostname() == domain || strings.HasSuffix(u.Hostname(), "."+domain) }
	if address == "" || err == nil && slices.ContainsFunc(domains, own) {
		return ""
	}
	return ", server " + Of(address)
}
