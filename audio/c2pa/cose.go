package c2pa

import (
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"io"

	"github.com/veraison/go-cose"
)

// Labels of COSE headers (RFC 9360 for x5chain; C2PA 13.2 and 10.3.2.5 for the others).
const (
	headerChain     = cose.HeaderLabelX5Chain
	headerTimestamp = "sigTst2" // of the signature
	headerStampV1   = "sigTst"  // of the claim, up to version 1 of the claim
	headerPad       = "pad"
	headerPad2      = "pad2"
)

// tstContainer holds time stamps in a header.
type tstContainer struct {
	Tokens []tstToken `cbor:"tstTokens"`
}

type tstToken struct {
	Val []byte `cbor:"val"`
}

// chainHeader is the certificates as the header x5chain wants them: one alone is no list.
func chainHeader(chain []*x509.Certificate) any {
	if len(chain) == 1 {
		return chain[0].Raw
	}
	all := make([]any, len(chain))
	for i, c := range chain {
		all[i] = c.Raw
	}
	return all
}

// signedMessage is a COSE_Sign1 message over a claim that is not in it.
type signedMessage struct {
	message   *cose.Sign1Message
	protected []byte // as they are signed
}

// newMessage signs claim with key.
func newMessage(claim []byte, chain []*x509.Certificate, key cose.Signer) (signedMessage, error) {
	m := cose.NewSign1Message()
	m.Headers.Protected.SetAlgorithm(key.Algorithm())
	m.Headers.Protected[headerChain] = chainHeader(chain)
	m.Payload = claim
	if err := m.Sign(nil, nil, key); err != nil {
		return signedMessage{}, err
	}
	m.Payload = nil
	raw, err := m.Headers.MarshalProtected()
	if err != nil {
		return signedMessage{}, err
	}
	var protected []byte
	if err := decode(raw, &protected); err != nil {
		return signedMessage{}, err
	}
	return signedMessage{m, protected}, nil
}

// imprint is what a time stamp of the signature is over (C2PA 10.3.2.5, version 2): a countersignature's structure,
// whose payload is the signature as a CBOR byte string.
func (s signedMessage) imprint() ([]byte, error) {
	signature, err := encode(s.message.Signature)
	if err != nil {
		return nil, err
	}
	return counterSigned(s.protected, signature)
}

// counterSigned is the structure of a countersignature (RFC 8152, 4.5) as its bytes, which a time stamp hashes.
func counterSigned(protected, payload []byte) ([]byte, error) {
	return encode([]any{"CounterSignature", protected, []byte{}, payload})
}

// bytes is the message with a time stamp, or none, brought to size bytes by zeros; a size of 0 leaves it as short as it
// is.
func (s signedMessage) bytes(token []byte, size int) ([]byte, error) {
	unprotected := cose.UnprotectedHeader{}
	if token != nil {
		unprotected[headerTimestamp] = tstContainer{[]tstToken{{token}}}
	}
	s.message.Headers.Unprotected = unprotected
	b, err := s.message.MarshalCBOR()
	if err != nil || size == 0 || len(b) == size {
		return b, err
	}
	// A byte string takes 1, 2 or 3 bytes more than its length, so not every room can be filled by one: the second one
	// takes what is left.
	for second := range 3 {
		if second > 0 {
			unprotected[headerPad2] = make([]byte, second-1)
		}
		unprotected[headerPad] = []byte{}
		if b, err = s.message.MarshalCBOR(); err != nil {
			return nil, err
		}
		for room := size - len(b); room > 0 && room >= size-len(b)-3; room-- {
			unprotected[headerPad] = make([]byte, room)
			padded, err := s.message.MarshalCBOR()
			if err != nil {
				return nil, err
			}
			if len(padded) == size {
				return padded, nil
			}
		}
		if len(b) == size {
			return b, nil
		}
	}
	return nil, errNoRoom
}

var errNoRoom = errors.New("the time stamp is larger than the room for it")

// placeholder stands for a key: its signatures have the right length and nothing else.
type placeholder struct {
	algorithm cose.Algorithm
	size      int
}

func (p placeholder) Algorithm() cose.Algorithm { return p.algorithm }

func (p placeholder) Sign(io.Reader, []byte) ([]byte, error) { return make([]byte, p.size), nil }

func sum256(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}
