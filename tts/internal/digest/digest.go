// Package digest names settings that decide the sound and are nobody's business, such as the address of a server, for
// tts.Info.Fingerprint, which is published. It is not for secrets that are short enough to be guessed.
package digest

import (
	"crypto/sha256"
	"fmt"
)

// Of is 16 hexadecimal digits that stand for the settings, in order.
func Of(settings ...any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", settings))
	return fmt.Sprintf("%x", sum[:8])
}
