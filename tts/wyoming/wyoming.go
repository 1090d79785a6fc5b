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
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/gate"
)

// Options set up the backend.
type Options struct {
	Address     string  `mapstructure:"address" doc:"The server, as HOST:PORT or tcp://HOST:PORT; empty means 127.0.0.1:10200, the usual place of wyoming-piper."`
	Version     string  `mapstructure:"version" doc:"Version of the server and its voices. Change it whenever the sound may change: finished sentences are kept under it."`
	Voices      []Voice `mapstructure:"voices" doc:"The voices to choose from; the first is the default. Without any it is the server's own."`
	Concurrency int     `mapstructure:"concurrency" doc:"How many requests may run at once; 0 means as many as jobs, or 2."`
	MaxRunes    int     `mapstructure:"max_runes" doc:"The most characters that one request may hold; 0 means 5000."`
}

// Voice is a voice of the server.
type Voice struct {
	ID       string `mapstructure:"id" doc:"Its name on the server, with #SPEAKER behind it where it has several speakers."`
	Language string `mapstructure:"language" doc:"Its BCP 47 language, such as en-US."`
	Licence  string `mapstructure:"licence" doc:"Its licence, as an SPDX identifier or a short text."`
	Source   string `mapstructure:"source" doc:"Where it comes from: a URL or a package."`
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

//nolint:gochecknoglobals // read-only patterns
var (
	languagePattern = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)
	piperPattern    = regexp.MustCompile(`^([a-z]{2,3})_([A-Z]{2})-`) // how piper's voices are named: en_US-joe-medium
)

// New prepares the backend. It asks the server nothing; a server that is away is found by Speak.
func New(o Options, env tts.Env) (*Backend, error) {
	address, remote, err := parseAddress(o.Address)
	if err != nil {
		return nil, fmt.Errorf("open wyoming: %w", err)
	}
	voices, err := listVoices(o.Voices, env.Voice)
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
			Fingerprint: fmt.Sprintf("wyoming 1, %s, version %q", address, o.Version),
			Voices:      voices,
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

// listVoices are the configured voices and the one that is wanted, that one first.
func listVoices(configured []Voice, wanted string) ([]tts.Voice, error) {
	var voices []tts.Voice
	for i, v := range configured {
		switch {
		case v.ID == "":
			return nil, fmt.Errorf("voice %d has no ID", i+1)
		case !languagePattern.MatchString(v.Language):
			return nil, fmt.Errorf("voice %s: %q is no BCP 47 language", v.ID, v.Language)
		case slices.ContainsFunc(voices, func(other tts.Voice) bool { return other.ID == v.ID }):
			return nil, fmt.Errorf("voice %s is listed twice", v.ID)
		}
		voices = append(voices, tts.Voice(v))
	}
	if len(voices) == 0 {
		voices = []tts.Voice{{ID: serverVoice, Language: "und"}}
	}
	if wanted == "" {
		return voices, nil
	}
	i := slices.IndexFunc(voices, func(v tts.Voice) bool { return v.ID == wanted })
	if i < 0 {
		return append([]tts.Voice{{ID: wanted, Language: languageOf(wanted)}}, voices...), nil
	}
	first := voices[i]
	return append([]tts.Voice{first}, slices.Delete(voices, i, i+1)...), nil
}

// languageOf tells the language of a voice by its name, as far as it is one of piper's.
func languageOf(voice string) string {
	if m := piperPattern.FindStringSubmatch(voice); m != nil {
		return m[1] + "-" + m[2]
	}
	return "und"
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
