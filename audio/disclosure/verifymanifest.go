package disclosure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio/c2pa"
)

// ManifestReport is what a C2PA manifest says, and whether it may be believed. Texts are one clean line each.
type ManifestReport struct {
	State       string           `json:"state"` // "Trusted", "Valid" or "Invalid", as C2PA readers say
	File        string           `json:"file,omitempty"`
	Label       string           `json:"label"`
	Title       string           `json:"title,omitempty"`
	Generator   string           `json:"generator,omitempty"`
	Signer      string           `json:"signer,omitempty"`
	Issuer      string           `json:"issuer,omitempty"`
	NotAfter    *time.Time       `json:"not_after,omitempty"` // end of the signer's certificate
	Time        *time.Time       `json:"time,omitempty"`      // of a time stamp that is right
	TimeTrusted bool             `json:"time_trusted"`
	SourceType  string           `json:"digital_source_type,omitempty"`
	Actions     []ManifestAction `json:"actions,omitempty"`
	Model       *ManifestModel   `json:"model,omitempty"`
	Ingredients []ManifestSource `json:"ingredients,omitempty"`
	Codes       []ManifestCode   `json:"codes"` // every finding, as the specification names it
}

// ManifestAction is something that was done to make the file.
type ManifestAction struct {
	Action      string `json:"action"` // c2pa.created
	When        string `json:"when,omitempty"`
	SourceType  string `json:"digital_source_type,omitempty"`
	Agent       string `json:"agent,omitempty"`
	Description string `json:"description,omitempty"`
}

// ManifestModel is the model that made the voice.
type ManifestModel struct {
	Type       string `json:"type"`
	Name       string `json:"name,omitempty"`
	Identifier string `json:"identifier,omitempty"`
	Oversight  string `json:"human_oversight,omitempty"`
}

// ManifestSource is what the file was made from.
type ManifestSource struct {
	Relationship string `json:"relationship"` // parentOf, inputTo
	Title        string `json:"title,omitempty"`
	Format       string `json:"format,omitempty"`
	URI          string `json:"uri,omitempty"`
}

// ManifestCode is one finding.
type ManifestCode struct {
	Code        string `json:"code"` // "assertion.dataHash.match"
	Kind        string `json:"kind"` // success, informational or failure
	Explanation string `json:"explanation,omitempty"`
}

// maxFindings is how many findings and actions of a manifest are reported.
const maxFindings = 256

// manifest finds the manifest of a file and adds what it says, and its layers, to the report. It returns Present for one
// that is right, whoever signed it, None where there is none, and Missing or Changed.
func (v Verifier) manifest(path string, src *io.SectionReader, tags carried, output *Output, r *Report) State {
	layer := func(s State, detail string) State {
		r.Layers = append(r.Layers, Layer{LayerManifest, s, detail})
		return s
	}
	store, where := tags.store, "embedded"
	var hole c2pa.Range
	if len(tags.holes) > 0 {
		hole = tags.holes[0]
	}
	beside := ""
	switch {
	case store != nil:
	case output != nil && output.C2PA.State == ManifestSidecar:
		beside = filepath.Join(filepath.Dir(path), output.C2PA.File)
	case tags.format == opusFormat:
		beside = strings.TrimSuffix(path, filepath.Ext(path)) + c2pa.SidecarSuffix
	}
	if beside != "" {
		var err error
		store, err = readStoreFile(beside)
		name := filepath.Base(beside)
		where = "in " + name
		switch {
		case errors.Is(err, fs.ErrNotExist):
			store = nil
		case err != nil:
			return layer(Changed, fmt.Sprintf("%s: %v", name, cause(err)))
		}
	}
	if store == nil {
		if output != nil && output.C2PA.State != ManifestNone {
			return layer(Missing, "the sidecar says that there is one")
		}
		return layer(None, "no C2PA manifest")
	}
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	found := c2pa.Validate(store, src, hole, c2pa.Trust{Anchors: v.Anchors, Now: now()})
	r.Manifest = newManifestReport(&found)
	if beside != "" {
		r.Manifest.File = filepath.Base(beside)
	}
	state := Present
	switch {
	case found.State == c2pa.Invalid:
		state = Changed
		layer(Changed, where+", "+brokenBy(&found))
	case output != nil && output.C2PA.State != ManifestNone && output.C2PA.Label != found.Label:
		state = Changed
		layer(Changed, where+"; it is not the one that the sidecar names")
	default:
		layer(Present, where+", "+string(found.State))
	}
	r.Layers = append(r.Layers, manifestLayers(&found, len(v.Anchors))...)
	return state
}

// opusFormat is the format whose files have the manifest beside them.
const opusFormat = "Opus"

// readStoreFile reads a manifest store that is a file.
func readStoreFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a file")
	case info.Size() > maxStore:
		return nil, fmt.Errorf("it is larger than %d bytes", int64(maxStore))
	}
	return os.ReadFile(path)
}

// brokenBy is the first failure that is more than a signer whom nobody knows.
func brokenBy(r *c2pa.Report) string {
	for _, s := range r.Failure {
		if s.Code != "signingCredential.untrusted" {
			return described(s)
		}
	}
	return "invalid"
}

func described(s c2pa.Status) string {
	return joined(line(s.Explanation, maxTitle), "("+line(s.Code, maxName)+")")
}

func newManifestReport(r *c2pa.Report) *ManifestReport {
	m := &ManifestReport{
		State: string(r.State), Label: line(r.Label, maxName), Title: line(r.Title, maxTitle), Generator: line(r.Generator, maxName),
		Signer: line(r.Signer, maxName), Issuer: line(r.Issuer, maxName), Time: r.Time, TimeTrusted: r.TimeTrusted,
		SourceType: line(r.SourceType(), maxURL), Codes: []ManifestCode{},
	}
	if !r.NotAfter.IsZero() {
		m.NotAfter = &r.NotAfter
	}
	for _, a := range r.Actions[:min(len(r.Actions), maxFindings)] {
		m.Actions = append(m.Actions, ManifestAction{
			line(a.Action, maxName), line(a.When, maxName), line(a.SourceType, maxURL), line(a.Agent, maxName), line(a.Description, maxTitle),
		})
	}
	if r.AI != nil {
		m.Model = &ManifestModel{line(r.AI.ModelType, maxName), line(r.AI.ModelName, maxName), line(r.AI.ModelIdentifier, maxName), line(r.AI.Oversight, maxName)}
	}
	for _, i := range r.Ingredients[:min(len(r.Ingredients), maxFindings)] {
		m.Ingredients = append(m.Ingredients, ManifestSource{line(i.Relationship, maxName), line(i.Title, maxTitle), line(i.Format, maxName), line(i.URI, maxURL)})
	}
	for _, list := range []struct {
		kind string
		all  []c2pa.Status
	}{{"success", r.Success}, {"informational", r.Informational}, {"failure", r.Failure}} {
		for _, s := range list.all[:min(len(list.all), maxFindings)] {
			m.Codes = append(m.Codes, ManifestCode{line(s.Code, maxName), list.kind, line(s.Explanation, maxTitle)})
		}
	}
	return m
}

// watermark is the layer of the watermark.
func (v Verifier) watermark(ctx context.Context, src *io.SectionReader, sidecar *Sidecar) (Layer, error) {
	said := ""
	if sidecar != nil && sidecar.Watermark != nil {
		said = joined(line(sidecar.Watermark.Algorithm, maxName), line(sidecar.Watermark.Payload, maxName))
	}
	if v.Watermark == nil {
		switch {
		case said != "":
			return Layer{LayerWatermark, Unknown, "the sidecar names " + said + "; no detector was at hand to look for it"}, nil
		case sidecar != nil:
			return Layer{LayerWatermark, None, "none was put in"}, nil
		default:
			return Layer{LayerWatermark, None, "nothing says that there is one, and nobody looked"}, nil
		}
	}
	found, err := v.Watermark(ctx, src)
	if err != nil {
		return Layer{}, fmt.Errorf("look for a watermark: %w", err)
	}
	switch {
	case found == nil && said != "":
		return Layer{LayerWatermark, Missing, "the sidecar names " + said + ", which was not found"}, nil
	case found == nil:
		return Layer{LayerWatermark, None, "none was found"}, nil
	}
	payload := joined(found.Algorithm, found.Payload)
	switch said {
	case "":
		return Layer{LayerWatermark, Present, payload + ", of which no sidecar tells"}, nil
	case payload:
		return Layer{LayerWatermark, Present, payload + ", as the sidecar says"}, nil
	default:
		return Layer{LayerWatermark, Changed, payload + "; the sidecar names " + said}, nil
	}
}

// manifestLayers are the layers of a file with a manifest.
func manifestLayers(r *c2pa.Report, anchors int) []Layer {
	failed := func(prefixes ...string) *c2pa.Status {
		i := slices.IndexFunc(r.Failure, func(s c2pa.Status) bool {
			return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s.Code, p) })
		})
		if i < 0 {
			return nil
		}
		return &r.Failure[i]
	}
	changed := func(name string, s *c2pa.Status) Layer {
		return Layer{name, Changed, described(*s)}
	}

	signature := Layer{LayerSignature, Present, "by " + signer(r)}
	if s := failed("claimSignature.", "signingCredential.expired", "signingCredential.invalid", "algorithm.", "claim."); s != nil {
		signature = changed(LayerSignature, s)
	} else if !r.Has("claimSignature.validated") {
		signature = Layer{LayerSignature, Changed, "it could not be checked"}
	}
	trust := Layer{LayerSigner, Present, "a root that is trusted vouches for " + signer(r)}
	switch {
	case r.Has("signingCredential.trusted"):
	case anchors == 0:
		trust = Layer{LayerSigner, Unknown, "no root was named to trust"}
	default:
		trust = Layer{LayerSigner, Unknown, "no root that is trusted vouches for " + signer(r)}
	}
	signed := Layer{LayerSigned, Present, "the file is the one that was signed"}
	if s := failed("assertion.dataHash.", "assertion.bmffHash.", "claim.hardBindings.", "assertion.multipleHardBindings"); s != nil {
		signed = changed(LayerSigned, s)
	} else if !r.Has("assertion.dataHash.match") && !r.Has("assertion.bmffHash.match") {
		signed = Layer{LayerSigned, Changed, "it could not be checked"}
	}
	stamp := Layer{LayerTime, None, "the certificate has to be valid when the file is checked"}
	switch {
	case r.Time != nil && r.TimeTrusted:
		stamp = Layer{LayerTime, Present, r.Time.UTC().Format(time.RFC3339)}
	case r.Time != nil:
		stamp = Layer{LayerTime, Unknown, r.Time.UTC().Format(time.RFC3339) + ", by a server that no trusted root vouches for"}
	default:
		for _, s := range r.Informational {
			if strings.HasPrefix(s.Code, "timeStamp.") {
				stamp = changed(LayerTime, &s)
			}
		}
	}
	return []Layer{signature, trust, signed, stamp}
}

func signer(r *c2pa.Report) string {
	name := line(r.Signer, maxName)
	if name == "" {
		return "somebody without a name"
	}
	return name
}
