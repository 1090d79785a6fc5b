package openai

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/estimate"
	"github.com/voicepress/voicepress/tts/internal/align"
	"github.com/voicepress/voicepress/tts/internal/plain"
	"github.com/voicepress/voicepress/tts/internal/remote"
)

// request is the body of POST /v1/audio/speech.
type request struct {
	Model          string  `json:"model,omitempty"`
	Input          string  `json:"input"`
	Voice          any     `json:"voice"` // a name, or an object with an ID
	ResponseFormat string  `json:"response_format"`
	Speed          float64 `json:"speed"`
	Instructions   string  `json:"instructions,omitempty"`

	*extensions
}

// extensions are what Kokoro-FastAPI knows besides. Other servers may refuse a request with fields that they do not know.
type extensions struct {
	Stream        bool `json:"stream"`
	Normalization struct {
		Normalize bool `json:"normalize"` // it drops text that it cannot read
	} `json:"normalization_options"`
	Timestamps bool `json:"return_timestamps"`
}

// captioned is Kokoro-FastAPI's answer with word times.
type captioned struct {
	Audio      string `json:"audio"` // base64
	Format     string `json:"audio_format"`
	Timestamps []struct {
		Word  string  `json:"word"`
		Start float64 `json:"start_time"` // seconds
		End   float64 `json:"end_time"`
	} `json:"timestamps"` // null where the language has none
}

// ask sends a request and reads the speech.
func (b *Backend) ask(ctx context.Context, r tts.Request, voice string) (*tts.Speech, error) {
	body, path := request{
		Model: b.options.Model, Input: plain.Unmarked(r.Text), Voice: voice,
		ResponseFormat: b.options.ResponseFormat, Speed: r.Speed(), Instructions: b.options.Instructions,
	}, "/v1/audio/speech"
	if b.isOpenAI() && strings.HasPrefix(voice, "voice_") { // a voice of the customer's own
		body.Voice = map[string]string{"id": voice}
	}
	if b.options.Server == kokoro {
		body.extensions, path = &extensions{Timestamps: true}, "/dev/captioned_speech"
	}
	header, err := b.authorization()
	if err != nil {
		return nil, err
	}
	answer, err := b.client.Post(ctx, path, header, body)
	if err != nil {
		return nil, err
	}
	if !answer.OK() {
		return nil, b.failure(answer, voice)
	}
	if b.options.Server == kokoro {
		return b.captioned(answer.Body, r.Text)
	}
	clip, err := remote.Sound(answer.Body, answer.Header.Get("Content-Type"), b.expect())
	if err != nil {
		return nil, err
	}
	return &tts.Speech{Clip: clip}, nil
}

// expect is what sound is expected: servers send PCM for WAV as well as the other way round.
func (b *Backend) expect() remote.Expect { return remote.Expect{Raw: b.options.SampleRate} }

// captioned reads an answer with word times.
func (b *Backend) captioned(body []byte, text string) (*tts.Speech, error) {
	var answer captioned
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
			Remedy: "check that the server at base_url is Kokoro-FastAPI, or leave backends.openai.server empty",
		}
	}
	clip, err := remote.Sound(sound, answer.Format, b.expect())
	if err != nil {
		return nil, err
	}
	units := make([]align.Unit, len(answer.Timestamps))
	for i, t := range answer.Timestamps {
		units[i] = align.Unit{Text: t.Word, From: t.Start, To: t.End}
	}
	speech := &tts.Speech{Clip: clip, Marks: align.Words(text, units, clip)}
	if len(speech.Marks) == 0 { // it knows none for languages other than English
		speech.Marks = estimate.Marks(text, clip, nil)
	}
	return speech, nil
}
