package c2pa

import (
	"cmp"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/veraison/go-cose"
)

// Config says with what manifests are signed. Either Keys is set, or Certificate with Key or Command.
type Config struct {
	Keys        string   // folder that InitKeys made
	Certificate string   // PEM file: the certificate of the signer, then those between it and the root
	Key         string   // PEM file: the private key (PKCS #8, SEC 1 or PKCS #1), not encrypted
	Command     []string // program and arguments that sign in place of a key; see docs/disclosure.md
	// Timestamp is the address of an RFC 3161 time stamp server. Empty: no time stamp, and the manifest says so.
	Timestamp string
	Client    *http.Client     // for the time stamp server; nil: one with a timeout
	Now       func() time.Time // nil: time.Now
}

// Signer signs manifests. It is safe for concurrent use.
type Signer struct {
	chain         []*x509.Certificate // of the signer first; without the root
	algorithm     cose.Algorithm
	signatureSize int // bytes
	signContent   func(ctx context.Context, content []byte) ([]byte, error)
	timestamp     string
	client        *http.Client
	now           func() time.Time
	log           *slog.Logger
	room          atomic.Int64 // bytes for a time stamp
}

// NewSigner reads the certificate and the key. It fails where they do not belong together, where the certificate is not
// one for signing claims, or where it is not valid now.
func NewSigner(c Config, log *slog.Logger) (*Signer, error) {
	s, err := newSigner(c, log)
	if err != nil {
		return nil, fmt.Errorf("signer: %w", err)
	}
	return s, nil
}

func newSigner(c Config, log *slog.Logger) (*Signer, error) {
	switch {
	case c.Keys != "" && (c.Certificate != "" || c.Key != "" || len(c.Command) > 0):
		return nil, errors.New("name either a folder of keys, or a certificate with a key or a command, and not both")
	case c.Keys != "":
		c.Certificate, c.Key = filepath.Join(c.Keys, CertificateFile), filepath.Join(c.Keys, KeyFile)
	case c.Certificate == "":
		return nil, errors.New("name the certificate of the signer, or a folder of keys")
	case (c.Key == "") == (len(c.Command) == 0):
		return nil, errors.New("name either the private key that belongs to the certificate, or a command that signs")
	}
	s := &Signer{timestamp: c.Timestamp, client: c.Client, now: c.Now, log: log}
	if s.now == nil {
		s.now = time.Now
	}
	if s.client == nil {
		s.client = &http.Client{Timeout: timestampTimeout}
	}
	if err := checkTimestampURL(c.Timestamp); err != nil {
		return nil, err
	}
	s.room.Store(timestampRoom)
	certificates, err := ReadCertificates(c.Certificate)
	if err != nil {
		return nil, err
	}
	if s.chain, err = orderChain(certificates); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Certificate, err)
	}
	leaf := s.chain[0]
	if s.algorithm, err = keyAlgorithm(leaf.PublicKey); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Certificate, err)
	}
	s.signatureSize = signatureSize(leaf.PublicKey)
	if err := checkProfile(leaf); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Certificate, err)
	}
	if err := s.inTime(s.now()); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Certificate, err)
	}
	if len(c.Command) > 0 {
		command, err := newCommand(c.Command, s.algorithm, leaf.PublicKey)
		if err != nil {
			return nil, err
		}
		s.signContent = command.sign
		return s, nil
	}
	key, err := readKey(c.Key, log)
	if err != nil {
		return nil, err
	}
	if public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(leaf.PublicKey) {
		return nil, fmt.Errorf("the key in %s does not belong to the certificate in %s", c.Key, c.Certificate)
	}
	s.signContent = func(_ context.Context, content []byte) ([]byte, error) { return signWith(key, s.algorithm, content) }
	return s, nil
}

// Name is the name of the signer, as readers show it.
func (s *Signer) Name() string { return subjectName(s.chain[0]) }

// Fingerprint changes with everything of the signer that can change a manifest: certificate and time stamp server.
func (s *Signer) Fingerprint() string {
	all := []byte(s.timestamp)
	for _, c := range s.chain {
		all = append(all, c.Raw...)
	}
	return hex.EncodeToString(sum256(all))[:32]
}

// NotAfter is when the certificate of the signer expires.
func (s *Signer) NotAfter() time.Time { return s.chain[0].NotAfter }

// inTime fails where a certificate of the chain is not valid at that time.
func (s *Signer) inTime(now time.Time) error {
	for _, c := range s.chain {
		if now.Before(c.NotBefore) {
			return fmt.Errorf("the certificate of %s is valid only from %s on; is the clock right?", subjectName(c), c.NotBefore.UTC().Format(time.RFC3339))
		}
		if now.After(c.NotAfter) {
			return fmt.Errorf("the certificate of %s expired on %s; get a new one, or make new keys", subjectName(c), c.NotAfter.UTC().Format(time.RFC3339))
		}
	}
	return nil
}

// signer is the key as go-cose wants it.
func (s *Signer) signer(ctx context.Context) cose.Signer { return contextSigner{ctx, s} }

type contextSigner struct {
	ctx context.Context //nolint:containedctx // the interface of go-cose has no room for it
	s   *Signer
}

func (c contextSigner) Algorithm() cose.Algorithm { return c.s.algorithm }

func (c contextSigner) Sign(_ io.Reader, content []byte) ([]byte, error) {
	return c.s.signContent(c.ctx, content)
}

// keyAlgorithm is the COSE algorithm for a public key (C2PA 13.2.1).
func keyAlgorithm(key crypto.PublicKey) (cose.Algorithm, error) {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P256():
			return cose.AlgorithmES256, nil
		case elliptic.P384():
			return cose.AlgorithmES384, nil
		case elliptic.P521():
			return cose.AlgorithmES512, nil
		}
	case *rsa.PublicKey:
		if key.N.BitLen() >= minRSA && key.N.BitLen() <= maxRSA {
			return cose.AlgorithmPS256, nil
		}
		return 0, fmt.Errorf("an RSA key of %d bits; %d to %d are allowed", key.N.BitLen(), minRSA, maxRSA)
	case ed25519.PublicKey:
		return cose.AlgorithmEdDSA, nil
	}
	return 0, fmt.Errorf("a key of a kind that C2PA does not allow (%T); use ECDSA on P-256, P-384 or P-521, RSA or Ed25519", key)
}

// Bits of an RSA key (C2PA 14.5.1; the upper bound keeps hostile ones from taking time).
const (
	minRSA = 2048
	maxRSA = 16384
)

// signatureSize is how long the signatures of a key are in COSE, in bytes.
func signatureSize(key crypto.PublicKey) int {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		return 2 * curveSize(key)
	case *rsa.PublicKey:
		return key.Size()
	default:
		return ed25519.SignatureSize
	}
}

func curveSize(key *ecdsa.PublicKey) int { return (key.Params().BitSize + 7) / 8 }

// subjectName is the common name of a certificate, or its organisation.
func subjectName(c *x509.Certificate) string {
	organisation := ""
	if len(c.Subject.Organization) > 0 {
		organisation = c.Subject.Organization[0]
	}
	return cmp.Or(c.Subject.CommonName, organisation, c.Subject.String())
}
