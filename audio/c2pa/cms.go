package c2pa

import (
	"bytes"
	"crypto"
	_ "crypto/sha256" // hashes of time stamps
	_ "crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// The ASN.1 of time stamps (RFC 3161, 2.4) and of the signed messages that hold them (RFC 5652, 5).
type (
	messageImprint struct {
		Algorithm pkix.AlgorithmIdentifier
		Hash      []byte
	}
	timestampRequest struct {
		Version int
		Imprint messageImprint
		Nonce   *big.Int
		Certs   bool
	}
	timestampResponse struct {
		Status struct {
			Status int
			Text   []asn1.RawValue `asn1:"optional"`
			Fail   asn1.BitString  `asn1:"optional"`
		}
		Token asn1.RawValue `asn1:"optional"`
	}
	timestampInfo struct {
		Version    int
		Policy     asn1.ObjectIdentifier
		Imprint    messageImprint
		Serial     *big.Int
		Time       time.Time     `asn1:"generalized"`
		Accuracy   accuracy      `asn1:"optional"`
		Ordering   bool          `asn1:"optional"`
		Nonce      *big.Int      `asn1:"optional"`
		Server     asn1.RawValue `asn1:"optional,tag:0"`
		Extensions asn1.RawValue `asn1:"optional,tag:1"`
	}
	accuracy struct {
		Seconds      int64 `asn1:"optional"`
		Milliseconds int64 `asn1:"optional,tag:0"`
		Microseconds int64 `asn1:"optional,tag:1"`
	}
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"explicit,tag:0"`
	}
	signedData struct {
		Version    int
		Algorithms []pkix.AlgorithmIdentifier `asn1:"set"`
		Content    struct {
			Type    asn1.ObjectIdentifier
			Content []byte `asn1:"explicit,optional,tag:0"`
		}
		Certificates asn1.RawValue `asn1:"optional,tag:0"`
		Revoked      asn1.RawValue `asn1:"optional,tag:1"`
		Signers      []signerInfo  `asn1:"set"`
	}
	signerInfo struct {
		Version            int
		ID                 asn1.RawValue
		Digest             pkix.AlgorithmIdentifier
		Attributes         asn1.RawValue `asn1:"optional,tag:0"`
		SignatureAlgorithm pkix.AlgorithmIdentifier
		Signature          []byte
		Unsigned           asn1.RawValue `asn1:"optional,tag:1"`
	}
	attribute struct {
		Type   asn1.ObjectIdentifier
		Values []asn1.RawValue `asn1:"set"`
	}
	issuerAndSerial struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
)

// Object identifiers (RFC 5652, 3161, 5754, 3279, 4055, 8410).
const (
	oidSignedData    = "1.2.840.113549.1.7.2"
	oidTimestampInfo = "1.2.840.113549.1.9.16.1.4"
	oidContentType   = "1.2.840.113549.1.9.3"
	oidMessageDigest = "1.2.840.113549.1.9.4"
	oidRSA           = "1.2.840.113549.1.1.1"
	oidRSAPSS        = "1.2.840.113549.1.1.10"
	oidECDSAKey      = "1.2.840.10045.2.1"
)

func sha256Identifier() pkix.AlgorithmIdentifier {
	return pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, Parameters: asn1.NullRawValue}
}

// hashOf is the hash with an object identifier; 0 for others.
func hashOf(id asn1.ObjectIdentifier) crypto.Hash {
	switch id.String() {
	case "2.16.840.1.101.3.4.2.1":
		return crypto.SHA256
	case "2.16.840.1.101.3.4.2.2":
		return crypto.SHA384
	case "2.16.840.1.101.3.4.2.3":
		return crypto.SHA512
	}
	return 0
}

// token is a time stamp whose signature was checked, but not who made it.
type token struct {
	info         timestampInfo
	server       *x509.Certificate
	certificates []*x509.Certificate
}

var (
	errToken   = errors.New("damaged time stamp")
	errImprint = errors.New("the time stamp is of something else")
)

// strict reads DER that fills all of b.
func strict(b []byte, value any) error {
	rest, err := asn1.Unmarshal(b, value)
	if err != nil {
		return fmt.Errorf("%w: %w", errToken, err)
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w: bytes behind it", errToken)
	}
	return nil
}

// tokenOf is the time stamp in the answer of a server.
func tokenOf(reply []byte) ([]byte, error) {
	var r timestampResponse
	if err := strict(reply, &r); err != nil {
		return nil, fmt.Errorf("no answer to a time stamp request: %w", err)
	}
	if r.Status.Status > 1 { // 0 granted, 1 granted with modifications
		var text []byte
		if len(r.Status.Text) > 0 {
			text = r.Status.Text[0].Bytes
		}
		return nil, fmt.Errorf("the server refuses (status %d): %w", r.Status.Status, firstLine(text))
	}
	if len(r.Token.FullBytes) == 0 {
		return nil, fmt.Errorf("%w: none in the answer", errToken)
	}
	return r.Token.FullBytes, nil
}

// parseToken reads a time stamp and checks its signature.
func parseToken(der []byte) (*token, error) {
	var outer contentInfo
	if err := strict(der, &outer); err != nil {
		return nil, err
	}
	if outer.Type.String() != oidSignedData {
		return nil, fmt.Errorf("%w: not signed", errToken)
	}
	var signed signedData
	if err := strict(outer.Content.Bytes, &signed); err != nil {
		return nil, err
	}
	if signed.Content.Type.String() != oidTimestampInfo || len(signed.Signers) != 1 {
		return nil, fmt.Errorf("%w: no time stamp by one signer", errToken)
	}
	t := &token{}
	if err := strict(signed.Content.Content, &t.info); err != nil {
		return nil, err
	}
	var err error
	if t.certificates, err = x509.ParseCertificates(signed.Certificates.Bytes); err != nil {
		return nil, fmt.Errorf("%w: %w", errToken, err)
	}
	if len(t.certificates) > maxChain*2 {
		return nil, fmt.Errorf("%w: %d certificates", errToken, len(t.certificates))
	}
	if err := boundKeys(t.certificates); err != nil { // before any of them is used
		return nil, fmt.Errorf("%w: %w", errToken, err)
	}
	if err := t.checkSignature(signed.Signers[0], signed.Content.Content); err != nil {
		return nil, err
	}
	return t, nil
}

// checkSignature finds the certificate of the signer and checks that it signed content (RFC 5652, 5.4).
func (t *token) checkSignature(s signerInfo, content []byte) error {
	for _, c := range t.certificates {
		if s.isBy(c) {
			t.server = c
		}
	}
	if t.server == nil {
		return fmt.Errorf("%w: without the certificate of its signer", errToken)
	}
	hash := hashOf(s.Digest.Algorithm)
	if hash == 0 {
		return fmt.Errorf("%w: hash %s", errToken, s.Digest.Algorithm)
	}
	contentType, err := s.attribute(oidContentType)
	if err != nil {
		return err
	}
	var kind asn1.ObjectIdentifier
	if err := strict(contentType, &kind); err != nil {
		return err
	}
	messageDigest, err := s.attribute(oidMessageDigest)
	if err != nil {
		return err
	}
	var sum []byte
	if err := strict(messageDigest, &sum); err != nil {
		return err
	}
	if kind.String() != oidTimestampInfo || !bytes.Equal(sum, digest(hash, content)) {
		return fmt.Errorf("%w: its content was altered", errToken)
	}
	// What is signed are the attributes as a SET, which is how they are hashed, and not with the tag that they have here.
	attributes := bytes.Clone(s.Attributes.FullBytes)
	attributes[0] = asn1.TagSet | 0x20
	algorithm := signatureAlgorithm(s.SignatureAlgorithm.Algorithm, hash)
	if algorithm == x509.UnknownSignatureAlgorithm {
		return fmt.Errorf("%w: signature algorithm %s", errToken, s.SignatureAlgorithm.Algorithm)
	}
	if err := t.server.CheckSignature(algorithm, attributes, s.Signature); err != nil {
		return fmt.Errorf("%w: its signature is wrong: %w", errToken, err)
	}
	return nil
}

// isBy tells whether a certificate is the one that the signer names: by issuer and number, or by the identifier of its key.
func (s signerInfo) isBy(c *x509.Certificate) bool {
	if s.ID.Class == asn1.ClassContextSpecific {
		return s.ID.Tag == 0 && len(c.SubjectKeyId) > 0 && bytes.Equal(s.ID.Bytes, c.SubjectKeyId)
	}
	var id issuerAndSerial
	return strict(s.ID.FullBytes, &id) == nil && bytes.Equal(id.Issuer.FullBytes, c.RawIssuer) && id.Serial.Cmp(c.SerialNumber) == 0
}

// attribute is the one value of a signed attribute.
func (s signerInfo) attribute(oid string) ([]byte, error) {
	rest := s.Attributes.Bytes
	for len(rest) > 0 {
		var a attribute
		var err error
		if rest, err = asn1.Unmarshal(rest, &a); err != nil {
			return nil, fmt.Errorf("%w: %w", errToken, err)
		}
		if a.Type.String() == oid && len(a.Values) == 1 {
			return a.Values[0].FullBytes, nil
		}
	}
	return nil, fmt.Errorf("%w: signed attribute %s is missing", errToken, oid)
}

// signatureAlgorithm is how a signature was made. Some servers name only the kind of the key.
func signatureAlgorithm(id asn1.ObjectIdentifier, hash crypto.Hash) x509.SignatureAlgorithm {
	type pair struct {
		oid  string
		hash crypto.Hash
	}
	switch (pair{id.String(), hash}) {
	case pair{oidRSA, crypto.SHA256}, pair{"1.2.840.113549.1.1.11", crypto.SHA256}:
		return x509.SHA256WithRSA
	case pair{oidRSA, crypto.SHA384}, pair{"1.2.840.113549.1.1.12", crypto.SHA384}:
		return x509.SHA384WithRSA
	case pair{oidRSA, crypto.SHA512}, pair{"1.2.840.113549.1.1.13", crypto.SHA512}:
		return x509.SHA512WithRSA
	case pair{oidRSAPSS, crypto.SHA256}:
		return x509.SHA256WithRSAPSS
	case pair{oidRSAPSS, crypto.SHA384}:
		return x509.SHA384WithRSAPSS
	case pair{oidRSAPSS, crypto.SHA512}:
		return x509.SHA512WithRSAPSS
	case pair{oidECDSAKey, crypto.SHA256}, pair{"1.2.840.10045.4.3.2", crypto.SHA256}:
		return x509.ECDSAWithSHA256
	case pair{oidECDSAKey, crypto.SHA384}, pair{"1.2.840.10045.4.3.3", crypto.SHA384}:
		return x509.ECDSAWithSHA384
	case pair{oidECDSAKey, crypto.SHA512}, pair{"1.2.840.10045.4.3.4", crypto.SHA512}:
		return x509.ECDSAWithSHA512
	}
	if id.String() == "1.3.101.112" {
		return x509.PureEd25519
	}
	return x509.UnknownSignatureAlgorithm
}

// matches fails where the time stamp is not of content.
func (t *token) matches(content []byte) error {
	hash := hashOf(t.info.Imprint.Algorithm.Algorithm)
	if hash == 0 {
		return fmt.Errorf("%w: imprint with hash %s", errToken, t.info.Imprint.Algorithm.Algorithm)
	}
	if !bytes.Equal(t.info.Imprint.Hash, digest(hash, content)) {
		return errImprint
	}
	return nil
}
