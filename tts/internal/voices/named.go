package voices

import (
	"fmt"
	"slices"

	"github.com/voicepress/voicepress/tts"
)

// Named is List for a service whose voices have names that begin with their language. The language of such a voice need
// not be configured; where neither is there, the error is a *tts.NoSuchVoice with a hint. section is where the voices are
// configured, and source where a person finds them.
func Named(configured []Option, builtIn []string, wanted string, languageOf func(id string) string, section, source string) ([]tts.Voice, error) {
	options := slices.Clone(configured)
	if len(options) == 0 {
		for _, id := range builtIn {
			options = append(options, Option{ID: id})
		}
	}
	for i := range options {
		o := &options[i]
		if o.Language == "" {
			o.Language = languageOf(o.ID)
		}
		if o.Language == "" && o.ID != "" {
			return nil, unknown(o.ID, section)
		}
	}
	if wanted != "" && languageOf(wanted) == "" && !slices.ContainsFunc(options, func(o Option) bool { return o.ID == wanted }) {
		return nil, unknown(wanted, section)
	}
	list, err := List(options, nil, wanted, languageOf)
	for i := range list {
		if list[i].Source == "" {
			list[i].Source = source
		}
	}
	return list, err
}

func unknown(id, section string) error {
	return &tts.NoSuchVoice{Voice: id, Remedy: fmt.Sprintf("its name does not begin with a language; give that in %s: {id: %s, language: en-US}", section, id)}
}
