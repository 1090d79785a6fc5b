package c2pa

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The key in a token is not trusted, and a signature by one of a million bits takes minutes to check.
func TestALargeKeyInATimestampIsRefusedBeforeItIsUsed(t *testing.T) {
	issuer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	modulus := new(big.Int).Lsh(big.NewInt(1), maxRSA+8)
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Time"}, NotAfter: time.Now().Add(time.Hour), PublicKey: issuer.Public()}
	der, err := x509.CreateCertificate(rand.Reader, root, root, &rsa.PublicKey{N: modulus.Sub(modulus, big.NewInt(1)), E: 65537}, issuer)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)

	marshal := func(v any) []byte {
		b, err := asn1.Marshal(v)
		require.NoError(t, err)
		return b
	}
	tagged := func(content []byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: content}
	}
	var signed signedData
	signed.Content.Type = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	signed.Content.Content = marshal(timestampInfo{
		Version: 1, Policy: asn1.ObjectIdentifier{1, 2, 3}, Imprint: messageImprint{sha256Identifier(), sum256(nil)},
		Serial: big.NewInt(1), Time: time.Now().UTC(),
	})
	signed.Certificates = tagged(der)
	signed.Signers = []signerInfo{{
		ID:     asn1.RawValue{FullBytes: marshal(issuerAndSerial{asn1.RawValue{FullBytes: certificate.RawIssuer}, certificate.SerialNumber})},
		Digest: sha256Identifier(), SignatureAlgorithm: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}}, Signature: make([]byte, maxRSA/8+1),
	}}
	_, err = parseToken(marshal(contentInfo{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}, tagged(marshal(signed))}))
	require.ErrorIs(t, err, errToken)
	require.ErrorContains(t, err, "an RSA key of 16392 bits")
}
