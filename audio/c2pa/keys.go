package c2pa

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The files in a folder of keys.
const (
	RootFile        = "root.pem"   // the certificate that readers are to trust
	CertificateFile = "signer.pem" // the certificate of the signer, then those between it and the root
	KeyFile         = "signer.key" // the private key of the signer, PKCS #8
)

// How long the certificates of InitKeys are valid. Without a time stamp a file can be checked only so long.
const (
	rootYears   = 20
	signerYears = 10
)

// purposeClaimSigning is the purpose c2pa-kp-claimSigning of a certificate (C2PA 14.5.1).
func purposeClaimSigning() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 62558, 2, 1}
}

// InitKeys makes a private root and a signer below it in a new or empty folder: root.pem, signer.pem and signer.key, which only its
// owner can read. The name stands in the certificates and is shown by readers. The key of the root is not kept, so it
// can sign nothing else. Nothing that is there already is overwritten.
func InitKeys(dir, name string, now time.Time) error {
	if err := initKeys(dir, name, now); err != nil {
		return fmt.Errorf("make keys: %w", err)
	}
	return nil
}

func initKeys(dir, name string, now time.Time) error {
	if name == "" || len(name) > 64 {
		return errors.New("the name of the signer must have 1 to 64 bytes") // X.520: ub-common-name
	}
	for _, file := range []string{RootFile, CertificateFile, KeyFile} {
		path := filepath.Join(dir, file)
		if _, err := os.Lstat(path); err == nil {
			return &existingKeyError{path}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	root, signer, key, err := newChain(name, now)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var made []string
	for _, f := range []struct {
		name, kind string
		data       []byte
		mode       os.FileMode
	}{
		{KeyFile, "PRIVATE KEY", private, 0o600},
		{CertificateFile, "CERTIFICATE", signer, 0o644},
		{RootFile, "CERTIFICATE", root, 0o644},
	} {
		path := filepath.Join(dir, f.name)
		if err := writeNew(path, pem.EncodeToMemory(&pem.Block{Type: f.kind, Bytes: f.data}), f.mode); err != nil {
			for _, path := range made {
				err = errors.Join(err, os.Remove(path))
			}
			return err
		}
		made = append(made, path)
	}
	return nil
}

// existingKeyError says that a file of the name is there; it is an fs.ErrExist.
type existingKeyError struct{ path string }

func (e *existingKeyError) Error() string {
	return e.path + " is there already and is not overwritten; name another folder"
}
func (e *existingKeyError) Unwrap() error { return fs.ErrExist }

// writeNew writes a file that is not there yet.
func writeNew(path string, data []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// newChain makes a root and a signer below it, each with a key on P-256.
func newChain(name string, now time.Time) (root, signer []byte, key *ecdsa.PrivateKey, err error) {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, nil, err
	}
	if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, nil, nil, err
	}
	from := now.UTC().Truncate(time.Second).Add(-time.Minute) // clocks differ
	rootTemplate := &x509.Certificate{
		Subject:   pkix.Name{CommonName: name + " root", Organization: []string{name}},
		NotBefore: from, NotAfter: from.AddDate(rootYears, 0, 0),
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if root, err = newCertificate(rootTemplate, rootTemplate, &rootKey.PublicKey, rootKey); err != nil {
		return nil, nil, nil, err
	}
	parent, err := x509.ParseCertificate(root)
	if err != nil {
		return nil, nil, nil, err
	}
	signer, err = newCertificate(&x509.Certificate{
		Subject:   pkix.Name{CommonName: name, Organization: []string{name}},
		NotBefore: from, NotAfter: from.AddDate(signerYears, 0, 0),
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
		// Readers differ in which of the two purposes they ask for.
		UnknownExtKeyUsage: []asn1.ObjectIdentifier{purposeClaimSigning()},
	}, parent, &key.PublicKey, rootKey)
	return root, signer, key, err
}

func newCertificate(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) ([]byte, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key) // it draws a serial number
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	return der, nil
}
