package c2pa

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/fxamacker/cbor/v2"
)

// anyClaim is a claim of version 1 or 2 as it is read.
type anyClaim struct {
	InstanceID  string          `cbor:"instanceID"`
	Generator   string          `cbor:"claim_generator"`      // version 1
	Info        cbor.RawMessage `cbor:"claim_generator_info"` // version 1: a list
	Signature   string          `cbor:"signature"`
	Assertions  []HashedURI     `cbor:"assertions"` // version 1
	Created     []HashedURI     `cbor:"created_assertions"`
	Gathered    []HashedURI     `cbor:"gathered_assertions"`
	Redacted    []string        `cbor:"redacted_assertions"`
	Title       string          `cbor:"dc:title"`
	Alg         string          `cbor:"alg"`
	generatedBy string
}

// generator is the name and version of a program, as claims and actions have them.
type generator struct {
	Name    string `cbor:"name"`
	Version string `cbor:"version"`
}

func (g generator) String() string { return strings.TrimSpace(g.Name + " " + g.Version) }

// storedManifest is a manifest of a store, found but not checked.
type storedManifest struct {
	box       *superbox
	claimBox  *superbox
	claim     anyClaim
	version   int // of the claim
	signature *superbox
}

func (m *storedManifest) label() string { return m.box.label }

// url is the address of a box in the manifest.
func (m *storedManifest) url(path ...string) string {
	return "self#jumbf=/" + strings.Join(append([]string{storeLabel, m.box.label}, path...), "/")
}

// manifests are the boxes in a store that are manifests, in order.
func manifests(root *superbox) []*superbox {
	var all []*superbox
	for _, b := range root.boxes {
		if b.is(typeManifest) || b.is(typeUpdate) {
			all = append(all, b)
		}
	}
	return all
}

// openManifest finds the claim of a manifest. What it lacks is said in r.
func openManifest(box *superbox, r *Report) (*storedManifest, bool) {
	m := &storedManifest{box: box, version: 2}
	claims := 0
	for _, b := range box.boxes {
		if b.is(typeClaim) {
			m.claimBox = b
			claims++
		}
	}
	switch {
	case claims == 0:
		r.fail(codeClaimMissing, m.url(), "the manifest has no claim")
		return nil, false
	case claims > 1:
		r.fail(codeClaimMultiple, m.url(), "the manifest has %d claims", claims)
		return nil, false
	}
	switch m.claimBox.label {
	case claimLabel:
	case claimLabelV1:
		m.version = 1
	default:
		r.fail(codeClaimMalformed, m.url(m.claimBox.label), "claim of an unknown version")
		return nil, false
	}
	if m.version == 2 && !strings.HasPrefix(box.label, "urn:c2pa:") {
		r.fail(codeClaimMalformed, m.url(), "the label of the manifest is no C2PA URN")
		return nil, false
	}
	if m.claimBox.code != "cbor" {
		r.fail(codeClaimMalformed, m.url(m.claimBox.label), "the claim is not CBOR")
		return nil, false
	}
	if err := m.claim.read(m.claimBox.content, m.version); err != nil {
		r.fail(codeClaimMalformed, m.url(m.claimBox.label), "%v", err)
		return nil, false
	}
	if m.signature = box.byLabel[signatureLabel]; m.signature == nil || !m.signature.is(typeSignature) || m.signature.code != "cbor" ||
		!m.sameManifest(m.claim.Signature, signatureLabel) {
		r.fail(codeSignatureMissing, m.url(signatureLabel), "the claim has no signature")
		return nil, false
	}
	return m, true
}

func (c *anyClaim) read(data []byte, version int) error {
	if err := decode(data, c); err != nil {
		return err
	}
	lists := [][]HashedURI{c.Created, c.Gathered}
	if version == 1 {
		lists = [][]HashedURI{c.Assertions}
	}
	count := 0
	for _, l := range lists {
		count += len(l)
	}
	switch {
	case count == 0:
		return errors.New("the claim names no assertion")
	case count > maxAssertions || len(c.Redacted) > maxAssertions:
		return fmt.Errorf("the claim names more than %d assertions", maxAssertions)
	case c.InstanceID == "" || c.Signature == "":
		return errors.New("the claim lacks instanceID or signature")
	}
	c.generatedBy = c.Generator
	if len(c.Info) > 0 {
		var one generator
		var list []generator
		if decode(c.Info, &one) == nil && one.Name != "" {
			c.generatedBy = one.String()
		} else if decode(c.Info, &list) == nil && len(list) > 0 && list[0].Name != "" {
			c.generatedBy = list[0].String()
		}
	}
	if version == 2 && c.generatedBy == "" {
		return errors.New("the claim does not say what made it")
	}
	return nil
}

// assertions are the addresses and hashes of all assertions of the claim.
func (c *anyClaim) assertions() []HashedURI {
	return append(append(c.Assertions[:len(c.Assertions):len(c.Assertions)], c.Created...), c.Gathered...)
}

// path splits the address of a box: the label of its manifest ("" for the same) and the labels from there on.
func path(url string) (manifest string, steps []string) {
	rest, ok := strings.CutPrefix(url, "self#jumbf=")
	if !ok {
		return "", nil
	}
	if rest, ok = strings.CutPrefix(rest, "/"); ok {
		steps = strings.Split(rest, "/")
		if len(steps) < 2 || steps[0] != storeLabel {
			return "", nil
		}
		return steps[1], steps[2:]
	}
	return "", strings.Split(rest, "/")
}

// sameManifest tells whether an address is that of a box of this manifest with these labels.
func (m *storedManifest) sameManifest(url string, labels ...string) bool {
	manifest, steps := path(url)
	return (manifest == "" || manifest == m.label()) && strings.Join(steps, "/") == strings.Join(labels, "/")
}

// assertion finds the box of an assertion by its address.
func (m *storedManifest) assertion(url string) (box *superbox, outside bool) {
	manifest, steps := path(url)
	if manifest != "" && manifest != m.label() {
		return nil, true
	}
	if len(steps) != 2 || steps[0] != assertionsLabel {
		return nil, false
	}
	if store := m.assertionStore(); store != nil {
		return store.byLabel[steps[1]], false
	}
	return nil, false
}

func (m *storedManifest) assertionStore() *superbox {
	if b := m.box.byLabel[assertionsLabel]; b != nil && b.is(typeAssertions) {
		return b
	}
	return nil
}

// base is the label of an assertion without the number that tells several of a kind apart.
func base(label string) string {
	label, _, _ = strings.Cut(label, "__")
	return label
}

// kind is the label without number and without version.
func kind(label string) string {
	label = base(label)
	if i := strings.LastIndex(label, ".v"); i > 0 && strings.Trim(label[i+2:], "0123456789") == "" {
		return label[:i]
	}
	return label
}

// labelled are the assertions of a kind that the claim names, whatever their version.
func (m *storedManifest) labelled(want string) []*superbox {
	var all []*superbox
	for _, a := range m.claim.assertions() {
		if box, _ := m.assertion(a.URL); box != nil && kind(box.label) == want {
			all = append(all, box)
		}
	}
	return all
}

// hasher hashes boxes, each only once with an algorithm, however often a hostile store refers to it.
type hasher map[hashed]string

type hashed struct {
	box *superbox
	alg string
}

// check fails where a box does not have the hash in an address.
func (h hasher) check(box *superbox, want HashedURI, usual string) error {
	key := hashed{box, cmp.Or(want.Alg, usual)}
	if _, ok := h[key]; !ok {
		sum, err := newHash(key.alg, "")
		if err != nil {
			return err
		}
		sum.Write(box.raw[boxHeader:])
		h[key] = string(sum.Sum(nil))
	}
	if h[key] != string(want.Hash) {
		return errHash
	}
	return nil
}

var errHash = errors.New("the hash does not match")

// wellFormed checks the syntax of an assertion.
func wellFormed(box *superbox) (code string, err error) {
	switch box.code {
	case "json":
		if !json.Valid(box.content) {
			return codeAssertionJSON, errors.New("no JSON")
		}
	case "cbor":
		var any cbor.RawMessage
		if err := decode(box.content, &any); err != nil {
			return codeAssertionCBOR, err
		}
	}
	return "", nil
}
