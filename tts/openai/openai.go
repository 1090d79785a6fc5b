// Package openai is the backend for any server that speaks OpenAI's protocol for speech: POST /v1/audio/speech. There
// are many, most of them free to run on one's own machine, such as Kokoro-FastAPI, LocalAI and Speaches.
//
// Servers differ in what they take and what they answer. So nothing is sent that not all of them know, unless the options
// say which server it is; and what comes back is taken for what it is, not for what was asked for. There is no default
// server, and no default model.
//
// Sources: the API reference of OpenAI ("Create speech", "Error codes"); Kokoro-FastAPI's README and schemas
// (remsky/Kokoro-FastAPI) for its own extensions.
package openai

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/digest"
	"github.com/voicepress/voicepress/tts/internal/gate"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/voices"
)

// Options set up the backend.
type Options struct {
	BaseURL           string          `mapstructure:"base_url" doc:"Address of the server, without /v1/audio/speech, such as http://localhost:8880. There is no default."`
	Server            string          `mapstructure:"server" doc:"What server it is, where it can do more than OpenAI's protocol says: kokoro-fastapi (word times; its normaliser is switched off). Empty is any other."`
	APIKeyEnv         string          `mapstructure:"api_key_env" doc:"Name of the environment variable with the key; empty is OPENAI_API_KEY for OpenAI's own server, and no key for any other."`
	APIKeyFile        string          `mapstructure:"api_key_file" doc:"Path of a file with the key alone."`
	Model             string          `mapstructure:"model" doc:"Model to ask for; empty leaves it to the server."`
	Voices            []voices.Option `mapstructure:"voices" doc:"Voices of the server; the first is the default. A voice that is asked for by name need not be listed."`
	Instructions      string          `mapstructure:"instructions" doc:"How to speak, for models that take instructions."`
	ResponseFormat    string          `mapstructure:"response_format" doc:"What to ask for: wav or pcm (16 bits without a header); empty is wav. Other formats are read, too, if the server sends them."`
	SampleRate        int             `mapstructure:"sample_rate" doc:"Sample rate in Hz of sound without a header; 0 is 24000. WAV says its own."`
	MaxRunes          int             `mapstructure:"max_runes" doc:"The most characters that one request may hold; 0 is 4096."`
	Timeout           time.Duration   `mapstructure:"timeout" doc:"How long the server may take to begin its answer, as when it has to load a model first; 0 is 2m."`
	Concurrency       int             `mapstructure:"concurrency" doc:"How many requests may run at once; 0 is as many as jobs, or 4."`
	RequestsPerMinute int             `mapstructure:"requests_per_minute" doc:"The most requests a minute; 0 is no limit."`
	PricePerMillion   float64         `mapstructure:"price_per_million" doc:"Price of a million characters in US dollars, for the estimate and the budget; 0 is free, and 30 for OpenAI's own server."`
}

const (
	// maxRunes is the limit of OpenAI's own server for input.
	maxRunes = 4096
	// pcmRate is the rate of its sound without a header, in Hz.
	pcmRate = 24_000
	// minSpeed and maxSpeed are the limits of its speed.
	minSpeed, maxSpeed = 0.25, 4
	// patience is how long a server may take to begin its answer: on a slow machine it loads a model of gigabytes first.
	patience = 2 * time.Minute
	// kokoro is the one server whose extensions are used.
	kokoro = "kokoro-fastapi"
	// host is OpenAI's own.
	host = "api.openai.com"
	// dearest is the price of a million characters of its dearest model, tts-1-hd, in US dollars: nobody is to pass a budget
	// because a price was not set.
	dearest = 30
	// termsOfOpenAI ask for the disclosure to listeners.
	termsOfOpenAI = "https://openai.com/policies/usage-policies"
)

// Backend asks a server for speech.
type Backend struct {
	options Options
	client  *remote.Client
	info    tts.Info
	gate    *gate.Gate
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("openai", "any server with OpenAI's protocol for speech: Kokoro-FastAPI, LocalAI, Speaches, OpenAI",
		func(_ context.Context, o Options, env tts.Env) (tts.Backend, error) { return New(o, env) })
}

// New makes the backend. The server is not asked for anything, and no key is read. Where the options lack what is needed
// the error is a *tts.Unavailable.
func New(o Options, env tts.Env) (*Backend, error) {
	b, err := open(o, env)
	if err != nil {
		return nil, fmt.Errorf("open openai: %w", err)
	}
	return b, nil
}

func open(o Options, env tts.Env) (*Backend, error) {
	if o.BaseURL == "" {
		return nil, &tts.Unavailable{
			What: "a speech server", Err: errors.New("no address is configured"),
			Remedy: "set backends.openai.base_url, such as http://localhost:8880 for Kokoro-FastAPI, http://localhost:8080 for LocalAI, " +
				"http://localhost:8000 for Speaches, or https://api.openai.com (whose models tts-1, tts-1-hd and gpt-4o-mini-tts end on 2027-01-06)",
		}
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	// Client libraries of this protocol want the address with the version.
	client, err := remote.New(strings.TrimSuffix(strings.TrimRight(o.BaseURL, "/"), "/v1"))
	if err != nil {
		return nil, err
	}
	client.Wait = cmp.Or(o.Timeout, patience)
	list, err := o.voices(env.Voice)
	if err != nil {
		return nil, err
	}
	o.ResponseFormat = cmp.Or(o.ResponseFormat, "wav")
	o.SampleRate = cmp.Or(o.SampleRate, pcmRate)
	o.MaxRunes = cmp.Or(o.MaxRunes, maxRunes)
	o.Concurrency = cmp.Or(o.Concurrency, env.Concurrency, 4)
	b := &Backend{options: o, client: client, gate: gate.New(o.Concurrency), info: tts.Info{
		Name: "openai",
		Fingerprint: fmt.Sprintf("openai 1, server %q, model %q, address and instructions %s, %s, %d Hz",
			o.Server, o.Model, digest.Of(client.URL(""), o.Instructions), o.ResponseFormat, o.SampleRate),
		Voices:            list,
		Limit:             tts.Limit{N: o.MaxRunes, Unit: tts.Runes},
		Concurrency:       o.Concurrency,
		RequestsPerMinute: o.RequestsPerMinute,
		Remote:            !client.Loopback(),
		Streams:           true,
		PricePerMillion:   o.PricePerMillion,
		SourceType:        disclosure.TrainedAlgorithmicMedia,
	}}
	if o.Server == kokoro {
		b.info.Timing = tts.TimingWord
	}
	if b.isOpenAI() {
		b.info.Terms, b.info.NoticeRequired = termsOfOpenAI, true
		b.info.PricePerMillion = cmp.Or(o.PricePerMillion, dearest)
	}
	return b, nil
}

// isOpenAI says whether the server is OpenAI's own, in any region.
func (b *Backend) isOpenAI() bool {
	name, _, _ := strings.Cut(strings.ToLower(b.client.Host()), ":")
	return name == host || strings.HasSuffix(name, "."+host)
}

// key says where the key is; it is empty where none is needed. A key that is meant for OpenAI is sent to no other server.
func (b *Backend) key() remote.Key {
	key := remote.Key{Env: b.options.APIKeyEnv, File: b.options.APIKeyFile}
	if b.isOpenAI() {
		key.Env = cmp.Or(key.Env, "OPENAI_API_KEY")
	}
	return key
}

// authorization is the header with the key. It is read for each request, so that what needs none goes without.
func (b *Backend) authorization() (http.Header, error) {
	if b.key() == (remote.Key{}) {
		return nil, nil
	}
	secret, err := b.key().Read()
	if err != nil {
		return nil, err
	}
	return http.Header{"Authorization": {"Bearer " + secret}}, nil
}

// check looks for what cannot work.
func (o Options) check() error {
	switch {
	case o.Server != "" && o.Server != kokoro:
		return fmt.Errorf("no server %q is known; leave it empty, or say %s", o.Server, kokoro)
	case o.ResponseFormat != "" && o.ResponseFormat != "wav" && o.ResponseFormat != "pcm":
		return fmt.Errorf("the response format %q is neither wav nor pcm", o.ResponseFormat)
	case o.SampleRate != 0 && (o.SampleRate < 8000 || o.SampleRate > 192_000):
		return fmt.Errorf("a sample rate of %d Hz is not between 8000 and 192000", o.SampleRate)
	case o.Timeout < 0 || o.MaxRunes < 0 || o.Concurrency < 0 || o.RequestsPerMinute < 0 || !(o.PricePerMillion >= 0):
		return errors.New("timeout, max_runes, concurrency, requests_per_minute and price_per_million may not be negative")
	case o.Concurrency > 256:
		return fmt.Errorf("concurrency %d is above 256", o.Concurrency)
	}
	return nil
}

// voices are those that are configured, the one that is asked for first.
func (o Options) voices(wanted string) ([]tts.Voice, error) {
	list, err := voices.List(o.Voices, nil, wanted, languageOf)
	if err == nil && len(list) == 0 {
		err = &tts.Unavailable{
			What: "a voice", Err: errors.New("none is configured, and every server has others"),
			Remedy: "name one with --voice, or set backends.openai.voices, such as [{id: af_heart, language: en-US}] for Kokoro",
		}
	}
	return list, err
}

// languageOf tells the language of voices that are named as Kokoro's or piper's are. Of others nothing is known: und.
// Source: hexgrad/Kokoro-82M, VOICES.md: the first letter is the language, the second f or m.
func languageOf(id string) string {
	languages := map[string]string{
		"a": "en-US", "b": "en-GB", "e": "es", "f": "fr-FR", "h": "hi", "i": "it", "j": "ja", "p": "pt-BR", "z": "zh",
	}
	if len(id) > 3 && id[2] == '_' && (id[1] == 'f' || id[1] == 'm') && languages[id[:1]] != "" {
		return languages[id[:1]]
	}
	return voices.Piper(id)
}

// Info describes the backend.
func (b *Backend) Info() tts.Info { return b.info }

// Speak asks the server for a request.
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
		return nil, fmt.Errorf("speak with openai: the rate %v is not between %v and %v", speed, minSpeed, float64(maxSpeed))
	}
	speech, err := b.ask(ctx, r, voice.ID)
	if err != nil {
		return nil, fmt.Errorf("speak with openai: %w", err)
	}
	if b.info.Remote {
		speech.Bill.Characters = utf8.RuneCountInString(r.Text)
	}
	if len(r.Phonemes) > 0 {
		speech.Warnings = append(speech.Warnings, "the server was not told the lexicon's pronunciations: it gets plain text")
	}
	return speech, nil
}

// Close ends the backend.
func (b *Backend) Close() error {
	b.gate.Close()
	b.client.Close()
	return nil
}
