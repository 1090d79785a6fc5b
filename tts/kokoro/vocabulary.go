package kokoro

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"github.com/voicepress/voicepress/tts/internal/pronounce"
	"github.com/voicepress/voicepress/tts/onnx"
)

// vocabulary is the token of each symbol.
type vocabulary map[rune]int64

// Bounds on what a vocabulary may hold.
const (
	mostVocabulary = 1 << 20 // bytes
	mostToken      = 177     // the network has an embedding for each up to this
)

// openVocabulary takes the vocabulary that newer exports of the network carry in their metadata, or else that beside it.
func openVocabulary(graph *onnx.Model, folder string) (vocabulary, error) {
	text, ok := graph.Metadata("kokoro_config")
	if !ok {
		file, err := os.Open(filepath.Join(folder, vocabularyFile))
		if err != nil {
			return nil, err
		}
		defer file.Close()
		data, err := io.ReadAll(io.LimitReader(file, mostVocabulary+1))
		if err != nil {
			return nil, fmt.Errorf("read the vocabulary: %w", err)
		}
		text = string(data)
	}
	return parseVocabulary([]byte(text))
}

// parseVocabulary reads {"vocab": {"a": 43, ...}}; other keys are left alone. Symbols are one character.
func parseVocabulary(text []byte) (vocabulary, error) {
	if len(text) > mostVocabulary {
		return nil, fmt.Errorf("the vocabulary has more than %d bytes", mostVocabulary)
	}
	var file struct {
		Vocab map[string]int64 `json:"vocab"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("read the vocabulary: %w", err)
	}
	v := vocabulary{}
	for symbol, token := range file.Vocab {
		r, size := utf8.DecodeRuneInString(symbol)
		if size == 0 || size != len(symbol) || r == utf8.RuneError {
			continue // never met: symbols are looked up one by one
		}
		if token <= 0 || token > mostToken {
			return nil, fmt.Errorf("read the vocabulary: the token of %q is %d, not 1 to %d", symbol, token, mostToken)
		}
		v[r] = token
	}
	for _, r := range " .ˈəA" {
		if v[r] == 0 {
			return nil, fmt.Errorf("read the vocabulary: there is no token for %q", r)
		}
	}
	return v, nil
}

// sum identifies the vocabulary.
func (v vocabulary) sum() string {
	h := sha256.New()
	for _, r := range slices.Sorted(maps.Keys(v)) {
		fmt.Fprintf(h, "%d %d\n", r, v[r])
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

// encode turns symbols into tokens. A symbol that has none is left out and counted; of several spaces one remains.
func (v vocabulary) encode(symbols []pronounce.Symbol, unknown map[rune]int) []token {
	var out []token
	for _, s := range symbols {
		id := v[s.Rune]
		switch {
		case id == 0 && s.Rune != ' ':
			unknown[s.Rune]++
		case s.Rune == ' ' && (len(out) == 0 || out[len(out)-1].Rune == ' '):
		default:
			out = append(out, token{s, id})
		}
	}
	return out
}

// token is a symbol with the number by which the network knows it.
type token struct {
	pronounce.Symbol
	id int64
}
