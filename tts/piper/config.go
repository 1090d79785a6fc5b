package piper

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// config is what a voice's .onnx.json file says, as far as it is used here. Piper's training tools write more.
type config struct {
	sampleRate int
	hop        int    // samples a frame
	espeak     string // voice of espeak-ng for the phonemes
	language   string // as written: "en_US"; may be empty
	ids        map[rune][]int64
	bos, eos   []int64
	pad        []int64
	speakers   int
	speakerIDs map[string]int64
	speaker    int64 // the default
	settings   settings
}

// settings are the three numbers that steer the network.
type settings struct {
	noiseScale  float64 // how varied the sound is
	lengthScale float64 // how long phonemes last
	noiseW      float64 // how varied their lengths are
}

// Bounds on what a configuration may ask for.
const (
	mostConfig = 1 << 20 // bytes
	mostIDs    = 4096    // symbols a voice may know, and the highest id
	mostScale  = 10
)

// parseConfig reads and checks a configuration. Keys it does not know are left alone; a kind of phonemes that it does
// not know is refused, because the voice would speak gibberish.
func parseConfig(data []byte) (*config, error) {
	if len(data) > mostConfig {
		return nil, fmt.Errorf("voice configuration: %d bytes, more than %d", len(data), mostConfig)
	}
	number := func(v float64) *float64 { return &v }
	var file struct {
		Audio struct {
			SampleRate int `json:"sample_rate"`
		} `json:"audio"`
		Espeak struct {
			Voice string `json:"voice"`
		} `json:"espeak"`
		Language struct {
			Code string `json:"code"`
		} `json:"language"`
		Inference struct {
			NoiseScale  *float64 `json:"noise_scale"`
			LengthScale *float64 `json:"length_scale"`
			NoiseW      *float64 `json:"noise_w"`
		} `json:"inference"`
		PhonemeType    string             `json:"phoneme_type"`
		PhonemeMap     map[string]any     `json:"phoneme_map"`
		VowelClusters  []any              `json:"vowel_clusters"`
		PhonemeIDs     map[string][]int64 `json:"phoneme_id_map"`
		Speakers       int                `json:"num_speakers"`
		SpeakerIDs     map[string]int64   `json:"speaker_id_map"`
		DefaultSpeaker int64              `json:"default_speaker_id"`
		HopLength      int                `json:"hop_length"`
	}
	// Piper's defaults.
	file.Inference.NoiseScale, file.Inference.LengthScale, file.Inference.NoiseW = number(0.667), number(1), number(0.8)
	file.PhonemeType, file.HopLength, file.Speakers = "espeak", 256, 1
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("voice configuration: %w", briefJSON(err))
	}
	c := &config{
		sampleRate: file.Audio.SampleRate, hop: file.HopLength, espeak: file.Espeak.Voice,
		language: file.Language.Code, speakers: max(file.Speakers, 1), speakerIDs: file.SpeakerIDs,
		speaker: file.DefaultSpeaker, ids: map[rune][]int64{},
	}
	switch {
	case file.PhonemeType != "espeak":
		return nil, fmt.Errorf("voice configuration: phonemes of type %.40q, of which only espeak is known", file.PhonemeType)
	case len(file.VowelClusters) > 0 || len(file.PhonemeMap) > 0:
		return nil, errors.New("voice configuration: it maps phonemes to others before use, which is not known here")
	case c.sampleRate < 8000 || c.sampleRate > 48000:
		return nil, fmt.Errorf("voice configuration: a sample rate of %d Hz, not 8000 to 48000", c.sampleRate)
	case c.hop < 1 || c.hop > 4096:
		return nil, fmt.Errorf("voice configuration: a hop of %d samples, not 1 to 4096", c.hop)
	case c.espeak == "":
		return nil, errors.New("voice configuration: no espeak voice")
	case c.speaker < 0 || c.speaker >= int64(c.speakers):
		return nil, fmt.Errorf("voice configuration: speaker %d of %d", c.speaker, c.speakers)
	}
	for _, s := range []struct {
		name string
		from *float64
		to   *float64
	}{
		{"noise_scale", file.Inference.NoiseScale, &c.settings.noiseScale},
		{"length_scale", file.Inference.LengthScale, &c.settings.lengthScale},
		{"noise_w", file.Inference.NoiseW, &c.settings.noiseW},
	} {
		if s.from == nil || !(*s.from >= 0 && *s.from <= mostScale) || s.to == &c.settings.lengthScale && *s.from < 0.1 {
			return nil, fmt.Errorf("voice configuration: a %s that is no number from 0 to %d", s.name, mostScale)
		}
		*s.to = *s.from
	}
	for name, id := range c.speakerIDs {
		if id < 0 || id >= int64(c.speakers) {
			return nil, fmt.Errorf("voice configuration: speaker %.40q is number %d of %d", name, id, c.speakers)
		}
	}
	return c, c.readIDs(file.PhonemeIDs)
}

// readIDs checks the map from symbols to ids. A symbol is one character after decomposition (NFD); "_", "^" and "$" are
// the padding, the beginning and the end.
func (c *config) readIDs(ids map[string][]int64) error {
	if len(ids) > mostIDs {
		return fmt.Errorf("voice configuration: %d symbols, more than %d", len(ids), mostIDs)
	}
	for symbol, list := range ids {
		symbol = norm.NFD.String(symbol)
		r, size := utf8.DecodeRuneInString(symbol)
		if size == 0 || size != len(symbol) || r == utf8.RuneError {
			continue // never met: symbols are looked up one by one
		}
		if len(list) == 0 || len(list) > 8 || slices.ContainsFunc(list, func(id int64) bool { return id < 0 || id >= mostIDs }) {
			return fmt.Errorf("voice configuration: the symbol %q has ids that are none", symbol)
		}
		c.ids[r] = list
	}
	for r, to := range map[rune]*[]int64{'_': &c.pad, '^': &c.bos, '$': &c.eos} {
		if *to = c.ids[r]; *to == nil {
			return fmt.Errorf("voice configuration: no id for %q", string(r))
		}
		delete(c.ids, r) // in a text they are no symbols
	}
	if len(c.ids) == 0 {
		return errors.New("voice configuration: no phonemes")
	}
	return nil
}

// briefJSON keeps what the user can act on.
func briefJSON(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("not JSON at byte %d: %w", syntax.Offset, err)
	}
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		return fmt.Errorf("%s is a %s", typ.Field, typ.Value)
	}
	return err
}

// speakerNamed finds a speaker by name or number.
func (c *config) speakerNamed(name string) (int64, bool) {
	if id, ok := c.speakerIDs[name]; ok {
		return id, true
	}
	var id int64
	n, err := fmt.Sscanf(name, "%d", &id)
	return id, n == 1 && err == nil && fmt.Sprint(id) == name && id >= 0 && id < int64(c.speakers)
}

// bcp47 is the language as a BCP 47 tag: "en_US" and "en-us" are "en-US".
func bcp47(code string) string {
	parts := strings.FieldsFunc(code, func(r rune) bool { return r == '_' || r == '-' })
	for i, p := range parts {
		parts[i] = strings.ToLower(p)
		if i > 0 && len(p) == 2 {
			parts[i] = strings.ToUpper(p)
		}
	}
	return strings.Join(parts, "-")
}
