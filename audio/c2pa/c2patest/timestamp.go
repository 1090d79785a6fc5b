package c2patest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TimestampServer is an RFC 3161 server on this machine.
type TimestampServer struct {
	URL  string
	Root string // path of the PEM file with the certificate to trust
}

// NewTimestampServer starts a server whose clock is now; nil: that of this machine. It ends with the test.
func NewTimestampServer(t testing.TB, now func() time.Time) TimestampServer {
	t.Helper()
	if now == nil {
		now = time.Now
	}
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	from := now().Add(-24 * time.Hour)
	root := certificate(t, &x509.Certificate{
		Subject:   pkix.Name{CommonName: "Time root", Organization: []string{"Time"}},
		NotBefore: from, NotAfter: from.AddDate(30, 0, 0), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, nil, &rootKey.PublicKey, rootKey)
	// The purpose must be critical (RFC 3161, 2.3), which crypto/x509 does not do by itself.
	purpose, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	require.NoError(t, err)
	server := certificate(t, &x509.Certificate{
		Subject:   pkix.Name{CommonName: "Time", Organization: []string{"Time"}},
		NotBefore: from, NotAfter: from.AddDate(30, 0, 0), BasicConstraintsValid: true,
		KeyUsage:        x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: purpose}},
	}, root, &key.PublicKey, rootKey)

	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		reply, err := stamp(body, server, key, now())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(reply)
	}))
	t.Cleanup(s.Close)
	path := filepath.Join(t.TempDir(), "time.pem")
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw}), 0o600))
	return TimestampServer{s.URL, path}
}

// Object identifiers of a time stamp (RFC 5652, 3161, 5035).
func oidData() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2} }

func oidInfo() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4} }

func oidAttribute(n ...int) asn1.ObjectIdentifier {
	return append(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9}, n...)
}

type imprint struct {
	Algorithm pkix.AlgorithmIdentifier
	Hash      []byte
}

type attribute struct {
	Type  asn1.ObjectIdentifier
	Value []any `asn1:"set"`
}

// stamp answers a request (RFC 3161, 2.4).
func stamp(der []byte, server *x509.Certificate, key *ecdsa.PrivateKey, now time.Time) ([]byte, error) {
	var request struct {
		Version int
		Imprint imprint
		Nonce   *big.Int `asn1:"optional"`
		Certs   bool     `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(der, &request); err != nil {
		return nil, err
	}
	now = now.UTC().Truncate(time.Second)
	info, err := asn1.Marshal(struct {
		Version int
		Policy  asn1.ObjectIdentifier
		Imprint imprint
		Serial  *big.Int
		Time    time.Time `asn1:"generalized"`
		Nonce   *big.Int
	}{1, asn1.ObjectIdentifier{2, 4, 5, 6}, request.Imprint, big.NewInt(now.UnixNano()), now, request.Nonce})
	if err != nil {
		return nil, err
	}
	infoSum, certificateSum := sha256.Sum256(info), sha256.Sum256(server.Raw)
	type certificateID struct{ Hash []byte }
	attributes, err := asn1.MarshalWithParams([]attribute{
		{oidAttribute(3), []any{oidInfo()}},
		{oidAttribute(5), []any{now}},
		{oidAttribute(4), []any{infoSum[:]}},
		{oidAttribute(16, 2, 47), []any{struct{ Certificates []certificateID }{[]certificateID{{certificateSum[:]}}}}},
	}, "set")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(attributes)
	signature, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	content, err := asn1.Marshal(info)
	if err != nil {
		return nil, err
	}
	attributes[0] = 0xA0 // in the message they have a tag of its own
	type issuerAndSerial struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	type signer struct {
		Version    int
		ID         issuerAndSerial
		Digest     pkix.AlgorithmIdentifier
		Attributes asn1.RawValue
		Algorithm  pkix.AlgorithmIdentifier
		Signature  []byte
	}
	sha := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}}
	type encapsulated struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue
	}
	type signedData struct {
		Version      int
		Algorithms   []pkix.AlgorithmIdentifier `asn1:"set"`
		Content      encapsulated
		Certificates asn1.RawValue
		Signers      []signer `asn1:"set"`
	}
	context := func(content []byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: content}
	}
	message, err := asn1.Marshal(signedData{
		3,
		[]pkix.AlgorithmIdentifier{sha},
		encapsulated{oidInfo(), context(content)},
		context(server.Raw),
		[]signer{{
			1,
			issuerAndSerial{asn1.RawValue{FullBytes: server.RawIssuer}, server.SerialNumber},
			sha,
			asn1.RawValue{FullBytes: attributes},
			pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}},
			signature,
		}},
	})
	if err != nil {
		return nil, err
	}
	type status struct{ Status int }
	type response struct {
		Status status
		Token  encapsulated
	}
	return asn1.Marshal(response{status{0}, encapsulated{oidData(), context(message)}})
}

// certificate makes a certificate; without parent it is a root.
func certificate(t testing.TB, template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	t.Helper()
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	require.NoError(t, err)
	c, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return c
}

// Anchors puts the certificates of several PEM files into one, and returns its path.
func Anchors(t testing.TB, files ...string) string {
	t.Helper()
	var all []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		all = append(all, b...)
	}
	path := filepath.Join(t.TempDir(), "anchors.pem")
	require.NoError(t, os.WriteFile(path, all, 0o600))
	return path
}
