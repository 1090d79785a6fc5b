package c2pa

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"os"
	"runtime"
	"slices"

	"github.com/veraison/go-cose"
)

// maxPEM is the most bytes that are read of a file of certificates or keys.
const maxPEM = 4 << 20

// ReadCertificates reads the certificates in a PEM file: of a signer, or those to be trusted.
func ReadCertificates(path string) ([]*x509.Certificate, error) {
	data, err := readBounded(path, maxPEM)
	if err != nil {
		return nil, err
	}
	var all []*x509.Certificate
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: certificate %d: %w", path, len(all)+1, err)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no certificate; it must be PEM, with lines that say BEGIN CERTIFICATE", path)
	}
	return all, nil
}

func readBounded(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, limit)
	}
	return data, nil
}

// orderChain puts the issuer of each certificate behind it, and leaves out the root, which readers must have anyway.
func orderChain(certificates []*x509.Certificate) ([]*x509.Certificate, error) {
	chain := certificates[:1:1]
	rest := slices.Clone(certificates[1:])
	for len(rest) > 0 {
		last := chain[len(chain)-1]
		i := slices.IndexFunc(rest, func(c *x509.Certificate) bool {
			return bytes.Equal(last.RawIssuer, c.RawSubject) && last.CheckSignatureFrom(c) == nil
		})
		if i < 0 {
			return nil, fmt.Errorf("the certificate of %s is not the issuer of one before it; the signer's own comes first", subjectName(rest[0]))
		}
		chain, rest = append(chain, rest[i]), slices.Delete(rest, i, i+1)
	}
	if last := chain[len(chain)-1]; len(chain) > 1 && selfIssued(last) {
		chain = chain[:len(chain)-1]
	}
	if len(chain) > maxChain {
		return nil, fmt.Errorf("%d certificates; a chain has at most %d", len(chain), maxChain)
	}
	return chain, nil
}

func selfIssued(c *x509.Certificate) bool { return bytes.Equal(c.RawIssuer, c.RawSubject) }

// checkProfile fails where a certificate is none that may sign claims (C2PA 14.5.1).
func checkProfile(c *x509.Certificate) error {
	switch {
	case c.Version != 3:
		return fmt.Errorf("a certificate of version %d; it must be 3", c.Version)
	case c.IsCA:
		return errors.New("a certificate of an authority, which cannot sign claims; name that of the signer first")
	case selfIssued(c):
		return errors.New("a certificate that signed itself, which no reader accepts; it must come from a root: `voicepress keys init` makes both")
	case c.KeyUsage&x509.KeyUsageDigitalSignature == 0:
		return errors.New("a certificate that is not for signatures (key usage digitalSignature)")
	}
	var email, documents, other bool
	for _, use := range c.ExtKeyUsage {
		switch use {
		case x509.ExtKeyUsageEmailProtection:
			email = true
		case x509.ExtKeyUsageAny:
			return errors.New("a certificate for any purpose (anyExtendedKeyUsage), which C2PA forbids")
		case x509.ExtKeyUsageTimeStamping, x509.ExtKeyUsageOCSPSigning:
			other = true
		default:
		}
	}
	for _, use := range c.UnknownExtKeyUsage {
		documents = documents || use.Equal(purposeClaimSigning()) || use.String() == purposeDocumentSigning
	}
	if other || !email && !documents {
		return errors.New("a certificate that is not for signing claims: it must have the extended key usage emailProtection (1.3.6.1.5.5.7.3.4) or c2pa-kp-claimSigning (1.3.6.1.4.1.62558.2.1)")
	}
	return nil
}

// purposeDocumentSigning is the purpose of RFC 9336, which C2PA allows too.
const purposeDocumentSigning = "1.3.6.1.5.5.7.3.36"

// readKey reads a private key in PEM.
func readKey(path string, log *slog.Logger) (crypto.Signer, error) {
	data, err := readBounded(path, maxPEM)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		log.Warn("others can read the private key; change that with chmod 600", "file", path, "mode", info.Mode().Perm().String())
	}
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return nil, fmt.Errorf("%s holds no private key; it must be PEM, with lines that say BEGIN PRIVATE KEY", path)
		}
		key, err := parseKey(block)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if key != nil {
			return key, nil
		}
	}
}

// parseKey is the key in a PEM block; nil where the block holds something else.
func parseKey(block *pem.Block) (key crypto.Signer, err error) {
	var parsed any
	switch block.Type {
	case "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		parsed, err = x509.ParseECPrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "ENCRYPTED PRIVATE KEY":
		return nil, errors.New("the key is encrypted; decrypt it (openssl pkey -in FILE -out NEW), or sign with a command that asks for the passphrase")
	default:
		return nil, nil
	}
	if block.Headers["DEK-Info"] != "" {
		return nil, errors.New("the key is encrypted; decrypt it first (openssl pkey -in FILE -out NEW)")
	}
	if err != nil {
		return nil, err
	}
	switch key := parsed.(type) {
	case *ecdsa.PrivateKey:
		return key, nil
	case *rsa.PrivateKey:
		return key, nil
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, fmt.Errorf("a key of a kind that C2PA does not allow (%T)", parsed)
}

// algorithmHash is the hash that an algorithm signs; 0 for EdDSA, which signs the message itself.
func algorithmHash(a cose.Algorithm) crypto.Hash {
	switch a {
	case cose.AlgorithmES256, cose.AlgorithmPS256:
		return crypto.SHA256
	case cose.AlgorithmES384:
		return crypto.SHA384
	case cose.AlgorithmES512:
		return crypto.SHA512
	default:
		return 0
	}
}

func digest(hash crypto.Hash, content []byte) []byte {
	h := hash.New()
	h.Write(content)
	return h.Sum(nil)
}

// signWith signs with a key in memory, in the form of COSE. ECDSA is made deterministic (RFC 6979), by giving no random
// numbers.
func signWith(key crypto.Signer, a cose.Algorithm, content []byte) ([]byte, error) {
	switch key := key.(type) {
	case ed25519.PrivateKey:
		return ed25519.Sign(key, content), nil
	case *ecdsa.PrivateKey:
		der, err := key.Sign(nil, digest(algorithmHash(a), content), algorithmHash(a))
		if err != nil {
			return nil, err
		}
		return rawECDSA(der, &key.PublicKey)
	default:
		hash := algorithmHash(a)
		return key.Sign(rand.Reader, digest(hash, content), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash})
	}
}

// rawECDSA turns a DER signature into r and s one behind the other (RFC 9053, 2.1).
func rawECDSA(der []byte, key *ecdsa.PublicKey) ([]byte, error) {
	var v struct{ R, S *big.Int }
	size := curveSize(key)
	rest, err := asn1.Unmarshal(der, &v)
	if err != nil || len(rest) > 0 || v.R.Sign() < 0 || v.S.Sign() < 0 || v.R.BitLen() > 8*size || v.S.BitLen() > 8*size {
		return nil, errors.New("damaged ECDSA signature")
	}
	raw := make([]byte, 2*size)
	v.R.FillBytes(raw[:size])
	v.S.FillBytes(raw[size:])
	return raw, nil
}
