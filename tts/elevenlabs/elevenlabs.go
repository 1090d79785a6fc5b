// Package elevenlabs is the backend for ElevenLabs, over its HTTP API: POST /v1/text-to-speech/{voice}/with-timestamps.
//
// The service says when each character of the text is heard, and takes intonation from the text around it. It is asked for
// PCM, and not to normalise the text, which is in words already.
//
// Sources: the API reference of ElevenLabs ("Create speech with timing", "Errors"), its help centre ("API - Error Code
// 400 or 401", "API - Error Code 429") and its list of models, for limits and for what each model takes.
package elevenlabs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/digest"
	"github.com/voicepress/voicepress/tts/internal/gate"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/voices"
)

// Options set up the backend.
type Options struct {
	BaseURL           string          `mapstructure:"base_url" doc:"Address of the service, for one of its regions; empty is https://api.elevenlabs.io."`
	APIKeyEnv         string          `mapstructure:"api_key_env" doc:"Name of the environment variable with the key; empty is ELEVENLABS_API_KEY."`
	APIKeyFile        string          `mapstructure:"api_key_file" doc:"Path of a file with the key alone."`
	Model             string          `mapstructure:"model" doc:"Model to ask for; empty is eleven_multilingual_v2."`
	Voices            []voices.Option `mapstructure:"voices" doc:"Voices of the account; the first is the default. A voice that is asked for by ID need not be listed."`
	Stability         float64         `mapstructure:"stability" doc:"How little the voice varies, 0.01 to 1; 0 is as the voice is set up."`
	SimilarityBoost   float64         `mapstructure:"similarity_boost" doc:"How closely it keeps to its original, 0.01 to 1; 0 is as the voice is set up."`
	Style             float64         `mapstructure:"style" doc:"How much its style is exaggerated, 0.01 to 1; 0 is as the voice is set up."`
	Context           bool            `mapstructure:"context" doc:"Whether the text around a sentence is sent, so that its intonation fits. Then an edit has the sentences beside it spoken anew."`
	Concurrency       int             `mapstructure:"concurrency" doc:"How many requests may run at once, which the plan limits; 0 is 2."`
	RequestsPerMinute int             `mapstructure:"requests_per_minute" doc:"The most requests a minute; 0 is no limit."`
	PricePerMillion   float64         `mapstructure:"price_per_million" doc:"Price of a million characters in US dollars, which depends on the plan; 0 is 165, that of the dearest."`
}

const (
	// rate is what is asked for, in Hz: the highest that every plan has.
	rate = 24_000
	// minSpeed and maxSpeed are the limits of the service for the speed of a voice.
	minSpeed, maxSpeed = 0.7, 1.2
	// dearest is the price of a million characters in US dollars on the plan that gives fewest for the money, as of 2026:
	// nobody is to pass a budget because a price was not set. The service counts half a character where a model costs half.
	dearest = 165
	terms   = "https://elevenlabs.io/use-policy"
)

// model is what is known of a model.
type model struct {
	runes    int  // the most text of one request
	language bool // it takes a language code
	context  bool // it takes the text around; others answer with an error
}

// modelOf is what is known of the models of a family. One that is not known is taken for one that takes least.
func modelOf(id string) model {
	switch {
	case strings.HasPrefix(id, "eleven_flash_v2_5"), strings.HasPrefix(id, "eleven_turbo_v2_5"):
		return model{40_000, true, true}
	case strings.HasPrefix(id, "eleven_flash_v2"), strings.HasPrefix(id, "eleven_turbo_v2"):
		return model{30_000, false, true}
	case strings.HasPrefix(id, "eleven_multilingual_v"), strings.HasPrefix(id, "eleven_monolingual_v"):
		return model{10_000, false, true}
	case strings.HasPrefix(id, "eleven_v3"):
		return model{5_000, true, false}
	}
	return model{5_000, false, false}
}

// Backend asks the service for speech.
type Backend struct {
	options Options
	model   model
	client  *remote.Client
	info    tts.Info
	gate    *gate.Gate
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("elevenlabs", "ElevenLabs: voices of its library and one's own, in 30 to 70 languages",
		func(_ context.Context, o Options, env tts.Env) (tts.Backend, error) { return New(o, env) })
}

// New makes the backend. The service is not asked for anything, and no key is read. Where no voice is configured the error
// is a *tts.Unavailable.
func New(o Options, env tts.Env) (*Backend, error) {
	b, err := open(o, env)
	if err != nil {
		return nil, fmt.Errorf("open elevenlabs: %w", err)
	}
	return b, nil
}

func open(o Options, env tts.Env) (*Backend, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	client, err := remote.New(cmp.Or(o.BaseURL, "https://api.elevenlabs.io"))
	if err != nil {
		return nil, err
	}
	list, err := o.voices(env.Voice)
	if err != nil {
		return nil, err
	}
	o.Model = cmp.Or(o.Model, "eleven_multilingual_v2")
	o.Concurrency = cmp.Or(o.Concurrency, 2) // what the smallest plan allows
	m := modelOf(o.Model)
	o.Context = o.Context && m.context
	return &Backend{options: o, model: m, client: client, gate: gate.New(o.Concurrency), info: tts.Info{
		Name: "elevenlabs",
		Fingerprint: fmt.Sprintf("elevenlabs 1, %s, stability %v, similarity %v, style %v, context %v, %d Hz%s",
			o.Model, o.Stability, o.SimilarityBoost, o.Style, o.Context, rate, digest.Server(o.BaseURL, "elevenlabs.io")),
		SampleRate:        rate,
		Voices:            list,
		Limit:             tts.Limit{N: m.runes, Unit: tts.Runes},
		Concurrency:       o.Concurrency,
		RequestsPerMinute: o.RequestsPerMinute,
		Timing:            tts.TimingWord,
		Remote:            !client.Loopback(),
		Streams:           true,
		Context:           o.Context,
		PricePerMillion:   cmp.Or(o.PricePerMillion, dearest),
		Terms:             terms,
		SourceType:        disclosure.TrainedAlgorithmicMedia,
		NoticeRequired:    true,
	}}, nil
}

// check looks for what cannot work.
func (o Options) check() error {
	for name, x := range map[string]float64{"stability": o.Stability, "similarity_boost": o.SimilarityBoost, "style": o.Style} {
		if !(x >= 0 && x <= 1) {
			return fmt.Errorf("%s %v is not between 0 and 1", name, x)
		}
	}
	if o.Concurrency < 0 || o.Concurrency > 256 || o.RequestsPerMinute < 0 || !(o.PricePerMillion >= 0) {
		return errors.New("concurrency, requests_per_minute or price_per_million is out of range")
	}
	return nil
}

// idPattern is what IDs of voices look like. They stand in the path of a request.
var idPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`) //nolint:gochecknoglobals // a read-only pattern

// voices are those that are configured, the one that is asked for first.
func (o Options) voices(wanted string) ([]tts.Voice, error) {
	unknown := func(string) string { return "und" } // IDs tell nothing
	list, err := voices.List(o.Voices, nil, wanted, unknown)
	if err != nil {
		return nil, err
	}
	for _, v := range list {
		if !idPattern.MatchString(v.ID) {
			return nil, &tts.NoSuchVoice{Voice: v.ID, Remedy: "voices go by their IDs, such as JBFqnCBsd6RMkjVDRZzb; copy one from the list of voices of your account"}
		}
	}
	if len(list) == 0 {
		return nil, &tts.Unavailable{
			What: "a voice", Err: errors.New("none is configured"),
			Remedy: "name one by its ID with --voice, or set backends.elevenlabs.voices, such as [{id: JBFqnCBsd6RMkjVDRZzb, language: en-GB}]",
		}
	}
	return list, nil
}

// Info describes the backend.
func (b *Backend) Info() tts.Info { return b.info }

// Speak asks the service for a request.
func (b *Backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	ctx, leave, err := b.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := b.info.Check(r); err != nil {
		return nil, err
	}
	voice, err := b.info.Voice(r.Voice)
	if err != nil {
		return nil, err
	}
	speech, err := b.ask(ctx, r, voice)
	if err != nil {
		return nil, fmt.Errorf("speak with elevenlabs: %w", err)
	}
	if speed := r.Speed(); speed != within(speed) {
		speech.Warnings = append(speech.Warnings, fmt.Sprintf("the rate is %v: the service has none beyond %v to %v", within(speed), minSpeed, maxSpeed))
	}
	if len(r.Phonemes) > 0 {
		speech.Warnings = append(speech.Warnings, "the service was not told the lexicon's pronunciations: it gets plain text")
	}
	return speech, nil
}

// within is the speed nearest to one that the service has.
func within(speed float64) float64 { return min(max(speed, minSpeed), maxSpeed) }

// Close ends the backend.
func (b *Backend) Close() error {
	b.gate.Close()
	b.client.Close()
	return nil
}
