package c2pa

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"time"
)

// Validate checks a manifest store against its file: the signature of the active manifest, its certificate, its time stamp, the
// hash of every assertion and of the file, and the manifests of its ingredients. The hole is where the store lies in the
// file, with what readers of the format count to it, which must be left out of the hash exactly; it is empty where the
// store lies beside the file. What else is left out is reported as informational. Files of boxes bring their own rules,
// so there the hole is not looked at.
//
// Validate never fails: what is damaged is Invalid, with a code.
func Validate(store []byte, asset *io.SectionReader, hole Range, trust Trust) Report {
	if trust.Now.IsZero() {
		trust.Now = time.Now()
	}
	var r Report
	root, err := readStore(store)
	if err != nil {
		r.fail(codeGeneral, "self#jumbf=/"+storeLabel, "%v", err)
		r.conclude()
		return r
	}
	all := manifests(root)
	r.Manifests = len(all)
	switch {
	case len(all) == 0:
		r.fail(codeClaimMissing, "self#jumbf=/"+storeLabel, "the store has no manifest")
	case len(all) > maxManifests:
		r.fail(codeGeneral, "self#jumbf=/"+storeLabel, "the store has more than %d manifests", maxManifests)
	default:
		v := &validator{report: &r, trust: trust, manifests: map[string]*superbox{}, checked: map[string]bool{}, hashes: hasher{}, parsed: map[*superbox]*ingredient{}}
		for _, m := range all {
			v.manifests[m.label] = m
		}
		v.active(all[len(all)-1], asset, hole)
	}
	r.conclude()
	return r
}

// validator checks one store.
type validator struct {
	report    *Report
	trust     Trust
	manifests map[string]*superbox
	checked   map[string]bool // manifests that have been, so that circles end
	hashes    hasher
	parsed    map[*superbox]*ingredient // assertions of ingredients that were read; nil: they cannot be
	redacted  map[string]bool           // addresses of assertions that were taken out later
}

// active checks the active manifest and what hangs on it.
func (v *validator) active(box *superbox, asset *io.SectionReader, hole Range) {
	r := v.report
	r.Label = box.label
	m, ok := openManifest(box, r)
	if !ok {
		return
	}
	v.checked[m.label()] = true
	r.Title, r.InstanceID, r.Generator = m.claim.Title, m.claim.InstanceID, m.claim.generatedBy
	v.redacted = map[string]bool{}
	for _, url := range m.claim.Redacted {
		v.redact(m, url)
	}
	v.claim(m, r, v.checkSignature(m, r))
	v.describe(m)
	v.update(m)
	v.hardBinding(m, asset, hole)
	v.ingredients(m, 1)
}

// redact notes that an assertion of an older manifest was taken out.
func (v *validator) redact(m *storedManifest, url string) {
	manifest, steps := path(url)
	switch {
	case manifest == "" || manifest == m.label():
		v.report.fail(codeSelfRedacted, url, "a claim cannot take out its own assertions")
	case len(steps) == 2 && kind(steps[1]) == "c2pa.actions":
		v.report.fail(codeActionRedacted, url, "actions cannot be taken out")
	default:
		v.redacted[url] = true
	}
}

// checkSignature checks the signature of a manifest with its certificate and its time stamp.
func (v *validator) checkSignature(m *storedManifest, r *Report) signatureFacts {
	url := m.url(signatureLabel)
	s, err := readMessage(m.signature.content)
	if err != nil {
		r.fail(codeSignatureMismatch, url, "%v", err)
		return signatureFacts{}
	}
	return s.check(m.claimBox.content, url, r, v.trust)
}

// claim checks each assertion of a claim.
func (v *validator) claim(m *storedManifest, r *Report, facts signatureFacts) {
	if r == v.report {
		r.Signer, r.Issuer, r.NotAfter, r.Time, r.TimeTrusted = facts.signer, facts.issuer, facts.notAfter, facts.time, facts.timeTrusted
	}
	declared := map[*superbox]bool{}
	for _, a := range m.claim.assertions() {
		box, outside := m.assertion(a.URL)
		full := m.url(assertionsLabel, lastStep(a.URL))
		switch {
		case outside:
			r.fail(codeAssertionOutside, a.URL, "the assertion is not in this manifest")
			continue
		case v.redacted[full] || v.redacted[a.URL]:
			if box != nil {
				declared[box] = true
			}
			continue
		case box == nil:
			r.fail(codeAssertionMissing, a.URL, "the assertion is missing")
			continue
		case declared[box]:
			r.fail(codeAssertionDuplicate, a.URL, "the claim names the assertion twice")
			continue
		}
		declared[box] = true
		if err := v.hashes.check(box, a, m.claim.Alg); errors.Is(err, errAlgorithm) {
			r.fail(codeAlgorithmUnsupported, full, "%v", err)
		} else if err != nil {
			r.fail(codeAssertionMismatch, full, "the assertion was altered: %v", err)
		} else if code, err := wellFormed(box); err != nil {
			r.fail(code, full, "%v", err)
		} else {
			r.pass(codeAssertionMatch, full, "the hash of %s matches", box.label)
		}
	}
	if store := m.assertionStore(); store != nil {
		for _, box := range store.boxes {
			if !declared[box] {
				r.fail(codeAssertionUndeclared, m.url(assertionsLabel, box.label), "the claim does not name the assertion")
			}
		}
	}
	v.actions(m, r)
}

func lastStep(url string) string {
	_, steps := path(url)
	if len(steps) == 0 {
		return ""
	}
	return steps[len(steps)-1]
}

// update checks what an update manifest may not have: it changes nothing in the file (C2PA 15.11.3).
func (v *validator) update(m *storedManifest) {
	if !m.box.is(typeUpdate) {
		return
	}
	if len(bindings(m)) > 0 {
		v.report.fail(codeUpdateInvalid, m.url(), "an update manifest has no hash of the file")
	}
	if parents := v.parents(m); len(parents) != 1 {
		v.report.fail(codeUpdateParents, m.url(), "an update manifest has one parent, and this one has %d", len(parents))
	}
}

// bindings are the assertions that bind a manifest to the file.
func bindings(m *storedManifest) []*superbox {
	var all []*superbox
	for _, want := range []string{"c2pa.hash.data", "c2pa.hash.bmff", "c2pa.hash.boxes", "c2pa.hash.collection.data", "c2pa.hash.multi-asset"} {
		all = append(all, m.labelled(want)...)
	}
	return all
}

// hardBinding checks the hash of the file. An update manifest has none; that of its parent counts.
func (v *validator) hardBinding(m *storedManifest, asset *io.SectionReader, hole Range) {
	r := v.report
	for range maxDepth {
		if !m.box.is(typeUpdate) {
			break
		}
		parents := v.parents(m)
		if len(parents) != 1 {
			return // said already
		}
		label, _ := path(parents[0].manifestURI().URL)
		box := v.manifests[label]
		if box == nil {
			r.fail(codeBindingMissing, m.url(), "the manifest with the hash of the file is missing")
			return
		}
		next, ok := openManifest(box, &Report{})
		if !ok {
			r.fail(codeBindingMissing, m.url(), "the manifest with the hash of the file is damaged")
			return
		}
		m = next
	}
	found := bindings(m)
	switch {
	case len(found) == 0:
		r.fail(codeBindingMissing, m.url(), "nothing binds the manifest to the file")
		return
	case len(found) > 1:
		r.fail(codeBindingMultiple, m.url(), "%d assertions bind the manifest to the file", len(found))
		return
	}
	box := found[0]
	url := m.url(assertionsLabel, box.label)
	switch kind(box.label) {
	case "c2pa.hash.data":
		v.dataHash(box, m.claim.Alg, url, asset, hole)
	case "c2pa.hash.bmff":
		v.bmffHash(box, m.claim.Alg, url, asset)
	default:
		r.fail(codeAlgorithmUnsupported, url, "hashes of the kind %s are not for sound", box.label)
	}
}

func (v *validator) dataHash(box *superbox, alg, url string, asset *io.SectionReader, hole Range) {
	r := v.report
	var d dataHash
	if err := decode(box.content, &d); err != nil {
		r.fail(codeDataMalformed, url, "%v", err)
		return
	}
	h, err := newHash(d.Alg, alg)
	if err != nil {
		r.fail(codeAlgorithmUnsupported, url, "%v", err)
		return
	}
	left := make([]Range, len(d.Exclusions))
	for i, e := range d.Exclusions {
		left[i] = Range(e)
	}
	slices.SortFunc(left, func(a, b Range) int { return cmp.Compare(a.Start, b.Start) })
	if hole.Length > 0 && !slices.Contains(left, hole) {
		r.fail(codeDataMismatch, url, "what is left out of the hash is not just the manifest (%d bytes at %d)", hole.Length, hole.Start)
		return
	}
	for _, e := range left {
		if e != hole {
			r.note(codeDataMore, url, "%d bytes at %d are left out of the hash and may be altered", e.Length, e.Start)
		}
	}
	err = hashWithout(h, asset, left)
	v.compare(h.Sum(nil), d.Hash, err, codeDataMatch, codeDataMismatch, url)
}

func (v *validator) bmffHash(box *superbox, alg, url string, asset *io.SectionReader) {
	r := v.report
	var b bmffHash
	if err := decode(box.content, &b); err != nil {
		r.fail(codeBMFFMalformed, url, "%v", err)
		return
	}
	if base(box.label) == "c2pa.hash.bmff" || len(b.Merkle) > 0 {
		r.fail(codeAlgorithmUnsupported, url, "hashes of files in pieces, and of version 1, are not checked")
		return
	}
	h, err := newHash(b.Alg, alg)
	if err != nil {
		r.fail(codeAlgorithmUnsupported, url, "%v", err)
		return
	}
	for _, e := range b.Exclusions {
		switch e.XPath {
		case "/uuid", "/ftyp", "/mfra":
		case "/mdat", "/moov":
			r.fail(codeBMFFMismatch, url, "the sound is left out of the hash (%s)", e.XPath)
			return
		default:
			r.note(codeBMFFMore, url, "%s may be altered", e.XPath)
		}
	}
	err = hashBoxes(h, asset, b.Exclusions)
	v.compare(h.Sum(nil), b.Hash, err, codeBMFFMatch, codeBMFFMismatch, url)
}

func (v *validator) compare(got, want []byte, err error, match, mismatch, url string) {
	switch {
	case err != nil:
		v.report.fail(mismatch, url, "%v", err)
	case len(want) == 0 || string(got) != string(want):
		v.report.fail(mismatch, url, "the file was altered after it was signed")
	default:
		v.report.pass(match, url, "the file is as it was signed")
	}
}
