// Package voices is the list of voices that a backend for a server or a service is configured with: such backends ask
// nobody when they are opened, so the user names what is there.
//
// It is not for voices that are installed on this machine.
package voices

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/voicepress/voicepress/tts"
)

// Option is a voice in configuration.
type Option struct {
	ID       string `mapstructure:"id" doc:"What the service calls it."`
	Language string `mapstructure:"language" doc:"Its BCP 47 language, such as en-US."`
	Licence  string `mapstructure:"licence" doc:"Its licence, as an SPDX identifier or a short text."`
	Source   string `mapstructure:"source" doc:"Where it comes from: a URL or a package."`
}

//nolint:gochecknoglobals // read-only patterns
var (
	languagePattern = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)
	piperPattern    = regexp.MustCompile(`^([a-z]{2,3})_([A-Z]{2})-`)
)

// List is the configured voices, or builtIn where there are none. The wanted one is first; if it is not among them, it
// is added, since a service may have more voices than are listed. languageOf tells the language of those that say none.
func List(configured []Option, builtIn []tts.Voice, wanted string, languageOf func(id string) string) ([]tts.Voice, error) {
	list := slices.Clone(builtIn)
	if len(configured) > 0 {
		list = nil
	}
	for i, v := range configured {
		v.Language = cmp.Or(v.Language, languageOf(v.ID))
		switch {
		case v.ID == "":
			return nil, fmt.Errorf("voice %d has no ID", i+1)
		case !languagePattern.MatchString(v.Language):
			return nil, fmt.Errorf("voice %s: %q is no BCP 47 language", v.ID, v.Language)
		case slices.ContainsFunc(list, func(other tts.Voice) bool { return other.ID == v.ID }):
			return nil, fmt.Errorf("voice %s is listed twice", v.ID)
		}
		list = append(list, tts.Voice(v))
	}
	if wanted == "" {
		return list, nil
	}
	first := tts.Voice{ID: wanted, Language: languageOf(wanted)}
	if i := slices.IndexFunc(list, func(v tts.Voice) bool { return v.ID == wanted }); i >= 0 {
		first = list[i]
		list = slices.Delete(list, i, i+1)
	}
	return append([]tts.Voice{first}, list...), nil
}

// Others are the IDs of all voices but one, which the service refused.
func Others(list []tts.Voice, id string) []string {
	var others []string
	for _, v := range list {
		if v.ID != id {
			others = append(others, v.ID)
		}
	}
	return others
}

// Piper tells the language of a voice that is named as piper's are: en-US for en_US-joe-medium. Of others nothing is
// known: und.
func Piper(id string) string {
	if m := piperPattern.FindStringSubmatch(id); m != nil {
		return m[1] + "-" + m[2]
	}
	return "und"
}
