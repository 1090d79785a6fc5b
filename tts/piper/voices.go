package piper

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/pronounce"
)

// Folder is where voices are, under the data folder: NAME.onnx with NAME.onnx.json and, if the installer put it there,
// NAME.meta.yaml.
func Folder(data string) string { return filepath.Join(data, "voices", "piper") }

// suggestion is the voice to install when there is none.
const suggestion = "en_US-joe-medium"

// Installed lists the voices in a folder by name. A voice is listed when its network and configuration are there;
// whether they are any good is found when it is opened.
func Installed(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list piper voices: %w", err)
	}
	var names []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".onnx")
		if !ok || name == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(folder, e.Name()+".json")); err == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// choose finds the voice to open. The name of a voice with several speakers may be followed by # and a speaker; the
// speaker is returned as it stands. Errors are a *tts.NoSuchVoice, or a *tts.Unavailable if there are no voices at all.
func choose(folder, want string) (name, speaker string, err error) {
	installed, err := Installed(folder)
	if err != nil {
		return "", "", err
	}
	if len(installed) == 0 {
		missing := suggestion
		if want != "" {
			missing, _, _ = strings.Cut(want, "#")
		}
		return "", "", &tts.Unavailable{
			What: "piper", Err: fmt.Errorf("no voice under %s", folder), Remedy: "voicepress install " + missing,
		}
	}
	if want == "" {
		if slices.Contains(installed, suggestion) {
			return suggestion, "", nil
		}
		return installed[0], "", nil
	}
	name, speaker, _ = strings.Cut(want, "#")
	if !slices.Contains(installed, name) {
		return "", "", &tts.NoSuchVoice{
			Voice: want, Known: tts.Nearest(name, installed, 8), Remedy: "`voicepress voices` lists what can be installed",
		}
	}
	return name, speaker, nil
}

// Check gives what the installed voice of a name (empty: the one that is taken without a name) knows of a pronunciation: a
// function that returns the characters that the voice would leave out, decomposed (NFD).
func Check(folder, want string) (func(ipa string) []rune, error) {
	name, _, err := choose(folder, want)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(folder, name+".onnx.json"))
	if err != nil {
		return nil, fmt.Errorf("read the voice %s: %w", name, err)
	}
	c, err := parseConfig(data)
	if err != nil {
		return nil, fmt.Errorf("read the voice %s: %w", name, err)
	}
	return func(ipa string) []rune {
		return slices.Sorted(maps.Keys(c.encode(pronounce.Symbols(pronounce.Respell(ipa, c.espeak))).unknown))
	}, nil
}

// describe is what is known of a voice beside its sound.
func describe(folder, name string, c *config) tts.Voice {
	v := tts.Voice{ID: name, Language: bcp47(c.language)}
	if v.Language == "" {
		v.Language = bcp47(c.espeak)
	}
	var meta struct {
		Licence string `yaml:"licence"`
		Source  string `yaml:"source"`
	}
	text, err := os.ReadFile(filepath.Join(folder, name+".meta.yaml"))
	if err == nil && yaml.Unmarshal(text, &meta) == nil {
		v.Licence, v.Source = meta.Licence, meta.Source
	}
	return v
}

// describeAll lists the voice once, or each of its speakers as NAME#SPEAKER, the one to use by default first.
func describeAll(folder, name string, c *config) []tts.Voice {
	v := describe(folder, name, c)
	if c.speakers == 1 {
		return []tts.Voice{v}
	}
	labels := make([]string, c.speakers)
	for i := range labels {
		labels[i] = fmt.Sprint(i)
	}
	for label, id := range c.speakerIDs {
		labels[id] = label
	}
	var all []tts.Voice
	for i, label := range labels {
		s := v
		s.ID = name + "#" + label
		if int64(i) == c.speaker {
			all = slices.Insert(all, 0, s)
		} else {
			all = append(all, s)
		}
	}
	return all
}
