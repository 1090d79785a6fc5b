package elevenlabs

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/estimate"
	"github.com/voicepress/voicepress/tts/internal/align"
	"github.com/voicepress/voicepress/tts/internal/plain"
	"github.com/voicepress/voicepress/tts/internal/remote"
)

// around is how much of the text before and after a sentence is sent, in runes: more changes no intonation.
const around = 300

// request is the body of a request for speech with timing.
type request struct {
	Text          string    `json:"text"`
	Model         string    `json:"model_id"`
	Language      string    `json:"language_code,omitempty"` // ISO 639-1
	Settings      *settings `json:"voice_settings,omitempty"`
	Seed          uint32    `json:"seed"`
	Before        string    `json:"previous_text,omitempty"`
	After         string    `json:"next_text,omitempty"`
	Normalization string    `json:"apply_text_normalization"`
}

// settings are those of the voice that the request changes.
type settings struct {
	Stability       float64 `json:"stability,omitempty"`
	SimilarityBoost float64 `json:"similarity_boost,omitempty"`
	Style           float64 `json:"style,omitempty"`
	Speed           float64 `json:"speed,omitempty"`
}

// timed is speech with timing.
type timed struct {
	Audio     string     `json:"audio_base64"`
	Alignment *alignment `json:"alignment"` // of the text as it was sent; it may be null
}

// alignment says when each character is heard, in seconds.
type alignment struct {
	Characters []string  `json:"characters"`
	Starts     []float64 `json:"character_start_times_seconds"`
	Ends       []float64 `json:"character_end_times_seconds"`
}

// ask sends a request and reads the speech.
func (b *Backend) ask(ctx context.Context, r tts.Request, voice tts.Voice) (*tts.Speech, error) {
	key, err := remote.Key{Env: cmp.Or(b.options.APIKeyEnv, "ELEVENLABS_API_KEY"), File: b.options.APIKeyFile}.Read()
	if err != nil {
		return nil, err
	}
	answer, err := b.client.Post(ctx, fmt.Sprintf("/v1/text-to-speech/%s/with-timestamps?output_format=pcm_%d", voice.ID, rate),
		http.Header{"Xi-Api-Key": {key}}, b.body(r, voice))
	if err != nil {
		return nil, err
	}
	if !answer.OK() {
		return nil, b.failure(answer, voice.ID)
	}
	speech, err := read(answer.Body, r.Text)
	if err != nil {
		return nil, err
	}
	speech.Bill.Characters = cost(answer.Header, r.Text)
	return speech, nil
}

// body is what is asked for.
func (b *Backend) body(r tts.Request, voice tts.Voice) request {
	q := request{
		Text: plain.Unmarked(r.Text), Model: b.options.Model, Normalization: "off",
		// Seeds are 32 bits; all of ours count.
		Seed: uint32(r.Seed ^ r.Seed>>32),
	}
	if b.model.language {
		q.Language = iso639(r.Language)
		if q.Language == "" {
			q.Language = iso639(voice.Language)
		}
	}
	s := settings{Stability: b.options.Stability, SimilarityBoost: b.options.SimilarityBoost, Style: b.options.Style}
	if speed := within(r.Speed()); speed != 1 {
		s.Speed = speed
	}
	if s != (settings{}) {
		q.Settings = &s
	}
	if b.options.Context {
		q.Before, q.After = last(plain.Unmarked(r.Before), around), first(plain.Unmarked(r.After), around)
	}
	return q
}

// iso639 is the two letters of a language, or nothing where it has none.
func iso639(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return ""
	}
	if base, confidence := t.Base(); confidence != language.No && len(base.String()) == 2 {
		return base.String()
	}
	return ""
}

// first is the first n runes of a text, last the last.
func first(text string, n int) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), n)])
}

func last(text string, n int) string {
	runes := []rune(text)
	return string(runes[max(len(runes)-n, 0):])
}

// read makes speech of an answer.
func read(body []byte, text string) (*tts.Speech, error) {
	var answer timed
	err := json.Unmarshal(body, &answer)
	if err == nil && answer.Audio == "" {
		err = errors.New("it has no audio")
	}
	var sound []byte
	if err == nil {
		sound, err = base64.StdEncoding.DecodeString(answer.Audio)
	}
	if err != nil {
		return nil, &tts.BadAnswer{
			Err:    fmt.Errorf("%w: %s", err, remote.Message(body[:min(len(body), 200)])),
			Remedy: "check that base_url is the address of ElevenLabs",
		}
	}
	clip, err := remote.Sound(sound, "", remote.Expect{Rate: rate, Raw: rate})
	if err != nil {
		return nil, err
	}
	speech := &tts.Speech{Clip: clip, Marks: answer.Alignment.words(text, clip)}
	if len(speech.Marks) == 0 {
		speech.Marks = estimate.Marks(text, clip, nil)
	}
	return speech, nil
}

// words are the marks of the words.
func (a *alignment) words(text string, clip audio.Clip) []tts.Mark {
	if a == nil {
		return nil
	}
	n := min(len(a.Characters), len(a.Starts), len(a.Ends))
	units := make([]align.Unit, n)
	for i := range n {
		units[i] = align.Unit{Text: a.Characters[i], From: a.Starts[i], To: a.Ends[i]}
	}
	return align.Words(text, units, clip)
}

// cost is how many characters are charged: what the service says, or else those of the text.
func cost(header http.Header, text string) int {
	if n, err := strconv.ParseFloat(header.Get("Character-Cost"), 64); err == nil && n >= 0 && n <= 1e9 {
		return int(math.Round(n))
	}
	return utf8.RuneCountInString(text)
}
