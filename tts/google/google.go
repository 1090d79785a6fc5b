// Package google is the backend for Google Cloud Text-to-Speech.
//
// It speaks REST to method text:synthesize of version v1beta1, since only that one tells the times of words
// (enableTimePointing); Google's module for Go has version v1 alone. Voices that take SSML get a mark before each word and
// their pronunciations in it; the others get plain text.
//
// It is not for Google's long audio, streaming, or multi-speaker synthesis, nor for Gemini voices, which follow a prompt.
package google

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/digest"
	"github.com/voicepress/voicepress/tts/internal/gate"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/voices"
)

const (
	// defaultBase is the global endpoint; docs.cloud.google.com/text-to-speech/docs/endpoints lists regional ones.
	defaultBase = "https://texttospeech.googleapis.com"
	// limit is the most that a request may hold of text or SSML, in bytes (SynthesisInput of v1beta1).
	limit = 5000
	// sampleRate is what is asked for in Hz: the natural rate of the voices (naturalSampleRateHertz of method voices.list).
	sampleRate = 24000
	// defaultConcurrency keeps a fresh project below its requests a minute at a second or two a sentence.
	defaultConcurrency = 8
	// The rates of speech that the service takes.
	minSpeed, maxSpeed = 0.25, 2
)

// Options set up the backend.
type Options struct {
	Voices            []voices.Option `mapstructure:"voices" doc:"The voices to use, the first is the default: [{id: en-US-Neural2-C}]. Empty: en-US-Neural2-C and en-GB-Neural2-A."`
	APIKeyEnv         string          `mapstructure:"api_key_env" doc:"Environment variable with an API key. Empty: GOOGLE_API_KEY. Without a key, the machine's Application Default Credentials are used."`
	APIKeyFile        string          `mapstructure:"api_key_file" doc:"File with an API key and nothing else."`
	NoWordTimes       bool            `mapstructure:"no_word_times" doc:"Do not ask for the times of words: they need tags, which cost 15 characters a sentence."`
	QuotaProject      string          `mapstructure:"quota_project" doc:"Project that pays, for credentials of a person. Empty: the one in the credentials."`
	BaseURL           string          `mapstructure:"base_url" doc:"Address of the service, for a regional one such as https://eu-texttospeech.googleapis.com. Empty: the global one."`
	PricePerMillion   float64         `mapstructure:"price_per_million" doc:"What a million characters cost you, in US dollars. 0: the list price of the voice."`
	Concurrency       int             `mapstructure:"concurrency" doc:"Requests at once. 0: 8."`
	RequestsPerMinute int             `mapstructure:"requests_per_minute" doc:"Requests a minute. 0: the quota that a new project has for the voice."`
}

// Backend asks the service. Make one with New.
type Backend struct {
	info   tts.Info
	times  bool // ask for the times of words
	client *remote.Client
	auth   *auth
	gate   *gate.Gate
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("google", "Google Cloud Text-to-Speech",
		func(_ context.Context, o Options, env tts.Env) (tts.Backend, error) { return New(o, env) })
}

// New makes the backend. It asks the service nothing: whether key and voice are good is found at the first Speak.
func New(o Options, env tts.Env) (*Backend, error) {
	base := o.BaseURL
	if base == "" {
		base = defaultBase
	}
	client, err := remote.New(base)
	if err != nil {
		return nil, fmt.Errorf("open google: %w", err)
	}
	all, err := voices.Named(o.Voices, []string{"en-US-Neural2-C", "en-GB-Neural2-A"}, env.Voice, languageOf, "backends.google.voices", source)
	if err != nil {
		return nil, fmt.Errorf("open google: %w", err)
	}
	info := describe(o, all, env.Voice != "")
	info.Remote = !client.Loopback()
	return &Backend{info: info, times: !o.NoWordTimes, client: client, auth: newAuth(o), gate: gate.New(info.Concurrency)}, nil
}

// describe is the backend's Info. Where any of the voices may be asked for, the dearest and the slowest of them counts.
func describe(o Options, all []tts.Voice, only bool) tts.Info {
	info := tts.Info{
		Name:              "google",
		Fingerprint:       fmt.Sprintf("google 1, v1beta1, LINEAR16 %d Hz%s", sampleRate, digest.Server(o.BaseURL, "googleapis.com")),
		SampleRate:        sampleRate,
		Voices:            all,
		Limit:             tts.Limit{N: limit, Unit: tts.Bytes},
		Concurrency:       o.Concurrency,
		RequestsPerMinute: o.RequestsPerMinute,
		Streams:           true,
		PricePerMillion:   o.PricePerMillion,
		Terms:             "https://cloud.google.com/terms",
		SourceType:        disclosure.TrainedAlgorithmicMedia,
	}
	if o.NoWordTimes {
		info.Fingerprint += ", no marks" // tags may change how a sentence is said
	}
	if info.Concurrency <= 0 {
		info.Concurrency = defaultConcurrency
	}
	if only {
		all = all[:1]
	}
	perMinute, price := 0, 0.0
	for _, voice := range all {
		f := familyOf(voice.ID)
		price = max(price, f.price)
		if perMinute == 0 || f.perMinute < perMinute {
			perMinute = f.perMinute
		}
	}
	if info.RequestsPerMinute <= 0 {
		info.RequestsPerMinute = perMinute
	}
	if info.PricePerMillion <= 0 {
		info.PricePerMillion = price
	}
	for _, voice := range info.Voices {
		f := familyOf(voice.ID)
		if f.marks && !o.NoWordTimes {
			info.Timing = tts.TimingWord
			info.Charge.More = len("<speak></speak>") // marks are free, and stand in this
		}
		info.Phonemes = info.Phonemes || f.ssml || f.pronunciations
	}
	return info
}

// Info describes the backend.
func (b *Backend) Info() tts.Info { return b.info }

// Speak asks the service for a request. What is refused as an invalid argument, without saying which, is asked for once
// more without pronunciations: a sound in one of them that the voice does not know is such a reason.
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
	if speed := r.Speed(); speed < minSpeed || speed > maxSpeed {
		return nil, fmt.Errorf("speak with google: a rate of %g is not between %g and %g", speed, minSpeed, float64(maxSpeed))
	}
	w := write(r, voice, b.times)
	speech, err := b.ask(ctx, w, voice)
	if errors.As(err, new(*invalidArgument)) && w.pronunciations > 0 {
		r.Phonemes = nil
		if speech, err = b.ask(ctx, write(r, voice, b.times), voice); err == nil {
			speech.Bill.Requests++
			speech.Warnings = append(speech.Warnings, untold(voice))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("speak with google: %w", err)
	}
	return speech, nil
}

// ask sends a request and makes speech of the answer.
func (b *Backend) ask(ctx context.Context, w written, voice tts.Voice) (*tts.Speech, error) {
	header := http.Header{}
	if err := b.auth.sign(ctx, header); err != nil {
		return nil, err
	}
	answer, err := b.client.Post(ctx, "/v1beta1/text:synthesize", header, w.body)
	if err != nil {
		return nil, err
	}
	if !answer.OK() {
		if answer.Status == http.StatusUnauthorized {
			b.auth.forget(ctx, strings.TrimPrefix(header.Get("Authorization"), "Bearer "))
		}
		return nil, failure(answer, b.info, voice)
	}
	return w.speech(answer, b.info)
}

// Close ends the backend, and the requests under way.
func (b *Backend) Close() error {
	b.gate.Close()
	b.client.Close()
	return nil
}
