// Package polly is the backend for Amazon Polly.
//
// Requests go through Amazon's SDK, which finds credentials and signs, over the HTTP client that all services share.
// The SDK's own retries are off. Plain text is sent as such; SSML only where a rate or a pronunciation asks for it.
// Word times are a second request, which Amazon charges like the first, so they are an option.
//
// It is not for Polly's asynchronous tasks, its bidirectional streams or its lexicons.
//
// Sources: the comments of github.com/aws/aws-sdk-go-v2/service/polly v1.57.7; the developer guide at
// docs.aws.amazon.com/polly/latest/dg, pages "Quotas", "Speech marks", "Supported SSML tags", "Common errors".
package polly

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/polly"
	"github.com/aws/aws-sdk-go-v2/service/polly/types"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/digest"
	"github.com/voicepress/voicepress/tts/internal/gate"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/voices"
)

// Options set up the backend.
type Options struct {
	Region            string          `mapstructure:"region" doc:"Region of the service, such as eu-central-1; empty means the one that AWS_REGION or the profile names."`
	Profile           string          `mapstructure:"profile" doc:"Profile of the AWS configuration files; empty means AWS_PROFILE, or default."`
	BaseURL           string          `mapstructure:"base_url" doc:"Address of the service, for a VPC endpoint; empty means the region's public one."`
	Engine            string          `mapstructure:"engine" doc:"standard, neural, long-form or generative; empty means neural."`
	Output            string          `mapstructure:"output" doc:"What is asked for: mp3 (24 kHz, lossy) or pcm (16 kHz, as it is); empty means mp3."`
	WordTimes         bool            `mapstructure:"word_times" doc:"Ask when each word is heard; a second request, which costs as much as the first. Not for generative voices."`
	Voices            []voices.Option `mapstructure:"voices" doc:"The voices to choose from, the first is the default; empty means those that the program knows of."`
	PricePerMillion   float64         `mapstructure:"price_per_million" doc:"What a million characters cost you, in US dollars; 0 means the list price of the engine."`
	Concurrency       int             `mapstructure:"concurrency" doc:"How many requests may run at once; 0 means 8."`
	RequestsPerMinute int             `mapstructure:"requests_per_minute" doc:"Requests a minute; 0 means the quota of a new account."`
}

// Of a request at most 3,000 characters are charged, and with tags it holds at most 6,000 (page "Quotas").
const maxBilled, maxTotal = 3000, 6000

// engine is what there is to know of an engine.
type engine struct {
	mp3Rate   int     // Hz: the rate of its voices
	price     float64 // US dollars a million characters, list price of November 2026
	perMinute int     // quota of a new account: 80 requests a second, or 8
	phonemes  bool    // takes <phoneme> anywhere; the generative one does in part
	marks     bool    // tells the times of words
	voice     string  // one that it has
}

func engines() map[string]engine {
	return map[string]engine{
		"standard":   {mp3Rate: 22050, price: 4, perMinute: 80 * 60, phonemes: true, marks: true, voice: "Joanna"},
		"neural":     {mp3Rate: 24000, price: 16, perMinute: 8 * 60, phonemes: true, marks: true, voice: "Joanna"},
		"long-form":  {mp3Rate: 24000, price: 100, perMinute: 8 * 60, phonemes: true, marks: true, voice: "Ruth"},
		"generative": {mp3Rate: 24000, price: 30, perMinute: 8 * 60, voice: "Ruth"},
	}
}

// pcmRate is the highest rate in Hz at which the service gives samples as they are.
const pcmRate = 16000

// Backend asks the service. Make one with New.
type Backend struct {
	info        tts.Info
	client      *remote.Client
	service     *polly.Client
	credentials aws.CredentialsProvider
	engine      engine
	engineName  types.Engine
	format      types.OutputFormat
	wordTimes   bool
	gate        *gate.Gate
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("polly", "Amazon Polly",
		func(ctx context.Context, o Options, env tts.Env) (tts.Backend, error) { return New(ctx, o, env) })
}

// New makes the backend. It reads the AWS configuration files and asks the service nothing: whether credentials and voice
// are good is found at the first Speak.
func New(ctx context.Context, o Options, env tts.Env) (*Backend, error) {
	name, format := cmp.Or(o.Engine, "neural"), cmp.Or(o.Output, "mp3")
	e, ok := engines()[name]
	if !ok {
		return nil, fmt.Errorf("open polly: no engine %.40q; there are: standard, neural, long-form, generative", name)
	}
	if format != "mp3" && format != "pcm" {
		return nil, fmt.Errorf("open polly: no output %.40q; there are: mp3, pcm", format)
	}
	if o.WordTimes && !e.marks {
		return nil, fmt.Errorf("open polly: the engine %s knows no word times: leave word_times out", name)
	}
	if format == "mp3" {
		if _, err := mp3.OpenMpg123(""); err != nil {
			return nil, &tts.Unavailable{What: "libmpg123, which decodes what Polly sends", Err: err, Remedy: "apt-get install libmpg123-0, or set backends.polly.output to pcm"}
		}
	}
	c, err := configure(ctx, o)
	if err != nil {
		return nil, err
	}
	client, err := remote.New(cmp.Or(o.BaseURL, "https://polly."+c.Region+".amazonaws.com"))
	if err != nil {
		return nil, fmt.Errorf("open polly: %w", err)
	}
	list, err := voices.List(o.Voices, known(e.voice), env.Voice, languageOf)
	if err != nil {
		return nil, fmt.Errorf("open polly: %w", err)
	}
	b := &Backend{
		client: client, credentials: c.Credentials, engine: e, wordTimes: o.WordTimes,
		engineName: types.Engine(name), format: types.OutputFormat(format),
	}
	b.service = polly.NewFromConfig(c, func(p *polly.Options) {
		p.HTTPClient = transport{client}
		p.Retryer = aws.NopRetryer{}
		if o.BaseURL != "" {
			p.BaseEndpoint = aws.String(client.URL(""))
		}
	})
	b.describe(o, list)
	b.gate = gate.New(b.info.Concurrency)
	return b, nil
}

// configure reads what environment and configuration files say of region and credentials.
func configure(ctx context.Context, o Options) (aws.Config, error) {
	var load []func(*config.LoadOptions) error
	if o.Region != "" {
		load = append(load, config.WithRegion(o.Region))
	}
	if o.Profile != "" {
		load = append(load, config.WithSharedConfigProfile(o.Profile))
	}
	c, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return c, fmt.Errorf("open polly: %w", remote.Hint(err, "correct the AWS configuration files, or name another profile with backends.polly.profile"))
	}
	if c.Region == "" && o.BaseURL == "" {
		return c, &tts.Unavailable{
			What: "the region of Amazon Polly", Err: fmt.Errorf("none is configured"),
			Remedy: "set backends.polly.region, such as eu-central-1, or AWS_REGION",
		}
	}
	c.Region = cmp.Or(c.Region, "us-east-1") // something has to be in the signature
	return c, nil
}

// describe makes the Info.
func (b *Backend) describe(o Options, list []tts.Voice) {
	b.info = tts.Info{
		Name:              "polly",
		Voices:            list,
		SampleRate:        b.engine.mp3Rate,
		Limit:             tts.Limit{N: maxBilled, Unit: tts.Runes},
		Concurrency:       o.Concurrency,
		RequestsPerMinute: o.RequestsPerMinute,
		Remote:            !b.client.Loopback(),
		Streams:           true,
		Phonemes:          b.engine.phonemes,
		PricePerMillion:   o.PricePerMillion,
		Terms:             "https://aws.amazon.com/service-terms/",
		SourceType:        disclosure.TrainedAlgorithmicMedia,
	}
	if b.format == types.OutputFormatPcm {
		b.info.SampleRate = pcmRate
	}
	if b.info.Concurrency <= 0 {
		b.info.Concurrency = 8
	}
	if b.info.RequestsPerMinute <= 0 {
		b.info.RequestsPerMinute = b.engine.perMinute
		if b.wordTimes {
			b.info.RequestsPerMinute /= 2 // each sentence takes two
		}
	}
	if b.info.PricePerMillion <= 0 {
		b.info.PricePerMillion = b.engine.price
	}
	if b.wordTimes {
		b.info.Timing = tts.TimingWord
		b.info.Charge.Times = 2 // the request for the times is charged as well
	}
	b.info.Fingerprint = fmt.Sprintf("polly 1, %s, %s %d Hz%s", b.engineName, b.format, b.info.SampleRate, digest.Server(o.BaseURL, "amazonaws.com", "amazonaws.com.cn"))
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
	r.Voice = voice.ID
	speech, err := b.say(ctx, r)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("speak with polly: %w", err)
	}
	return speech, nil
}

// Close ends the backend, and the requests under way.
func (b *Backend) Close() error {
	b.gate.Close()
	b.client.Close()
	return nil
}

// known are the voices of the table, that one first.
func known(first string) []tts.Voice {
	var list []tts.Voice
	for _, row := range table() {
		for _, id := range row.ids {
			list = append(list, tts.Voice{ID: id, Language: row.language})
		}
	}
	i := slices.IndexFunc(list, func(v tts.Voice) bool { return v.ID == first })
	voice := list[i]
	return append([]tts.Voice{voice}, slices.Delete(list, i, i+1)...)
}

// languageOf is the language of a voice that the table has.
func languageOf(id string) string {
	for _, row := range table() {
		if slices.Contains(row.ids, id) {
			return row.language
		}
	}
	return "und"
}
