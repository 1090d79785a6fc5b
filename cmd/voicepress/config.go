package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/configs"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/cache"
	"github.com/voicepress/voicepress/tts/check"
	"github.com/voicepress/voicepress/tts/fallback"
	"github.com/voicepress/voicepress/tts/limit"
	"github.com/voicepress/voicepress/tts/retry"
)

// config is configs/voicepress.yaml as a struct. The defaults stand only there.
type config struct {
	Backend   string                    `mapstructure:"backend"`
	Voice     string                    `mapstructure:"voice"`
	Rate      float64                   `mapstructure:"rate"`
	Seed      uint64                    `mapstructure:"seed"`
	Jobs      int                       `mapstructure:"jobs"`
	Data      string                    `mapstructure:"data"`
	LocalOnly bool                      `mapstructure:"local_only"`
	Budget    float64                   `mapstructure:"budget"`
	Notice    noticeConfig              `mapstructure:"notice"`
	Output    outputConfig              `mapstructure:"output"`
	Audio     audioConfig               `mapstructure:"audio"`
	Extract   extractionConfig          `mapstructure:"extraction"`
	Text      textConfig                `mapstructure:"text"`
	Lexicon   lexiconConfig             `mapstructure:"lexicon"`
	Pauses    script.Pauses             `mapstructure:"pauses"`
	Signing   signingConfig             `mapstructure:"signing"`
	Watermark watermarkConfig           `mapstructure:"watermark"`
	Limit     limit.Options             `mapstructure:"limit"`
	Retry     retry.Options             `mapstructure:"retry"`
	Check     check.Options             `mapstructure:"check"`
	Fallback  fallback.Options          `mapstructure:"fallback"`
	Fetch     fetchConfig               `mapstructure:"fetch"`
	Batch     batchConfig               `mapstructure:"batch"`
	Cache     cache.Options             `mapstructure:"cache"`
	Log       logConfig                 `mapstructure:"log"`
	Backends  map[string]map[string]any `mapstructure:"backends"`
}

type noticeConfig struct {
	Spoken    bool          `mapstructure:"spoken"`
	Reminder  time.Duration `mapstructure:"reminder"`
	PolicyURL string        `mapstructure:"policy_url"`

	Text map[string]disclosure.Own `mapstructure:"text"` // by language
}

type outputConfig struct {
	Formats    []string `mapstructure:"formats"`
	Timings    []string `mapstructure:"timings"`
	Page       bool     `mapstructure:"page"`
	BaseURL    string   `mapstructure:"base_url"`
	Overwrite  bool     `mapstructure:"overwrite"`
	Cover      string   `mapstructure:"cover"`
	CoverBadge bool     `mapstructure:"cover_badge"`
}

type audioConfig struct {
	Preset     string  `mapstructure:"preset"`
	SampleRate int     `mapstructure:"sample_rate"`
	Loudness   float64 `mapstructure:"loudness"`
	TruePeak   float64 `mapstructure:"true_peak"`
	MP3        int     `mapstructure:"mp3_bitrate"`
	Opus       int     `mapstructure:"opus_bitrate"`
	AAC        int     `mapstructure:"aac_bitrate"`
	Intro      string  `mapstructure:"intro"`
	Outro      string  `mapstructure:"outro"`
	Chime      string  `mapstructure:"chime"`
	LAME       string  `mapstructure:"lame"`
	Mpg123     string  `mapstructure:"mpg123"`
	OpusLib    string  `mapstructure:"opus"`
	FFmpeg     string  `mapstructure:"ffmpeg"`
}

type extractionConfig struct {
	Policy  article.Policy `mapstructure:",squash"`
	Reading script.Reading `mapstructure:",squash"`
	Rules   []article.Rule `mapstructure:"rules"`
}

type textConfig struct {
	MaxSentence int `mapstructure:"max_sentence"`
}

type lexiconConfig struct {
	Files   []string `mapstructure:"files"`
	BuiltIn bool     `mapstructure:"built_in"`
}

type fetchConfig struct {
	AllowPrivate bool          `mapstructure:"allow_private"`
	HaveRights   bool          `mapstructure:"i_have_the_rights"`
	Timeout      time.Duration `mapstructure:"timeout"`
	MaxBytes     int64         `mapstructure:"max_bytes"`
	MaxAudio     int64         `mapstructure:"max_audio_bytes"`
}

type batchConfig struct {
	Articles int `mapstructure:"articles"`
}

type logConfig struct {
	Level  string `mapstructure:"level"`
	Format string `mapstructure:"format"`
}

// flagKeys says which configuration key a flag sets. Every command binds those of its own flags.
func flagKeys() map[string]string {
	return map[string]string{
		"backend": "backend", "voice": "voice", "rate": "rate", "seed": "seed", "jobs": "jobs", "data": "data",
		"local-only": "local_only", "budget": "budget",
		"format": "output.formats", "timings": "output.timings", "preset": "audio.preset",
		"keys": "signing.keys", "trust": "signing.trust", "overwrite": "output.overwrite", "lexicon": "lexicon.files",
		"allow-private": "fetch.allow_private", "i-have-the-rights": "fetch.i_have_the_rights",
		"articles": "batch.articles", "log-level": "log.level", "log-format": "log.format",
	}
}

// settings is a loaded configuration: the values, and where each came from.
type settings struct {
	config
	viper  *viper.Viper
	rules  *article.Rules  // Extract.Rules, compiled
	preset pipeline.Preset // Audio.Preset, with the other values of Audio in it
	file   string          // the configuration file that was read, or ""
	given  map[string]bool // keys that the file sets
	flags  *pflag.FlagSet
}

const envPrefix = "VOICEPRESS"

// describes marks a flag that tells something about the input, and has the name of one that sets a key.
const describes = "describes"

// ownTextKey is what the keys of the publisher's own wording begin with.
const ownTextKey = "notice.text."

// loadConfig puts together flags, environment, file and defaults, in that order of precedence, for one command.
func loadConfig(cmd *cobra.Command) (*settings, error) {
	v := viper.New()
	v.SetConfigType("yaml")
	if err := v.ReadConfig(bytes.NewReader(configs.Defaults)); err != nil {
		return nil, fmt.Errorf("read the built-in defaults: %w", err)
	}
	known := v.AllKeys()
	s := &settings{viper: v, given: map[string]bool{}, flags: cmd.Flags()}
	if err := s.readFile(cmd, known); err != nil {
		return nil, err
	}
	v.SetEnvPrefix(envPrefix)
	v.SetEnvKeyReplacer(strings.NewReplacer(".", "_", "-", "_"))
	v.AutomaticEnv()
	for name, key := range flagKeys() {
		if flag := cmd.Flags().Lookup(name); flag != nil && flag.Changed && flag.Annotations[describes] == nil {
			if err := v.BindPFlag(key, flag); err != nil {
				return nil, fmt.Errorf("bind flag --%s: %w", name, err)
			}
		}
	}
	hooks := mapstructure.ComposeDecodeHookFunc(mapstructure.StringToTimeDurationHookFunc(), mapstructure.StringToSliceHookFunc(","))
	if err := v.UnmarshalExact(&s.config, viper.DecodeHook(hooks)); err != nil {
		return nil, usagef("`voicepress config show --origin` prints every key with its value and where that comes from; docs/configuration.md says what they take",
			"read the configuration: %s", strings.TrimSpace(strings.TrimPrefix(err.Error(), "decoding failed due to the following error(s):")))
	}
	if off, err := cmd.Flags().GetBool("no-spoken-notice"); err == nil && cmd.Flags().Changed("no-spoken-notice") {
		s.Notice.Spoken = !off
	}
	if off, err := cmd.Flags().GetBool("no-cache"); err == nil && cmd.Flags().Changed("no-cache") {
		s.Cache.Enabled = !off
	}
	return s, s.check()
}

// readFile merges the user's configuration file, if there is one.
func (s *settings) readFile(cmd *cobra.Command, known []string) error {
	path, err := cmd.Flags().GetString("config")
	if err != nil {
		return fmt.Errorf("read flag --config: %w", err)
	}
	if path == "" {
		path = os.Getenv(envPrefix + "_CONFIG")
	}
	asked := path != ""
	if !asked {
		dir, err := os.UserConfigDir()
		if err != nil {
			return nil //nolint:nilerr // without a home folder there is no file, and the defaults serve
		}
		path = filepath.Join(dir, "voicepress", "voicepress.yaml")
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !asked {
		return nil
	}
	if err != nil {
		return usagef("", "read the configuration: %w", err)
	}
	file := viper.New()
	file.SetConfigType("yaml")
	if err := file.ReadConfig(bytes.NewReader(text)); err != nil {
		return usagef("", "read the configuration %s: %w", path, err)
	}
	for _, key := range file.AllKeys() {
		if file.Get(key) == nil { // a key with nothing behind it, as when all below it is commented out, keeps the default
			continue
		}
		if !slices.Contains(known, key) && !strings.HasPrefix(key, ownTextKey) { // languages are the publisher's
			return usagef(fmt.Sprintf("did you mean %q? `voicepress config show` prints every key", tts.Nearest(key, slices.Sorted(slices.Values(known)), 1)[0]),
				"configuration %s: unknown key %q", path, key)
		}
		s.given[key] = true
	}
	s.file = path
	if err := s.viper.MergeConfigMap(file.AllSettings()); err != nil {
		return usagef("", "read the configuration %s: %w", path, err)
	}
	return nil
}

func (s *settings) check() error {
	switch {
	case outside(s.Rate, 0.5, 2):
		return usagef("1 is the voice's own speed", "rate %v is not between 0.5 and 2", s.Rate)
	case s.Jobs < 0 || s.Jobs > 256:
		return usagef("0 means one job a processor", "jobs %d is not between 0 and 256", s.Jobs)
	case outside(s.Budget, 0, math.MaxFloat64):
		return usagef("5.00 is five US dollars; 0 is no budget", "budget %v is not an amount of money", s.Budget)
	case s.Batch.Articles < 1 || s.Batch.Articles > 256:
		return usagef("", "batch.articles %d is not between 1 and 256", s.Batch.Articles)
	case s.Audio.Loudness != 0 && outside(s.Audio.Loudness, -40, -5):
		return usagef("-19 is usual for a mono file; 0 is the preset's", "audio.loudness %v LUFS is not between -40 and -5", s.Audio.Loudness)
	case s.Cache.MaxBytes <= 0:
		return usagef("2147483648 is 2 GiB; `cache.enabled: false` or --no-cache keeps nothing", "cache.max_bytes must be more than 0")
	case outside(s.Audio.TruePeak, -12, 0):
		return usagef("-1 is usual; 0 is the preset's", "audio.true_peak %v dBTP is not between -12 and 0", s.Audio.TruePeak)
	case s.Audio.SampleRate != 0 && (s.Audio.SampleRate < 4000 || s.Audio.SampleRate > 384000):
		return usagef("44100 is usual; 0 is the preset's", "audio.sample_rate %d Hz is not between 4000 and 384000", s.Audio.SampleRate)
	case s.Text.MaxSentence < 40 || s.Text.MaxSentence > 2000:
		return usagef("250 is usual", "text.max_sentence %d is not between 40 and 2000", s.Text.MaxSentence)
	case s.Fetch.Timeout <= 0 || s.Fetch.MaxBytes <= 0 || s.Fetch.MaxAudio <= 0:
		return usagef("", "fetch.timeout, fetch.max_bytes and fetch.max_audio_bytes must be more than 0")
	case min(s.Limit.Concurrency, s.Limit.RequestsPerMinute, s.Limit.CharactersPerMinute) < 0:
		return usagef("0 is as the backend says", "limit.* may not be below 0")
	case s.Retry.Tries < 1 || s.Retry.Tries > maxTries:
		return usagef("1 is never again", "retry.tries %d is not between 1 and %d", s.Retry.Tries, maxTries)
	case min(s.Retry.Wait, s.Retry.LongestWait, s.Retry.Deadline, s.Retry.Stall) < 0:
		return usagef("", "retry.wait, retry.longest_wait, retry.deadline and retry.stall may not be below 0")
	case outside(s.Retry.Share, 0, 1):
		return usagef("0.2 is usual", "retry.share %v is not between 0 and 1", s.Retry.Share)
	case s.Check.Retakes < 0 || s.Check.Retakes > maxRetakes:
		return usagef("3 is usual, 0 is never again", "check.retakes %d is not between 0 and %d", s.Check.Retakes, maxRetakes)
	case s.Output.BaseURL != "" && !isWebAddress(s.Output.BaseURL):
		return usagef("https://audio.example.org/2026/ is one", "output.base_url %q is not the http or https address of a folder", s.Output.BaseURL)
	case s.Notice.Reminder < 0 || s.Notice.Reminder > 0 && s.Notice.Reminder < leastReminder:
		return usagef("15m is usual, 0 switches reminders off", "notice.reminder %v is below %v", s.Notice.Reminder, leastReminder)
	}
	if err := s.applyPreset(); err != nil {
		return err
	}
	if err := s.Fallback.Check(); err != nil {
		return usagef("docs/backends.md explains each, under \"A second voice\"", "fallback.%w", err)
	}
	if err := s.Extract.Policy.Check(); err != nil {
		return usagef("docs/extraction.md explains each choice", "extraction.%w", err)
	}
	if err := s.Extract.Reading.Check(); err != nil {
		return usagef("docs/extraction.md explains each choice", "extraction.%w", err)
	}
	var err error
	if s.rules, err = article.CompileRules(s.Extract.Rules); err != nil {
		return usagef("`voicepress article INPUT --why SELECTOR` tries a selector on a page; docs/extraction.md has examples", "extraction.%w", err)
	}
	for _, key := range s.viper.AllKeys() {
		if d := s.viper.GetDuration(key); strings.HasPrefix(key, "pauses.") && (d < 0 || d > maxPause) {
			return usagef("", "%s %v is not between 0s and %v", key, d, maxPause)
		}
	}
	return nil
}

// applyPreset makes of the preset and the values that are given beside it what is done.
func (s *settings) applyPreset() error {
	var err error
	if s.preset, err = pipeline.FindPreset(s.Audio.Preset); err != nil {
		return usagef("docs/sound.md says what each preset is for", "audio.preset: %w", err)
	}
	m := &s.preset.Mastering
	m.SampleRate = cmp.Or(s.Audio.SampleRate, m.SampleRate)
	m.TruePeak = cmp.Or(s.Audio.TruePeak, m.TruePeak)
	m.Mono, m.Stereo = cmp.Or(s.Audio.Loudness, m.Mono), cmp.Or(s.Audio.Loudness, m.Stereo)
	m.MP3, m.Opus, m.AAC = cmp.Or(s.Audio.MP3, m.MP3), cmp.Or(s.Audio.Opus, m.Opus), cmp.Or(s.Audio.AAC, m.AAC)
	if len(s.Output.Formats) == 0 {
		for _, f := range s.preset.Formats {
			s.Output.Formats = append(s.Output.Formats, string(f))
		}
	}
	return nil
}

// maxRetakes is more than ever helps: what is bad ten times is so because of its text.
const maxRetakes = 10

// isWebAddress says whether names of files can be put behind an address.
func isWebAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && u.RawQuery == "" && u.Fragment == ""
}

// leastReminder is the shortest time between two spoken notices; no listener wants them more often.
const leastReminder = time.Minute

// maxPause is the longest silence that can be asked for; no listener waits longer.
const maxPause = 30 * time.Second

// maxTries is the most times that one request can be made; no service is worth more.
const maxTries = 100

// outside says whether x is not a number from least to most.
func outside(x, least, most float64) bool { return math.IsNaN(x) || x < least || x > most }

// origin says where the value of a key came from.
func (s *settings) origin(key string) string {
	for name, k := range flagKeys() {
		if flag := s.flags.Lookup(name); k == key && flag != nil && flag.Changed {
			return "flag --" + name
		}
	}
	name := envPrefix + "_" + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(key))
	if os.Getenv(name) != "" { // viper takes an empty variable for none
		return "environment " + name
	}
	if s.given[key] {
		return s.file
	}
	return "default"
}
