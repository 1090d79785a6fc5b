// Package c2pa signs and validates C2PA manifests of audio files: what is said about a file, bound to its bytes by a
// hash and to a name by a certificate. It knows boxes, claims, signatures, time stamps and hashes.
//
// It is not for containers: where in an MP3, WAV or M4A file a manifest store lies is the business of package
// disclosure, and so is what a manifest says about a voice. It fetches nothing, apart from a time stamp where a server
// for it is named.
//
// Sources: C2PA Technical Specification 2.2 (the section numbers in comments are of that version), ISO/IEC 19566-5
// (JUMBF), RFC 8949 (CBOR), RFC 9052 and 9360 (COSE), RFC 3161 and 5652 (time stamps).
package c2pa

import "fmt"

// MIME is the media type of a manifest store.
const MIME = "application/c2pa"

// SidecarSuffix is how the name of a file ends that holds the store of an audio file beside it.
const SidecarSuffix = ".c2pa"

// Labels of boxes and assertions (C2PA 11.1.4 and 18).
const (
	storeLabel      = "c2pa"
	assertionsLabel = "c2pa.assertions"
	claimLabel      = "c2pa.claim.v2"
	claimLabelV1    = "c2pa.claim"
	signatureLabel  = "c2pa.signature"

	LabelActions      = "c2pa.actions.v2"
	LabelIngredient   = "c2pa.ingredient.v3"
	LabelAIDisclosure = "c2pa.ai-disclosure"
	LabelMetadata     = "cawg.metadata"
	labelDataHash     = "c2pa.hash.data"
	labelBMFFHash     = "c2pa.hash.bmff.v3"
)

// Bounds on what is read. They are far above what any real store has.
const (
	maxStore      = 64 << 20 // bytes of a store
	maxDepth      = 32       // boxes within boxes, and values within values
	maxBoxes      = 1 << 14  // boxes of a store
	maxLabel      = 1 << 10  // bytes of a label
	maxElements   = 1 << 14  // of a CBOR array or map
	maxManifests  = 256      // of a store
	maxAssertions = 1024     // of a claim
	maxChain      = 8        // certificates
)

// Generator is the program that made a claim.
type Generator struct{ Name, Version string }

// Manifest is what is to be said about a file, and signed. Sign adds the hash of the file.
type Manifest struct {
	Label      string // urn:c2pa: and a UUID; unique among the manifests of the store
	InstanceID string // of this version of the file: xmp:iid: and a UUID
	Title      string
	Generator  Generator
	Assertions []Assertion
	// Older is the store that the file had before; its manifests are kept as they are. An ingredient assertion refers to
	// the active one.
	Older []byte
}

// Assertion is one statement of a manifest, encoded.
type Assertion struct {
	Label string
	data  []byte
	json  bool
}

// NewAssertion is an assertion that is written as CBOR. Maps have string keys.
func NewAssertion(label string, value any) (Assertion, error) {
	data, err := encode(value)
	if err != nil {
		return Assertion{}, fmt.Errorf("encode assertion %s: %w", label, err)
	}
	return Assertion{Label: label, data: data}, nil
}

// NewJSONAssertion is an assertion whose content is a JSON text (JSON-LD, C2PA 18.2).
func NewJSONAssertion(label string, json []byte) Assertion {
	return Assertion{Label: label, data: json, json: true}
}

// box is the assertion as a JUMBF superbox.
func (a Assertion) box() []byte {
	if a.json {
		return newSuperbox(typeJSON, a.Label, newBox("json", a.data))
	}
	return newSuperbox(typeCBOR, a.Label, newBox("cbor", a.data))
}

// Ref is how other assertions of the same manifest and its claim refer to this one: by address and hash.
func (a Assertion) Ref() HashedURI {
	return HashedURI{URL: "self#jumbf=" + assertionsLabel + "/" + a.Label, Hash: boxHash(a.box())}
}

// HashedURI is the address of a box within a store and the SHA-256 of its content (C2PA 8.3).
type HashedURI struct {
	URL  string `cbor:"url"`
	Alg  string `cbor:"alg,omitempty"` // empty: that of the claim
	Hash []byte `cbor:"hash"`
}
