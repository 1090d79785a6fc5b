package c2pa

import (
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// maxShown is how many actions and texts of a manifest are reported.
const maxShown = 256

// describe reports what the manifest says. What cannot be read is left out; the checks have said so.
func (v *validator) describe(m *storedManifest) {
	r := v.report
	for _, box := range m.labelled("c2pa.actions") {
		actions, err := readActions(box)
		if err != nil {
			continue
		}
		for _, a := range actions[:min(len(actions), maxShown-min(maxShown, len(r.Actions)))] {
			r.Actions = append(r.Actions, Action{a.Action, when(a.When), a.Source, agent(a.Agent), a.Description})
		}
	}
	for _, box := range m.labelled(LabelAIDisclosure) {
		var d aiDisclosure
		if decode(box.content, &d) == nil && r.AI == nil {
			r.AI = &AIDisclosure{d.ModelType, d.ModelName, d.ModelIdentifier, d.Profile.Oversight}
		}
	}
}

type aiDisclosure struct {
	ModelType       string `cbor:"modelType"`
	ModelName       string `cbor:"modelName"`
	ModelIdentifier string `cbor:"modelIdentifier"`
	Profile         struct {
		Oversight string `cbor:"humanOversightLevel"`
	} `cbor:"contentProfile"`
}

// when is a date as text, tagged or not.
func when(raw cbor.RawMessage) string {
	var t time.Time
	if len(raw) == 0 || decode(raw, &t) != nil || t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// agent is the program of an action, a text or a map.
func agent(raw cbor.RawMessage) string {
	var text string
	var g generator
	if len(raw) == 0 || decode(raw, &text) != nil && decode(raw, &g) != nil {
		return ""
	}
	return strings.TrimSpace(text + g.String())
}
