// Package azure is the backend for the text to speech of Azure AI Speech.
//
// It speaks REST, to cognitiveservices/v1 of a region
// (learn.microsoft.com/azure/ai-services/speech-service/rest-text-to-speech). Microsoft's library for Go is a
// binding of the one for C, and needs cgo. Word times come over its websocket alone, so there are none here.
//
// It is not for batch synthesis, custom voices' own endpoints, or avatars.
package azure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/digest"
	"github.com/voicepress/voicepress/tts/internal/gate"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/ssml"
	"github.com/voicepress/voicepress/tts/internal/voices"
)

const (
	defaultKeyEnv = "AZURE_SPEECH_KEY"
	regionEnv     = "AZURE_SPEECH_REGION"
	defaultRate   = 24000
	// defaultConcurrency is modest, because the service answers 429 to a load that grows at once.
	defaultConcurrency = 8
	// The rates of speech that the service takes: 0.5 to 2 times the voice's own (prosody in
	// .../speech-synthesis-markup-voice).
	minSpeed, maxSpeed = 0.5, 2
	// maxDuration is where the service cuts sound off without a word (.../rest-text-to-speech).
	maxDuration = 10 * time.Minute
	// maxRunes keeps sound far from that: Chinese at half speed, some 150 characters a minute, takes less than 7 minutes.
	maxRunes = 1000
	// terms are Microsoft's; docs/backends.md says what stands in them.
	terms = "Microsoft's code of conduct: say that the voice is AI, offer a way to report problems, no forbidden uses; https://learn.microsoft.com/legal/ai-code-of-conduct"
	// source is where a person finds the voices.
	source = "https://learn.microsoft.com/azure/ai-services/speech-service/language-support?tabs=tts"
)

// Options set up the backend.
type Options struct {
	Region            string          `mapstructure:"region" doc:"Region of the Speech resource, such as westeurope. Empty: the environment variable AZURE_SPEECH_REGION."`
	Voices            []voices.Option `mapstructure:"voices" doc:"The voices to use, the first is the default: [{id: en-US-AvaNeural}]. Empty: one each for en-US, en-GB, de-DE, es-ES and fr-FR."`
	APIKeyEnv         string          `mapstructure:"api_key_env" doc:"Environment variable with the key of the Speech resource. Empty: AZURE_SPEECH_KEY."`
	APIKeyFile        string          `mapstructure:"api_key_file" doc:"File with the key and nothing else."`
	BaseURL           string          `mapstructure:"base_url" doc:"Address in the place of the region's, as for another cloud: https://chinanorth2.tts.speech.azure.cn."`
	SampleRate        int             `mapstructure:"sample_rate" doc:"Sample rate in Hz, 24000 or 48000. 0: 24000."`
	PricePerMillion   float64         `mapstructure:"price_per_million" doc:"What a million characters cost you, in US dollars. 0: the list price of the voice."`
	Concurrency       int             `mapstructure:"concurrency" doc:"Requests at once. 0: 8."`
	RequestsPerMinute int             `mapstructure:"requests_per_minute" doc:"Requests a minute; the free tier takes 20. 0: no limit."`
}

// Backend asks the service. Make one with New.
type Backend struct {
	info   tts.Info
	client *remote.Client
	key    remote.Key
	gate   *gate.Gate
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("azure", "Azure AI Speech",
		func(_ context.Context, o Options, env tts.Env) (tts.Backend, error) { return New(o, env) })
}

var (
	regionPattern = regexp.MustCompile(`^[a-z0-9]{2,40}$`) //nolint:gochecknoglobals // a read-only pattern
	// languagePattern finds the language that the name of a voice begins with: "en-US" of en-US-AvaNeural, "sr-Latn-RS",
	// "zh-CN-liaoning".
	languagePattern = regexp.MustCompile(`^([a-z]{2,3}(?:-[A-Z][a-z]{3})?-[A-Z]{2}(?:-[a-z]{5,8})?)-[A-Z]`) //nolint:gochecknoglobals // a read-only pattern
)

// New makes the backend. It asks the service nothing: whether key and voice are good is found at the first Speak. Without
// a region the error is a *tts.Unavailable.
func New(o Options, env tts.Env) (*Backend, error) {
	client, err := dial(o)
	if err != nil {
		return nil, fmt.Errorf("open azure: %w", err)
	}
	all, err := voices.Named(o.Voices, builtIn(), env.Voice, languageOf, "backends.azure.voices", source)
	if err != nil {
		return nil, fmt.Errorf("open azure: %w", err)
	}
	rate := cmp.Or(o.SampleRate, defaultRate)
	if rate != 24000 && rate != 48000 {
		return nil, fmt.Errorf("open azure: the sample rate is %d Hz, not 24000 or 48000", rate)
	}
	info := tts.Info{
		Name:              "azure",
		Fingerprint:       fmt.Sprintf("azure 1, %d Hz%s", rate, digest.Server(o.BaseURL, "microsoft.com", "azure.com", "azure.cn", "azure.us")),
		SampleRate:        rate,
		Voices:            all,
		Limit:             tts.Limit{N: maxRunes, Unit: tts.Runes},
		Concurrency:       o.Concurrency,
		RequestsPerMinute: max(o.RequestsPerMinute, 0),
		Remote:            !client.Loopback(),
		Streams:           true,
		PricePerMillion:   o.PricePerMillion,
		Terms:             terms,
		SourceType:        disclosure.TrainedAlgorithmicMedia,
		NoticeRequired:    true,
		Phonemes:          true,
	}
	if info.Concurrency <= 0 {
		info.Concurrency = defaultConcurrency
	}
	for _, language := range []string{"zh", "ja"} {
		if strings.HasPrefix(info.Voices[0].Language, language) {
			info.Charge.Times = 2 // Chinese characters count double, in Japanese too
		}
	}
	if info.PricePerMillion <= 0 {
		info.PricePerMillion = price(all, env.Voice)
	}
	key := remote.Key{Env: cmp.Or(o.APIKeyEnv, defaultKeyEnv), File: o.APIKeyFile}
	return &Backend{info: info, client: client, key: key, gate: gate.New(info.Concurrency)}, nil
}

// dial makes the client for the region.
func dial(o Options) (*remote.Client, error) {
	if o.BaseURL != "" {
		return remote.New(o.BaseURL)
	}
	region := cmp.Or(o.Region, os.Getenv(regionEnv))
	if region == "" {
		return nil, &tts.Unavailable{
			What: "the region of the Speech resource", Err: errors.New("none is configured"),
			Remedy: "set backends.azure.region, such as westeurope; it stands beside the key in the Azure portal",
		}
	}
	if !regionPattern.MatchString(region) {
		return nil, &tts.Unavailable{
			What: "the region of the Speech resource", Err: fmt.Errorf("%.60q is none", region),
			Remedy: "write it as Azure does, in one word: westeurope",
		}
	}
	return remote.New("https://" + region + ".tts.speech.microsoft.com")
}

// builtIn are the voices where none are configured.
func builtIn() []string {
	return []string{"en-US-AvaNeural", "en-GB-SoniaNeural", "de-DE-KatjaNeural", "es-ES-ElviraNeural", "fr-FR-DeniseNeural"}
}

// languageOf is the language in the name of a voice, or "".
func languageOf(voice string) string {
	if found := languagePattern.FindStringSubmatch(voice); found != nil {
		return found[1]
	}
	return ""
}

// isHD says whether a voice is one of the dearer ones: en-US-Ava:DragonHDLatestNeural.
func isHD(voice string) bool { return strings.Contains(voice, ":") || strings.Contains(voice, "HD") }

// price is that of a million characters in US dollars: azure.microsoft.com/pricing/details/cognitive-services/speech-services,
// as quoted by others in 2025 and 2026; where they differ (15 or 16) the higher one. Where any of the voices may be asked
// for, the dearest counts.
func price(all []tts.Voice, wanted string) float64 {
	const neural, hd = 16, 22
	if wanted != "" {
		all = all[:1]
	}
	for _, voice := range all {
		if isHD(voice.ID) {
			return hd
		}
	}
	return neural
}

// Info describes the backend.
func (b *Backend) Info() tts.Info { return b.info }

// Speak asks the service for a request. The service refuses the whole of it for one sound in a pronunciation that it does
// not know (phoneme in .../speech-synthesis-markup-pronunciation), so what is refused is asked for once more without them.
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
		return nil, fmt.Errorf("speak with azure: a rate of %g is not between %g and %g", speed, minSpeed, float64(maxSpeed))
	}
	document := write(r, voice)
	answer, err := b.ask(ctx, document)
	requests := 1
	if err == nil && answer.Status == http.StatusBadRequest && document.Phonemes > 0 {
		plain := r
		plain.Phonemes = nil
		document, requests = write(plain, voice), 2
		answer, err = b.ask(ctx, document)
	}
	if err != nil {
		return nil, fmt.Errorf("speak with azure: %w", err)
	}
	speech, err := b.speech(answer, voice)
	if err != nil {
		return nil, fmt.Errorf("speak with azure: %w", err)
	}
	speech.Bill = tts.Bill{Requests: requests, Characters: billed(document, r.Text)}
	if document.Phonemes < len(r.Phonemes) {
		speech.Warnings = append(speech.Warnings, "the voice "+voice.ID+" did not take all pronunciations of the lexicon")
	}
	return speech, nil
}

// write builds the document (.../speech-synthesis-markup-structure). Rates are factors: a percentage would be one more
// than the voice's own.
func write(r tts.Request, voice tts.Voice) *ssml.Document {
	around := []ssml.Element{
		{Name: "speak", Attributes: []ssml.Attribute{
			{Name: "version", Value: "1.0"}, {Name: "xmlns", Value: "http://www.w3.org/2001/10/synthesis"}, {Name: "xml:lang", Value: voice.Language},
		}},
		{Name: "voice", Attributes: []ssml.Attribute{{Name: "name", Value: voice.ID}}},
	}
	if r.Speed() != 1 {
		around = append(around, ssml.Element{Name: "prosody", Attributes: []ssml.Attribute{{Name: "rate", Value: strconv.FormatFloat(r.Speed(), 'f', -1, 64)}}})
	}
	return ssml.Build(ssml.Spec{Text: r.Text, Around: around, Phonemes: r.Phonemes})
}

// billed is how many characters the service charges: all but the speak and voice tags, Chinese characters twice
// (.../text-to-speech#billable-characters).
func billed(document *ssml.Document, text string) int {
	n := document.Runes - document.TagRunes["speak"] - document.TagRunes["voice"]
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

// ask sends a document.
func (b *Backend) ask(ctx context.Context, document *ssml.Document) (*remote.Answer, error) {
	key, err := b.key.Read()
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.client.URL("/cognitiveservices/v1"), strings.NewReader(document.SSML))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	request.Header.Set("Ocp-Apim-Subscription-Key", key)
	request.Header.Set("Content-Type", "application/ssml+xml")
	request.Header.Set("X-Microsoft-OutputFormat", fmt.Sprintf("riff-%dkhz-16bit-mono-pcm", b.info.SampleRate/1000))
	request.Header.Set("User-Agent", "voicepress")
	answer, err := b.client.Do(ctx, request, remote.MaxBody)
	var name *net.DNSError
	if errors.As(err, &name) && name.IsNotFound {
		return nil, remote.Hint(err, "check backends.azure.region: there is no such host")
	}
	return answer, err
}

// speech makes speech of an answer.
func (b *Backend) speech(answer *remote.Answer, voice tts.Voice) (*tts.Speech, error) {
	if !answer.OK() {
		return nil, failure(answer, voice)
	}
	clip, err := remote.Sound(answer.Body, answer.Header.Get("Content-Type"), remote.Expect{Rate: b.info.SampleRate})
	if err != nil {
		return nil, err
	}
	if clip.Duration() >= maxDuration-time.Second {
		return nil, fmt.Errorf("the service cuts sound off after %v: %w", maxDuration, &tts.TooLong{Limit: b.info.Limit})
	}
	return &tts.Speech{Clip: clip}, nil
}

// Close ends the backend, and the requests under way.
func (b *Backend) Close() error {
	b.gate.Close()
	b.client.Close()
	return nil
}
