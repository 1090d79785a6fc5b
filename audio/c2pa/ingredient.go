package c2pa

import (
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

// ingredient is an assertion of what a file was made from, of version 1, 2 or 3.
type ingredient struct {
	Relationship string             `cbor:"relationship"`
	Title        string             `cbor:"dc:title"`
	Format       string             `cbor:"dc:format"`
	Information  string             `cbor:"informationalURI"`
	Active       HashedURI          `cbor:"activeManifest"` // version 3
	Signature    HashedURI          `cbor:"claimSignature"` // version 3
	Manifest     HashedURI          `cbor:"c2pa_manifest"`  // versions 1 and 2
	Results      *validationResults `cbor:"validationResults"`
}

// validationResults is what whoever took the ingredient found when checking it (C2PA 18.15.12).
type validationResults struct {
	Active struct {
		Failure []struct {
			Code string `cbor:"code"`
		} `cbor:"failure"`
	} `cbor:"activeManifest"`
}

// manifestURI is where the manifest of the ingredient is; its URL is empty where it has none.
func (i *ingredient) manifestURI() HashedURI {
	if i.Active.URL != "" {
		return i.Active
	}
	return i.Manifest
}

// known tells whether a fault of the ingredient was there, and was said, when it was taken.
func (i *ingredient) known(code string) bool {
	if i.Results == nil {
		return false
	}
	return slices.ContainsFunc(i.Results.Active.Failure, func(f struct {
		Code string `cbor:"code"`
	},
	) bool {
		return f.Code == code
	})
}

// ingredientIn reads the assertion of an ingredient, once; nil where that fails.
func (v *validator) ingredientIn(box *superbox) *ingredient {
	if i, ok := v.parsed[box]; ok {
		return i
	}
	i := &ingredient{}
	if err := decode(box.content, i); err != nil {
		i = nil
	}
	v.parsed[box] = i
	return i
}

// parents are the ingredients of which the file is another version.
func (v *validator) parents(m *storedManifest) []*ingredient {
	var all []*ingredient
	for _, box := range m.labelled("c2pa.ingredient") {
		if i := v.ingredientIn(box); i != nil && i.Relationship == "parentOf" {
			all = append(all, i)
		}
	}
	return all
}

// ingredients checks the ingredients of a manifest, and the manifests that they have.
func (v *validator) ingredients(m *storedManifest, depth int) {
	r := v.report
	parents := 0
	for _, box := range m.labelled("c2pa.ingredient") {
		url := m.url(assertionsLabel, box.label)
		i := v.ingredientIn(box)
		if i == nil {
			r.fail(codeIngredientMalformed, url, "the ingredient cannot be read")
			continue
		}
		if i.Relationship == "parentOf" {
			parents++
		}
		uri := i.manifestURI()
		label, steps := path(uri.URL)
		if depth == 1 {
			r.Ingredients = append(r.Ingredients, Ingredient{i.Relationship, i.Title, i.Format, i.Information, label})
		}
		if uri.URL == "" {
			if i.Relationship != "inputTo" {
				r.note(codeIngredientUnknown, url, "where the ingredient comes from is not known")
			}
			continue
		}
		box := v.manifests[label]
		if box == nil || len(steps) > 0 {
			r.fail(codeIngredientMissing, url, "the manifest of the ingredient is missing")
			continue
		}
		v.ingredient(m, i, box, url, depth)
	}
	if parents > 1 {
		r.fail(codeParentsMultiple, m.url(), "%d ingredients are the parent", parents)
	}
}

// ingredient checks the manifest of one ingredient, but for the hash of its file, which is not here.
func (v *validator) ingredient(parent *storedManifest, i *ingredient, box *superbox, url string, depth int) {
	r := v.report
	if err := v.hashes.check(box, i.manifestURI(), parent.claim.Alg); err != nil && !v.wasRedacted(box.label) {
		r.fail(codeIngredientMismatch, url, "the manifest of the ingredient was altered: %v", err)
		return
	}
	r.pass(codeIngredientValidated, url, "the manifest of the ingredient is as it was")
	if i.Signature.URL != "" {
		if signature := box.byLabel[signatureLabel]; signature == nil || v.hashes.check(signature, i.Signature, parent.claim.Alg) != nil {
			r.fail(codeIngredientUnsigned, url, "the signature of the ingredient was altered")
			return
		}
		r.pass(codeIngredientSigned, url, "the signature of the ingredient is as it was")
	}
	if v.checked[box.label] || depth >= maxDepth {
		return
	}
	v.checked[box.label] = true
	var own Report
	m, ok := openManifest(box, &own)
	if ok {
		v.claim(m, &own, v.checkSignature(m, &own))
	}
	for _, f := range own.Failure {
		if !i.known(f.Code) {
			f.Explanation = fmt.Sprintf("ingredient: %s", f.Explanation)
			r.Failure = append(r.Failure, f)
		}
	}
	if ok {
		v.ingredients(m, depth+1)
	}
}

// wasRedacted tells whether an assertion of a manifest was taken out later, so that its hash cannot match.
func (v *validator) wasRedacted(manifest string) bool {
	for url := range v.redacted {
		if label, _ := path(url); label == manifest {
			return true
		}
	}
	return false
}

// action is an action of an assertion c2pa.actions, of version 1 or 2.
type action struct {
	Action      string          `cbor:"action"`
	When        cbor.RawMessage `cbor:"when"`
	Source      string          `cbor:"digitalSourceType"`
	Agent       cbor.RawMessage `cbor:"softwareAgent"` // a text in version 1
	Description string          `cbor:"description"`
	Parameters  struct {
		Ingredients []HashedURI `cbor:"ingredients"`
		Ingredient  *HashedURI  `cbor:"ingredient"` // version 1
	} `cbor:"parameters"`
}

// readActions are the actions in an assertion.
func readActions(box *superbox) ([]action, error) {
	var a struct {
		Actions []action `cbor:"actions"`
	}
	err := decode(box.content, &a)
	return a.Actions, err
}

// actions checks that a manifest begins with how the file came to be, says that once, and names ingredients that are
// there (C2PA 18.14.2, 15.10.3.2.2). Claims of version 1 had no such rule.
func (v *validator) actions(m *storedManifest, r *Report) {
	if m.version == 1 || m.box.is(typeUpdate) {
		return
	}
	first, count := true, 0
	for _, box := range m.labelled("c2pa.actions") {
		url := m.url(assertionsLabel, box.label)
		actions, err := readActions(box)
		if err != nil || len(actions) == 0 {
			r.fail(codeActionMalformed, url, "no actions in it")
			continue
		}
		for n, a := range actions {
			opening := a.Action == "c2pa.created" || a.Action == "c2pa.opened"
			if opening {
				count++
			}
			if (first && n == 0) != opening {
				r.fail(codeActionMalformed, url, "the first action, and only that, says how the file came to be")
				return
			}
			if a.Action == "c2pa.opened" && !v.opensParent(m, a) {
				r.fail(codeActionIngredient, url, "what was opened is no ingredient")
				return
			}
			for _, uri := range a.Parameters.Ingredients {
				if box, _ := m.assertion(uri.URL); box == nil || v.hashes.check(box, uri, m.claim.Alg) != nil {
					r.fail(codeActionIngredient, url, "an ingredient of the action is not there")
					return
				}
			}
		}
		first = false
	}
	if count == 0 {
		r.fail(codeActionMalformed, m.url(), "no action says how the file came to be")
	}
}

// opensParent tells whether an action names an ingredient that is the parent of the file.
func (v *validator) opensParent(m *storedManifest, a action) bool {
	uris := a.Parameters.Ingredients
	if a.Parameters.Ingredient != nil {
		uris = append(uris, *a.Parameters.Ingredient)
	}
	for _, uri := range uris {
		if box, _ := m.assertion(uri.URL); box != nil {
			if i := v.ingredientIn(box); i != nil && i.Relationship == "parentOf" {
				return true
			}
		}
	}
	return false
}
