package c2pa

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"fmt"
	"hash"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"
)

var errAlgorithm = errors.New("unknown hash algorithm")

// newHash is the hash with a name of C2PA 13.1; the empty name is that of usual.
func newHash(name, usual string) (hash.Hash, error) {
	if name == "" {
		name = usual
	}
	switch name {
	case "sha256":
		return sha256.New(), nil
	case "sha384":
		return sha512.New384(), nil
	case "sha512":
		return sha512.New(), nil
	}
	return nil, fmt.Errorf("%w %q", errAlgorithm, name)
}

// readMessage reads a COSE_Sign1 message.
func readMessage(data []byte) (*readSign1, error) {
	// RFC 9052, 4.2: tag 18 may be there.
	data = bytes.TrimPrefix(data, []byte{0xD2})
	s := &readSign1{}
	if err := decode(data, s); err != nil {
		return nil, err
	}
	if len(s.Protected) > 0 {
		if err := decode(s.Protected, &s.headers); err != nil {
			return nil, err
		}
	}
	var a int64
	if err := decode(s.headers[cose.HeaderLabelAlgorithm], &a); err != nil {
		return nil, errors.New("the signature does not say its algorithm")
	}
	s.algorithm = cose.Algorithm(a)
	chain, err := s.readChain()
	if err != nil {
		return nil, err
	}
	s.chain = chain
	return s, nil
}

// readSign1 is a COSE_Sign1 message as it is read.
type readSign1 struct {
	_           struct{} `cbor:",toarray"`
	Protected   []byte
	Unprotected map[any]cbor.RawMessage
	Payload     []byte // the claim is elsewhere, so nothing
	Signature   []byte

	headers   map[any]cbor.RawMessage
	algorithm cose.Algorithm
	chain     []*x509.Certificate
}

// readChain finds the certificates: protected by number or name, or, before version 2, unprotected by name.
func (s *readSign1) readChain() ([]*x509.Certificate, error) {
	for _, raw := range []cbor.RawMessage{s.headers[cose.HeaderLabelX5Chain], s.headers["x5chain"], s.Unprotected[cose.HeaderLabelX5Chain], s.Unprotected["x5chain"]} {
		if raw == nil {
			continue
		}
		var list [][]byte
		var one []byte
		if decode(raw, &one) == nil && len(one) > 0 {
			list = [][]byte{one}
		} else if err := decode(raw, &list); err != nil {
			return nil, err
		}
		if len(list) == 0 || len(list) > maxChain {
			return nil, fmt.Errorf("%d certificates; there must be 1 to %d", len(list), maxChain)
		}
		var chain []*x509.Certificate
		for _, der := range list {
			c, err := x509.ParseCertificate(der)
			if err != nil {
				return nil, err
			}
			chain = append(chain, c)
		}
		return chain, boundKeys(chain)
	}
	return nil, errors.New("the signature has no certificate")
}

// boundKeys refuses RSA keys that are so large that they only cost time.
func boundKeys(chain []*x509.Certificate) error {
	for _, c := range chain {
		if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > maxRSA {
			return fmt.Errorf("an RSA key of %d bits", key.N.BitLen())
		}
	}
	return nil
}

// signatureFacts are what a signature says beside being right.
type signatureFacts struct {
	signer, issuer string
	notAfter       time.Time
	time           *time.Time
	timeTrusted    bool
}

// check checks the signature of a claim, its time stamp and its certificate (C2PA 15.7 to 15.9).
func (s *readSign1) check(claim []byte, url string, r *Report, trust Trust) signatureFacts {
	leaf := s.chain[0]
	facts := signatureFacts{signer: subjectName(leaf), issuer: issuerName(leaf), notAfter: leaf.NotAfter}
	at := trust.Now
	if t := s.checkTimestamp(claim, url, r, trust); t != nil {
		facts.time, facts.timeTrusted = &t.info.Time, t.isTrusted
		if t.isTrusted {
			at = t.info.Time
		}
	}
	switch {
	case at.Before(leaf.NotBefore) || at.After(leaf.NotAfter):
		r.fail(codeCredentialExpired, url, "the certificate is valid from %s to %s", leaf.NotBefore.UTC().Format(time.RFC3339), leaf.NotAfter.UTC().Format(time.RFC3339))
	default:
		r.pass(codeSignatureInside, url, "the certificate was valid")
	}
	if err := checkProfile(leaf); err != nil {
		r.fail(codeCredentialInvalid, url, "%v", err)
	} else if _, err := leaf.Verify(x509.VerifyOptions{
		Roots:         pool(trust.Anchors),
		Intermediates: pool(s.chain[1:]),
		CurrentTime:   at,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}); err != nil {
		r.fail(codeCredentialUntrusted, url, "no trusted certificate vouches for the signer")
	} else {
		r.pass(codeCredentialTrusted, url, "a trusted certificate vouches for the signer")
	}
	if err := s.verify(claim, leaf.PublicKey); errors.Is(err, cose.ErrAlgorithmNotSupported) {
		r.fail(codeAlgorithmUnsupported, url, "%v", err)
	} else if err != nil {
		r.fail(codeSignatureMismatch, url, "the claim was altered, or signed with another key: %v", err)
	} else {
		r.pass(codeSignatureValidated, url, "the signature is right")
	}
	return facts
}

// verify checks the signature over the claim (RFC 9052, 4.4).
func (s *readSign1) verify(claim []byte, key crypto.PublicKey) error {
	if _, err := keyAlgorithm(key); err != nil {
		return err
	}
	verifier, err := cose.NewVerifier(s.algorithm, key)
	if err != nil {
		return err
	}
	content, err := encode([]any{"Signature1", s.Protected, []byte{}, claim})
	if err != nil {
		return err
	}
	return verifier.Verify(content, s.Signature)
}

// trustedToken is a time stamp that was checked in every way.
type trustedToken struct {
	*token
	isTrusted bool
}

// checkTimestamp checks the time stamp of a signature, if there is one (C2PA 15.8). A time stamp that is wrong is as
// none: the certificate must then be valid now.
func (s *readSign1) checkTimestamp(claim []byte, url string, r *Report, trust Trust) *trustedToken {
	for _, version := range []string{headerTimestamp, headerStampV1} {
		raw := s.Unprotected[version]
		if raw == nil {
			continue
		}
		var c tstContainer
		if err := decode(raw, &c); err != nil || len(c.Tokens) == 0 {
			r.note(codeStampMalformed, url, "the header %s holds no time stamp", version)
			return nil
		}
		payload := claim
		if version == headerTimestamp {
			var err error
			if payload, err = encode(s.Signature); err != nil {
				r.note(codeStampMalformed, url, "%v", err)
				return nil
			}
		}
		content, err := counterSigned(s.Protected, payload)
		if err != nil {
			r.note(codeStampMalformed, url, "%v", err)
			return nil
		}
		return judgeToken(c.Tokens[0].Val, content, url, r, trust)
	}
	return nil
}

// judgeToken checks one time stamp.
func judgeToken(der, content []byte, url string, r *Report, trust Trust) *trustedToken {
	if inner, err := tokenOf(der); err == nil { // some keep the whole answer of the server
		der = inner
	}
	t, err := parseToken(der)
	if err != nil {
		r.note(codeStampMalformed, url, "%v", err)
		return nil
	}
	if err := t.matches(content); err != nil {
		r.note(codeStampMismatch, url, "%v", err)
		return nil
	}
	if when := t.info.Time; when.Before(t.server.NotBefore) || when.After(t.server.NotAfter) {
		r.note(codeStampOutside, url, "the certificate of the server was not valid at %s", when.UTC().Format(time.RFC3339))
		return nil
	}
	r.pass(codeStampValidated, url, "time stamp of %s by %s", t.info.Time.UTC().Format(time.RFC3339), subjectName(t.server))
	if err := t.trusted(trust.Anchors); err != nil || !t.forTimestamps() {
		r.note(codeStampUntrusted, url, "no trusted certificate vouches for the time stamp server")
		return &trustedToken{t, false}
	}
	r.pass(codeStampTrusted, url, "a trusted certificate vouches for the time stamp server")
	return &trustedToken{t, true}
}

func issuerName(c *x509.Certificate) string {
	if len(c.Issuer.Organization) > 0 {
		return c.Issuer.Organization[0]
	}
	return c.Issuer.CommonName
}

// trusted checks the chain from the certificate of the server to an anchor, at the time of the time stamp.
func (t *token) trusted(anchors []*x509.Certificate) error {
	_, err := t.server.Verify(x509.VerifyOptions{
		Roots:         pool(anchors),
		Intermediates: pool(t.certificates),
		CurrentTime:   t.info.Time,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping},
	})
	return err
}

// forTimestamps tells whether the certificate of the server is one for time stamps (RFC 3161, 2.3).
func (t *token) forTimestamps() bool {
	for _, use := range t.server.ExtKeyUsage {
		if use == x509.ExtKeyUsageTimeStamping {
			return true
		}
	}
	return false
}

func pool(certificates []*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certificates {
		p.AddCert(c)
	}
	return p
}
