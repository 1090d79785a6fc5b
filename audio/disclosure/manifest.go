package disclosure

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/voicepress/voicepress/audio/c2pa"
)

// modelType is the kind of model in general (C2PA 2.4, c2pa.ai-disclosure).
const modelType = "c2pa.types.model"

// oversight is how much people had a say in what the model made: they gave the text, and nobody is known to have
// listened (C2PA 2.4, humanOversightLevel).
const oversight = "prompt_guided"

// manifest is what the signed manifest says of a cleaned Disclosure: how the sound came to be, of which article, by
// which model. It names no person. Format is a container's name; src is the file as it was, and old what it carried.
//
// Where an article was read, the file was created; where there was a file already, that was opened, and is the parent.
// All identifiers are derived from what is said, so that the same gives the same.
func (d *Disclosure) manifest(format string, src *io.SectionReader, old carried) (c2pa.Manifest, error) {
	m := c2pa.Manifest{
		Title:     d.Article.Title,
		Generator: c2pa.Generator{Name: d.Tool.Name, Version: d.Tool.Version},
	}
	if m.Generator.Name == "" {
		m.Generator.Name = "voicepress"
	}
	var article, parent []c2pa.HashedURI
	if d.Article.URL != "" || d.Article.Title != "" {
		a, err := c2pa.NewAssertion(c2pa.LabelIngredient, d.articleIngredient())
		if err != nil {
			return m, err
		}
		m.Assertions = append(m.Assertions, a)
		article = []c2pa.HashedURI{a.Ref()}
	}
	if d.Ingredient != nil || old.store != nil {
		fields, kept := d.parentIngredient(format, src, old)
		m.Older = kept
		label := c2pa.LabelIngredient
		if article != nil {
			label += "__1" // the second of its kind
		}
		a, err := c2pa.NewAssertion(label, fields)
		if err != nil {
			return m, err
		}
		m.Assertions = append(m.Assertions, a)
		parent = []c2pa.HashedURI{a.Ref()}
	}
	actions, err := c2pa.NewAssertion(c2pa.LabelActions, map[string]any{
		"allActionsIncluded": true,
		"actions":            d.actions(article, parent),
	})
	if err != nil {
		return m, err
	}
	m.Assertions = append(m.Assertions, actions)
	if !d.SourceType.ByRules() { // which no model makes
		a, err := c2pa.NewAssertion(c2pa.LabelAIDisclosure, d.aiDisclosure())
		if err != nil {
			return m, err
		}
		m.Assertions = append(m.Assertions, a)
	}
	metadata, err := d.metadata()
	if err != nil {
		return m, err
	}
	m.Assertions = append(m.Assertions, c2pa.NewJSONAssertion(c2pa.LabelMetadata, metadata))

	seed := []string{d.Key, format, d.Encoder, fmt.Sprintf("%x", sha256.Sum256(m.Older)), m.Title, m.Generator.Name, m.Generator.Version}
	for _, a := range m.Assertions {
		seed = append(seed, string(a.Ref().Hash))
	}
	m.Label = "urn:c2pa:" + derivedUUID("manifest", seed...)
	m.InstanceID = "xmp:iid:" + derivedUUID("instance", seed...)
	return m, nil
}

// articleIngredient is the article that is read.
func (d *Disclosure) articleIngredient() map[string]any {
	i := map[string]any{
		"relationship": "inputTo",
		"dc:format":    "text/html",
		"instanceID":   "xmp:iid:" + derivedUUID("article", d.Article.URL, d.Article.Title, d.Article.TextSHA256),
	}
	set(i, "dc:title", d.Article.Title)
	set(i, "informationalURI", d.Article.URL)
	return i
}

// parentIngredient is the file that was there before, with what a validator says of the manifest that it had, and the
// store that is to be kept. A manifest that nobody can read is not kept, and that is said.
func (d *Disclosure) parentIngredient(format string, src *io.SectionReader, old carried) (fields map[string]any, kept []byte) {
	var original Ingredient
	if d.Ingredient != nil {
		original = *d.Ingredient
	}
	i := map[string]any{
		"relationship": "parentOf",
		"instanceID":   "xmp:iid:" + derivedUUID("parent", original.SHA256, format),
	}
	set(i, "dc:title", original.Name)
	set(i, "dc:format", original.MIME)
	if old.store == nil {
		return i, nil
	}
	var hole c2pa.Range
	if len(old.holes) > 0 {
		hole = old.holes[0]
	}
	found, err := c2pa.ParentFields(old.store, c2pa.Validate(old.store, src, hole, c2pa.Trust{}))
	if err != nil {
		i["description"] = "Its manifest was damaged and could not be kept."
		return i, nil
	}
	for name, value := range found {
		i[name] = value
	}
	return i, old.store
}

// actions are what was done, in order (C2PA 18.14).
func (d *Disclosure) actions(article, parent []c2pa.HashedURI) []map[string]any {
	action := func(name, description string) map[string]any {
		a := map[string]any{"action": name}
		set(a, "description", description)
		if !d.Created.IsZero() {
			a["when"] = cbor.Tag{Number: 0, Content: d.Created.UTC().Format(time.RFC3339)} // a date (RFC 8949, 3.4.1)
		}
		return a
	}
	var all []map[string]any
	voiced := action("c2pa.created", d.Wording.Written)
	if parent != nil {
		opened := action("c2pa.opened", "")
		opened["parameters"] = map[string]any{"ingredients": parent}
		all = append(all, opened)
		// The sound was there already; what it is, is said now.
		voiced["action"] = "c2pa.edited.metadata"
		voiced["softwareAgent"] = program(d.Tool.Name, d.Tool.Version)
	} else {
		voiced["softwareAgent"] = program(joined(d.Engine.Name, d.Voice.ID), d.Engine.Version)
	}
	voiced["digitalSourceType"] = d.SourceType.URI()
	if article != nil {
		voiced["parameters"] = map[string]any{"ingredients": article}
	}
	all = append(all, voiced)
	if len(d.Edits) > 0 {
		edited := action("c2pa.edited", strings.Join(d.Edits, "; "))
		edited["softwareAgent"] = program(d.Tool.Name, d.Tool.Version)
		all = append(all, edited)
	}
	if d.Watermark != nil {
		// Unbound: it says that the voice is generated, and does not lead to this manifest.
		all = append(all, action("c2pa.watermarked.unbound", d.Watermark.Algorithm))
	}
	return all
}

// aiDisclosure says which model made the sound.
func (d *Disclosure) aiDisclosure() map[string]any {
	a := map[string]any{"modelType": modelType, "contentProfile": map[string]any{"humanOversightLevel": oversight}}
	set(a, "modelName", d.Voice.ID)
	set(a, "modelIdentifier", joined(d.Engine.Name, d.Engine.Version))
	return a
}

// metadata is the title, what reads and how the sound came to be, as JSON-LD (CAWG Metadata Assertion 1.1).
func (d *Disclosure) metadata() ([]byte, error) {
	type context struct {
		DC   string `json:"dc"`
		IPTC string `json:"Iptc4xmpExt"`
	}
	return json.Marshal(struct {
		Context    context  `json:"@context"`
		Title      string   `json:"dc:title,omitempty"`
		Creator    []string `json:"dc:creator"`
		SourceType string   `json:"Iptc4xmpExt:DigitalSourceType"`
	}{context{nsDC, nsIPTC}, d.Article.Title, []string{d.artist()}, d.SourceType.URI()})
}

// program is a program as claims and actions name it (C2PA 10.2.4).
func program(name, version string) map[string]any {
	p := map[string]any{"name": name}
	set(p, "version", version)
	return p
}

// set sets a field unless the value is empty.
func set(fields map[string]any, name, value string) {
	if value != "" {
		fields[name] = value
	}
}

// derivedUUID is a UUID that follows from texts. It has the form of one that was drawn at random (version 4), which is
// what C2PA asks for, and the bits of a hash in place of random ones.
func derivedUUID(purpose string, texts ...string) string {
	h := sha256.New()
	for _, s := range append([]string{purpose}, texts...) {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	u := h.Sum(nil)[:16]
	u[6] = u[6]&0x0F | 0x40 // version
	u[8] = u[8]&0x3F | 0x80 // variant of RFC 9562
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
