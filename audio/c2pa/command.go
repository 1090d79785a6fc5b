package c2pa

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/veraison/go-cose"
)

const (
	commandTimeout = 60 * time.Second // somebody may have to touch a token
	commandOutput  = 64 << 10         // bytes that are read of what a command prints
)

// command signs with a program, for keys that cannot leave a vault or a hardware module. It is given on its standard
// input what is to be signed, as raw bytes: the digest (SHA-256 for ES256 and PS256, SHA-384 for ES384, SHA-512 for
// ES512), or the message itself for EdDSA. Its environment has the name of the algorithm in VOICEPRESS_ALGORITHM. It
// prints the signature: ECDSA as r and s one behind the other or as DER, each of them raw, in hexadecimal or in base64.
// What it printed is checked with the key in the certificate.
type command struct {
	args      []string
	algorithm cose.Algorithm
	key       crypto.PublicKey
	verifier  cose.Verifier
}

func newCommand(args []string, a cose.Algorithm, key crypto.PublicKey) (*command, error) {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return nil, fmt.Errorf("signing command: %w", err)
	}
	verifier, err := cose.NewVerifier(a, key)
	if err != nil {
		return nil, err
	}
	return &command{append([]string{path}, args[1:]...), a, key, verifier}, nil
}

func (c *command) sign(ctx context.Context, content []byte) ([]byte, error) {
	input := content
	if hash := algorithmHash(c.algorithm); hash != 0 {
		input = digest(hash, content)
	}
	limited, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(limited, c.args[0], c.args[1:]...)
	cmd.Stdin = bytes.NewReader(input)
	cmd.Env = append(os.Environ(), "VOICEPRESS_ALGORITHM="+c.algorithm.String())
	cmd.WaitDelay = time.Second
	var out, complaint bounded
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, fmt.Errorf("signing command %s: no answer within %s", c.args[0], commandTimeout)
	case err != nil:
		return nil, fmt.Errorf("signing command %s: %w: %w", c.args[0], err, firstLine(complaint.data))
	case out.cut:
		return nil, fmt.Errorf("signing command %s: it printed more than %d bytes", c.args[0], commandOutput)
	}
	for _, signature := range c.readings(out.data) {
		if c.verifier.Verify(content, signature) == nil {
			return signature, nil
		}
	}
	return nil, fmt.Errorf("signing command %s: what it printed (%d bytes) is no %s signature of the key in the certificate", c.args[0], len(out.data), c.algorithm)
}

// readings are what the output of a command may mean.
func (c *command) readings(out []byte) [][]byte {
	all := [][]byte{out}
	text := strings.Join(strings.Fields(string(out)), "")
	if b, err := hex.DecodeString(text); err == nil {
		all = append(all, b)
	}
	if b, err := base64.StdEncoding.DecodeString(text); err == nil {
		all = append(all, b)
	}
	if key, ok := c.key.(*ecdsa.PublicKey); ok {
		for _, b := range all[:len(all):len(all)] {
			if raw, err := rawECDSA(b, key); err == nil {
				all = append(all, raw)
			}
		}
	}
	return all
}

// bounded keeps the first bytes of what is written to it, and takes the rest, so that nobody blocks.
type bounded struct {
	data []byte
	cut  bool
}

func (b *bounded) Write(p []byte) (int, error) {
	room := commandOutput - len(b.data)
	b.cut = b.cut || len(p) > room
	b.data = append(b.data, p[:min(room, len(p))]...)
	return len(p), nil
}

// firstLine is the first line of what a program complained, short and printable.
func firstLine(b []byte) error {
	line, _, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	line = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F || r >= 0x80 && r < 0xA0 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(line, ""))
	if line == "" {
		return errors.New("it said nothing")
	}
	return errors.New(line[:min(len(line), 200)])
}
