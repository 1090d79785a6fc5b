// Package disclosure says, in every way a file can, that a voice is AI-generated. It is the only package that knows
// the wording, the fields and the sidecar, and which format keeps what where. It is not for making speech or for
// deciding whether to disclose: finished audio always carries a Disclosure.
package disclosure

import "slices"

// SourceType is an IPTC digital source type: how the sound came to be. It is a property of a backend, never typed by a
// user.
//
// Source: IPTC NewsCodes, http://cv.iptc.org/newscodes/digitalsourcetype/.
type SourceType string

const (
	// TrainedAlgorithmicMedia is sound made by a trained model: every neural voice. The zero value means this too, so
	// that a backend which says nothing is not taken for less than it may be.
	TrainedAlgorithmicMedia SourceType = "trainedAlgorithmicMedia"
	// AlgorithmicMedia is sound made by rules alone, such as a formant synthesiser.
	AlgorithmicMedia SourceType = "algorithmicMedia"
	// CompositeWithTrainedAlgorithmicMedia is sound of a trained model mixed with recordings of people.
	CompositeWithTrainedAlgorithmicMedia SourceType = "compositeWithTrainedAlgorithmicMedia"
	// CompositeSynthetic is sound made by rules alone, mixed with recordings.
	CompositeSynthetic SourceType = "compositeSynthetic"
)

// SourceTypes lists all source types.
func SourceTypes() []SourceType {
	return []SourceType{TrainedAlgorithmicMedia, AlgorithmicMedia, CompositeWithTrainedAlgorithmicMedia, CompositeSynthetic}
}

// ByRules says whether the voice was made by rules alone, with no trained model.
func (s SourceType) ByRules() bool { return s == AlgorithmicMedia || s == CompositeSynthetic }

// WithRecordings is the source type of sound that is mixed with recordings of other origin.
func (s SourceType) WithRecordings() SourceType {
	if s.ByRules() {
		return CompositeSynthetic
	}
	return CompositeWithTrainedAlgorithmicMedia
}

// URI is the full IPTC address of the source type.
func (s SourceType) URI() string {
	if s == "" {
		s = TrainedAlgorithmicMedia
	}
	return "http://cv.iptc.org/newscodes/digitalsourcetype/" + string(s)
}

// knownURI says whether an address is that of a source type of an artificial voice.
func knownURI(uri string) bool {
	return slices.ContainsFunc(SourceTypes(), func(s SourceType) bool { return s.URI() == uri })
}
