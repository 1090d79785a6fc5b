package c2pa

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"
)

// Signed is a manifest store with a new manifest that is signed.
type Signed struct {
	Store  []byte     // to be put where the layout has room for it
	Label  string     // of the new manifest
	Signer string     // the name in the certificate
	Time   *time.Time // of the time stamp; nil where there is none
}

// claim is what is signed: which assertions there are, with their hashes (C2PA 10.2, version 2).
type claim struct {
	InstanceID string            `cbor:"instanceID"`
	Generator  map[string]string `cbor:"claim_generator_info"`
	Signature  string            `cbor:"signature"`
	Created    []HashedURI       `cbor:"created_assertions"`
	Title      string            `cbor:"dc:title,omitempty"`
	Alg        string            `cbor:"alg"`
}

// keyTimestamp says in claim_generator_info that no time stamp was asked for. The specification has no field for
// that; further fields are allowed there.
const keyTimestamp = "com.voicepress.timestamp"

// maxRounds is how often the layout is asked at most; two or three times are usual.
const maxRounds = 8

// Sign makes a manifest for the file that layout describes and signs it. The layout of a file depends on how long the
// store is (sizes in headers, offsets in tables), and the store on the layout (which bytes are not hashed): so layout is
// called several times, each time with a store of the right length but without signature, until both repeat. Then the
// file is hashed, and the store that is returned has the length of the last one.
//
// With a key of this machine that is not RSA, and no time stamp server, the same input gives the same bytes.
func (s *Signer) Sign(ctx context.Context, m Manifest, layout func(store []byte) (Layout, error)) (Signed, error) {
	if err := s.inTime(s.now()); err != nil {
		return Signed{}, err
	}
	for {
		signed, err := s.sign(ctx, m, layout)
		if room, ok := s.growRoom(err); ok {
			s.log.DebugContext(ctx, "more room for the time stamp", "bytes", room)
			continue
		}
		if err != nil {
			return Signed{}, fmt.Errorf("sign: %w", err)
		}
		return signed, nil
	}
}

func (s *Signer) sign(ctx context.Context, m Manifest, layout func(store []byte) (Layout, error)) (Signed, error) {
	b, err := s.newBuilder(m)
	if err != nil {
		return Signed{}, err
	}
	l, binding, err := b.settle(layout)
	if err != nil {
		return Signed{}, err
	}
	if err := binding.hash(ctx, l); err != nil {
		return Signed{}, err
	}
	assertion, err := binding.assertion()
	if err != nil {
		return Signed{}, err
	}
	claim, err := b.claim(assertion)
	if err != nil {
		return Signed{}, err
	}
	message, err := newMessage(claim, s.chain, s.signer(ctx))
	if err != nil {
		return Signed{}, err
	}
	signed := Signed{Label: m.Label, Signer: s.Name()}
	var token []byte
	if s.timestamp != "" {
		imprint, err := message.imprint()
		if err != nil {
			return Signed{}, err
		}
		stamp, err := s.requestTimestamp(ctx, imprint)
		if err != nil {
			return Signed{}, err
		}
		token, signed.Time = stamp.token, &stamp.time
	}
	signature, err := message.bytes(token, b.signatureSize)
	if err != nil {
		return Signed{}, tooLarge{err, len(token)}
	}
	signed.Store = b.store(assertion, claim, signature)
	return signed, nil
}

// builder makes the store of a manifest.
type builder struct {
	manifest      Manifest
	generator     map[string]string
	kept          [][]byte // boxes of older manifests
	signatureSize int      // bytes of the COSE message
}

func (s *Signer) newBuilder(m Manifest) (*builder, error) {
	b := &builder{manifest: m, generator: map[string]string{"name": m.Generator.Name}}
	if m.Generator.Version != "" {
		b.generator["version"] = m.Generator.Version
	}
	if s.timestamp == "" {
		b.generator[keyTimestamp] = "none"
	}
	if len(m.Older) > 0 {
		older, err := readStore(m.Older)
		if err != nil {
			return nil, fmt.Errorf("read the older manifest: %w", err)
		}
		for _, box := range older.boxes {
			if box.label == m.Label {
				return nil, fmt.Errorf("the file has a manifest %s already", m.Label)
			}
			b.kept = append(b.kept, box.raw)
		}
	}
	message, err := newMessage([]byte{}, s.chain, placeholder{s.algorithm, s.signatureSize})
	if err != nil {
		return nil, err
	}
	signature, err := message.bytes(nil, 0)
	if err != nil {
		return nil, err
	}
	b.signatureSize = len(signature)
	if s.timestamp != "" {
		b.signatureSize += int(s.room.Load())
	}
	return b, nil
}

// settle asks for the layout until neither it nor the length of the store changes.
func (b *builder) settle(layout func(store []byte) (Layout, error)) (Layout, *binding, error) {
	binding := &binding{}
	var last []byte
	for range maxRounds {
		assertion, err := binding.assertion()
		if err != nil {
			return Layout{}, nil, err
		}
		claim, err := b.claim(assertion)
		if err != nil {
			return Layout{}, nil, err
		}
		store := b.store(assertion, claim, make([]byte, b.signatureSize))
		l, err := layout(store)
		if err != nil {
			return Layout{}, nil, err
		}
		next := newBinding(l)
		if len(store) == len(last) && next.equal(binding) {
			return l, next, nil
		}
		last, binding = store, next
	}
	return Layout{}, nil, errLayout
}

func (b *builder) claim(binding Assertion) ([]byte, error) {
	c := claim{
		InstanceID: b.manifest.InstanceID,
		Generator:  b.generator,
		Signature:  "self#jumbf=/" + storeLabel + "/" + b.manifest.Label + "/" + signatureLabel, // so the label is signed too
		Created:    []HashedURI{binding.Ref()},
		Title:      b.manifest.Title,
		Alg:        "sha256",
	}
	for _, a := range b.manifest.Assertions {
		c.Created = append(c.Created, a.Ref())
	}
	return encode(c)
}

// store is the whole store: the older manifests, then the new one, which is the active one as the last (C2PA 11.1.4.2).
func (b *builder) store(binding Assertion, claim, signature []byte) []byte {
	assertions := [][]byte{binding.box()}
	for _, a := range b.manifest.Assertions {
		assertions = append(assertions, a.box())
	}
	manifest := newSuperbox(typeManifest, b.manifest.Label,
		newSuperbox(typeAssertions, assertionsLabel, assertions...),
		newSuperbox(typeClaim, claimLabel, newBox("cbor", claim)),
		newSuperbox(typeSignature, signatureLabel, newBox("cbor", signature)))
	return newSuperbox(typeStore, storeLabel, append(slices.Clone(b.kept), manifest)...)
}

// binding ties a manifest to the bytes of its file.
type binding struct {
	bmff  bool
	holes []Range
	sum   []byte
}

func newBinding(l Layout) *binding {
	if l.BMFF {
		return &binding{bmff: true}
	}
	return &binding{holes: l.Holes()}
}

func (b *binding) equal(other *binding) bool {
	return b.bmff == other.bmff && slices.Equal(b.holes, other.holes)
}

// hash hashes the file as it will be.
func (b *binding) hash(ctx context.Context, l Layout) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	h := sha256.New()
	file := l.section()
	if b.bmff {
		if err := hashBoxes(h, file, standardExclusions()); err != nil {
			return err
		}
	} else if err := hashWithout(h, file, b.holes); err != nil {
		return err
	}
	b.sum = h.Sum(nil)
	return ctx.Err()
}

func (b *binding) assertion() (Assertion, error) {
	sum := b.sum
	if sum == nil {
		sum = bytes.Repeat([]byte{0}, sha256.Size)
	}
	if b.bmff {
		return NewAssertion(labelBMFFHash, bmffHash{Exclusions: standardExclusions(), Alg: "sha256", Hash: sum})
	}
	exclusions := make([]exclusion, len(b.holes))
	for i, hole := range b.holes {
		exclusions[i] = exclusion(hole)
	}
	return NewAssertion(labelDataHash, dataHash{Exclusions: exclusions, Alg: "sha256", Hash: sum, Pad: []byte{}})
}
