// Package httppiper is the backend "http-piper", for the HTTP server that comes with piper (python3 -m piper.http_server,
// from version 1.3).
//
// It is not for voices in this process (package piper), and not for piper behind Home Assistant's protocol (package
// wyoming).
//
// Source: the server's documentation (API_HTTP.md in https://github.com/OHF-Voice/piper1-gpl) and what versions 1.3 to 1.8 answer.
package httppiper

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/digest"
	"github.com/voicepress/voicepress/tts/internal/gate"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/voices"
)

// Options set up the backend.
type Options struct {
	BaseURL     string          `mapstructure:"base_url" doc:"The address of the server; empty means http://127.0.0.1:5000."`
	Version     string          `mapstructure:"version" doc:"Version of the server and its voices. Change it whenever the sound may change: finished sentences are kept under it."`
	Voices      []voices.Option `mapstructure:"voices" doc:"The voices to choose from, by their names on the server, with #SPEAKER behind where one has several speakers; the first is the default. Without any it is the one that the server was started with."`
	LengthScale float64         `mapstructure:"length_scale" doc:"How long the phonemes are at rate 1, 0.1 to 10; 0 means as the voice was made."`
	NoiseScale  float64         `mapstructure:"noise_scale" doc:"How varied the sound is, 0.01 to 2; 0 means as the voice was made."`
	NoiseW      float64         `mapstructure:"noise_w" doc:"How varied the lengths of the phonemes are, 0.01 to 2; 0 means as the voice was made."`
	Concurrency int             `mapstructure:"concurrency" doc:"How many requests may run at once; 0 means 1."`
	MaxRunes    int             `mapstructure:"max_runes" doc:"The most characters that one request may hold; 0 means 5000."`
}

const (
	// defaultURL is where the server listens unless it is told otherwise.
	defaultURL = "http://127.0.0.1:5000"
	// serverVoice is the ID of the voice that the server takes where none is named.
	serverVoice = "default"
)

// Backend sends texts to a server.
type Backend struct {
	client  *remote.Client
	options Options
	info    tts.Info
	gate    *gate.Gate
	voices  atomic.Pointer[map[string]voice] // what the server has; nil until it was asked
	path    atomic.Pointer[string]           // where the server takes texts; nil until it is known
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("http-piper", "piper's own HTTP server",
		func(_ context.Context, o Options, env tts.Env) (tts.Backend, error) { return New(o, env) })
}

// New prepares the backend. It asks the server nothing; a server that is away is found by Speak.
func New(o Options, env tts.Env) (*Backend, error) {
	client, err := remote.New(cmp.Or(o.BaseURL, defaultURL))
	if err != nil {
		return nil, fmt.Errorf("open http-piper: %w", err)
	}
	list, err := voices.List(o.Voices, []tts.Voice{{ID: serverVoice, Language: "und"}}, env.Voice, voices.Piper)
	if err != nil {
		return nil, fmt.Errorf("open http-piper: %w", err)
	}
	for _, number := range []struct {
		name               string
		value, least, most float64
	}{{"length_scale", o.LengthScale, 0.1, 10}, {"noise_scale", o.NoiseScale, 0.01, 2}, {"noise_w", o.NoiseW, 0.01, 2}} {
		if number.value != 0 && !(number.value >= number.least && number.value <= number.most) {
			return nil, fmt.Errorf("open http-piper: %s %v is not between %v and %v", number.name, number.value, number.least, number.most)
		}
	}
	if o.Concurrency <= 0 {
		o.Concurrency = 1
	}
	if o.MaxRunes <= 0 {
		o.MaxRunes = 5000
	}
	return &Backend{
		client: client, options: o, gate: gate.New(o.Concurrency),
		info: tts.Info{
			Name: "http-piper",
			Fingerprint: fmt.Sprintf("http-piper 1, address %s, version %q, length %v, noise %v and %v",
				digest.Of(client.URL("")), o.Version, o.LengthScale, o.NoiseScale, o.NoiseW),
			Voices:      list,
			Limit:       tts.Limit{N: o.MaxRunes, Unit: tts.Runes},
			Concurrency: o.Concurrency,
			Remote:      !client.Loopback(),
			Streams:     true,
			Terms:       "those of the voice that the server uses",
			SourceType:  disclosure.TrainedAlgorithmicMedia,
		},
	}, nil
}

// Info describes the backend.
func (b *Backend) Info() tts.Info { return b.info }

// Speak has the server say a request.
func (b *Backend) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	ctx, leave, err := b.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := b.info.Check(r); err != nil {
		return nil, err
	}
	named, err := b.info.Voice(r.Voice)
	if err != nil {
		return nil, err
	}
	r.Voice = named.ID
	clip, err := b.ask(ctx, r)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		err = fmt.Errorf("speak with http-piper: %w", err)
		var hint interface{ Hint() string }
		if errors.As(err, new(*tts.Temporary)) && !errors.As(err, &hint) {
			err = remote.Hint(err, "check that the server runs; what it printed says what went wrong")
		}
		return nil, err
	}
	speech := &tts.Speech{Clip: clip, Bill: tts.Bill{Requests: 1}}
	if len(r.Phonemes) > 0 {
		speech.Warnings = append(speech.Warnings, "the lexicon's pronunciations were not used: piper's server is not told them")
	}
	return speech, nil
}

// Close ends the backend and its connections.
func (b *Backend) Close() error {
	b.gate.Close()
	b.client.Close()
	return nil
}
