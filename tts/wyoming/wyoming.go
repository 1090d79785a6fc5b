// Package wyoming is the backend for speech servers that speak the Wyoming protocol, as those of Home Assistant do:
// wyoming-piper and others.
//
// Events go over a TCP connection: a line of JSON, then data (JSON too) and a payload (samples), whose lengths the line
// announces. Each request has a connection of its own. The first asks the server for its voices, because servers say a
// text with another voice where they do not know the one that is asked for.
//
// The protocol knows no rate of speech, no pronunciations and no word times. It has no encryption and no passwords
// either, so it is for a network of one's own.
//
// Source: the specification in https://github.com/OHF-Voice/wyoming (README.md) and its Python package, version 1.10.2.
package wyoming

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/digest"
	"github.com/voicepress/voicepress/tts/internal/gate"
	"github.com/voicepress/voicepress/tts/internal/voices"
)

// Options set up the backend.
type Options struct {
	Address     string          `mapstructure:"address" doc:"The server, as HOST:PORT or tcp://HOST:PORT; empty means 127.0.0.1:10200, the usual place of wyoming-piper."`
	Version     string          `mapstructure:"version" doc:"Version of the server and its voices. Change it whenever the sound may change: finished sentences are kept under it."`
	Voices      []voices.Option `mapstructure:"voices" doc:"The voices to choose from, by their names on the server, with #SPEAKER behind where one has several speakers; the first is the default. Without any it is the server's own."`
	Concurrency int             `mapstructure:"concurrency" doc:"How many requests may run at once; 0 means as many as jobs, or 2."`
	MaxRunes    int             `mapstructure:"max_runes" doc:"The most characters that one request may hold; 0 means 5000."`
}

// defaultAddress is where the documentation of wyoming-piper has it listen.
const defaultAddress = "127.0.0.1:10200"

// serverVoice is the ID of the voice that the server takes where none is named.
const serverVoice = "default"

// Backend sends texts to a server.
type Backend struct {
	address string
	info    tts.Info
	gate    *gate.Gate
	voices  atomic.Pointer[[]knownVoice] // what the server has; nil until it was asked
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("wyoming", "a speech server of Home Assistant (Wyoming protocol), such as wyoming-piper",
		func(_ context.Context, o Options, env tts.Env) (tts.Backend, error) { return New(o, env) })
}

// New prepares the backend. It asks the server nothing; a server that is away is found by Speak.
func New(o Options, env tts.Env) (*Backend, error) {
	address, remote, err := parseAddress(o.Address)
	if err != nil {
		return nil, fmt.Errorf("open wyoming: %w", err)
	}
	list, err := voices.List(o.Voices, []tts.Voice{{ID: serverVoice, Language: "und"}}, env.Voice, voices.Piper)
	if err != nil {
		return nil, fmt.Errorf("open wyoming: %w", err)
	}
	if o.Concurrency <= 0 {
		o.Concurrency = env.Concurrency
	}
	if o.Concurrency <= 0 {
		o.Concurrency = 2
	}
	if o.MaxRunes <= 0 {
		o.MaxRunes = 5000
	}
	return &Backend{
		address: address, gate: gate.New(o.Concurrency),
		info: tts.Info{
			Name:        "wyoming",
			Fingerprint: fmt.Sprintf("wyoming 1, address %s, version %q", digest.Of(address), o.Version),
			Voices:      list,
			Limit:       tts.Limit{N: o.MaxRunes, Unit: tts.Runes},
			Concurrency: o.Concurrency,
			Remote:      remote,
			Streams:     true,
			Terms:       "those of the voice that the server uses",
			// Nobody knows what the server is; it is not taken for less than it may be.
			SourceType: disclosure.TrainedAlgorithmicMedia,
		},
	}, nil
}

// parseAddress returns host and port, and whether they are of another machine.
func parseAddress(address string) (hostPort string, remote bool, err error) {
	if address == "" {
		address = defaultAddress
	}
	hostPort = strings.TrimPrefix(address, "tcp://")
	host, port, err := net.SplitHostPort(hostPort)
	if err != nil || host == "" || port == "" || strings.Contains(hostPort, "/") {
		return "", false, &tts.Unavailable{
			What: "the Wyoming server", Err: fmt.Errorf("%q is not the address of one", address),
			Remedy: "set backends.wyoming.address to HOST:PORT, such as " + defaultAddress,
		}
	}
	ip := net.ParseIP(host)
	return hostPort, host != "localhost" && (ip == nil || !ip.IsLoopback()), nil
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
	voice, err := b.info.Voice(r.Voice)
	if err != nil {
		return nil, err
	}
	r.Voice = voice.ID
	clip, err := b.ask(ctx, r)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("speak with the Wyoming server at %s: %w", b.address, err)
	}
	speech := &tts.Speech{Clip: clip, Bill: tts.Bill{Requests: 1}}
	if len(r.Phonemes) > 0 {
		speech.Warnings = append(speech.Warnings, "the lexicon's pronunciations were not used: the Wyoming protocol has none")
	}
	if r.Speed() != 1 {
		speech.Warnings = append(speech.Warnings, "the rate of speech was not used: the Wyoming protocol has none")
	}
	return speech, nil
}

// Close ends the backend and its connections.
func (b *Backend) Close() error {
	b.gate.Close()
	return nil
}

// errAway is the reason where a server cannot be reached, and says what can be done.
type errAway struct{ error }

func (e errAway) Unwrap() error { return e.error }

// Hint is what the user can do about it.
func (e errAway) Hint() string {
	return "check that the Wyoming server runs and that backends.wyoming.address is its address"
}

// away wraps what went wrong with the connection.
func away(err error) error { return &tts.Temporary{Err: errAway{err}} }

// notWyoming wraps what is wrong with an answer.
func notWyoming(err error) error {
	var format *formatError
	if !errors.As(err, &format) {
		return away(err)
	}
	return &tts.BadAnswer{Err: format, Remedy: "check that a Wyoming server for speech listens at backends.wyoming.address"}
}
