package kokoro

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/pronounce"
)

// Folder is where the network and the voices are, under the data folder: model.onnx, vocab.json, NAME.bin for each voice
// and, if the installer put it there, kokoro.meta.yaml.
func Folder(data string) string { return filepath.Join(data, "voices", "kokoro") }

const (
	modelFile      = "model.onnx"
	vocabularyFile = "vocab.json"
	styleSuffix    = ".bin"
	// remedy installs all of it.
	remedy = "voicepress install kokoro"
	// favourite is the voice that is taken without a name: the best one by its makers' own grades.
	favourite = "af_heart"
)

// dialectOf is the English that a voice speaks, by its name: the first letter is the country, the second the sex. Voices of
// other languages are not known here.
func dialectOf(voice string) (dialect, bool) {
	if len(voice) < 4 || !strings.Contains("fm", voice[1:2]) || voice[2] != '_' {
		return dialect{}, false
	}
	switch voice[0] {
	case 'a':
		return american, true
	case 'b':
		return british, true
	}
	return dialect{}, false
}

// installed lists the English voices in a folder: the wanted one first, or the favourite, and then by name.
func installed(folder, want string) ([]tts.Voice, error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, broken(err)
	}
	var meta struct {
		Licence string `yaml:"licence"`
		Source  string `yaml:"source"`
	}
	text, err := os.ReadFile(filepath.Join(folder, "kokoro.meta.yaml"))
	if err == nil {
		_ = yaml.Unmarshal(text, &meta) // what it says is for the reader
	}
	var names []string
	var voices []tts.Voice
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), styleSuffix)
		dialect, known := dialectOf(name)
		if !ok || !known {
			continue
		}
		names = append(names, name)
		voices = append(voices, tts.Voice{ID: name, Language: dialect.language, Licence: meta.Licence, Source: meta.Source})
	}
	if len(voices) == 0 {
		return nil, broken(fmt.Errorf("no English voice under %s", folder))
	}
	first := slices.Index(names, want)
	if want != "" && first < 0 {
		return nil, &tts.NoSuchVoice{Voice: want, Known: tts.Nearest(want, names, 8), Remedy: "`" + remedy + "` installs all there are; another --backend has other voices"}
	}
	if want == "" {
		first = max(0, slices.Index(names, favourite))
	}
	chosen := voices[first]
	return slices.Insert(slices.Delete(voices, first, first+1), 0, chosen), nil
}

// A style is a voice: rows of styleWidth 32-bit numbers, little endian.
type style []byte

const (
	styleWidth = 256
	styleRows  = mostTokens
)

// rowFor is the row for an utterance of so many tokens, without the two at its ends. Kokoro's own program counts from one
// less, its ports for ONNX Runtime as here. A seed other than 0 takes one of the neighbours, which say the same a little
// differently: there is nothing else to choose in a network without noise.
func rowFor(tokens int, seed uint64) int {
	if seed != 0 {
		n := int((seed - 1) % 8)
		tokens += (n/2 + 1) * (1 - n%2*2) // 1, -1, 2, -2, 3, -3, 4, -4
	}
	return min(max(tokens, 0), styleRows-1)
}

// row is one row of the table.
func (s style) row(n int) []float32 {
	out := make([]float32, styleWidth)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(s[4*(n*styleWidth+i):]))
	}
	return out
}

// readStyles reads the voices, and returns a hash of all of them.
func (b *Backend) readStyles(folder string, voices []tts.Voice) (sum string, err error) {
	all := sha256.New()
	for _, name := range voiceNames(voices) {
		data, err := os.ReadFile(filepath.Join(folder, name+styleSuffix))
		if err != nil {
			return "", err
		}
		if len(data) != styleRows*styleWidth*4 {
			return "", fmt.Errorf("the voice %s has %d bytes, not %d", name, len(data), styleRows*styleWidth*4)
		}
		for i := range styleRows * styleWidth {
			if v := math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])); !(v > -100 && v < 100) {
				return "", fmt.Errorf("the voice %s is damaged: number %d is %v", name, i, v)
			}
		}
		one := sha256.Sum256(data)
		fmt.Fprintf(all, "%s %x\n", name, one)
		b.styles[name] = data
	}
	return hex.EncodeToString(all.Sum(nil)), nil
}

// voiceNames are the names in order, so that the default does not matter.
func voiceNames(voices []tts.Voice) []string {
	names := make([]string, len(voices))
	for i, v := range voices {
		names[i] = v.ID
	}
	slices.Sort(names)
	return names
}

// Check gives what the network knows of a pronunciation, as a voice (empty: the default) would say it: a function that
// returns the characters that would be left out, decomposed (NFD).
func Check(folder, voice string) (func(ipa string) []rune, error) {
	text, err := os.ReadFile(filepath.Join(folder, vocabularyFile))
	if err != nil {
		return nil, fmt.Errorf("read the vocabulary: %w", err)
	}
	v, err := parseVocabulary(text)
	if err != nil {
		return nil, err
	}
	if voice == "" {
		voice = favourite
	}
	d, ok := dialectOf(voice)
	if !ok {
		return nil, &tts.NoSuchVoice{Voice: voice, Remedy: remedy}
	}
	return func(ipa string) []rune {
		unknown := map[rune]int{}
		v.encode(d.write(pronounce.Symbols(pronounce.Respell(ipa, d.espeak))), unknown)
		return slices.Sorted(maps.Keys(unknown))
	}, nil
}
