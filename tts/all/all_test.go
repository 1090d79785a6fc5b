package all

import (
	"log/slog"
	"reflect"
	"regexp"
	"testing"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

func TestRegistryKnowsTheBackends(t *testing.T) {
	var names []string
	for _, f := range Registry().All() {
		names = append(names, f.Name)
		require.NotEmpty(t, f.Summary)
		require.NotNil(t, f.Open)
	}
	require.Equal(t, []string{"piper", "kokoro", "espeak", "azure", "elevenlabs", "google", "http-piper", "openai", "polly", "wyoming", "command", "fake"}, names)
}

// The reference documentation and the configuration keys are made from the options.
func TestOptionsAreDocumented(t *testing.T) {
	for _, f := range Registry().All() {
		documented(t, f.Name, reflect.TypeOf(f.Options()).Elem())
	}
}

func documented(t *testing.T, name string, options reflect.Type) {
	t.Helper()
	require.Equal(t, reflect.Struct, options.Kind(), name)
	key := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	for i := range options.NumField() {
		field := options.Field(i)
		where := name + "." + field.Name
		require.Regexp(t, key, field.Tag.Get("mapstructure"), where)
		require.Regexp(t, `\.$`, field.Tag.Get("doc"), where)
		if field.Type.Kind() == reflect.Slice && field.Type.Elem().Kind() == reflect.Struct {
			documented(t, where, field.Type.Elem())
		}
	}
}

func TestOptionsComeFromConfiguration(t *testing.T) {
	f, ok := Registry().Find("fake")
	require.True(t, ok)
	options := f.Options()
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result: options, ErrorUnused: true, DecodeHook: mapstructure.StringToTimeDurationHookFunc(),
	})
	require.NoError(t, err)
	require.NoError(t, decoder.Decode(map[string]any{
		"sample_rate": 16000, "latency": "5ms",
		"failures": []map[string]any{{"nth": 2, "kind": "rate_limited", "after": "2s"}},
	}))
	require.Equal(t, &fake.Options{
		SampleRate: 16000, Latency: 5 * time.Millisecond,
		Failures: []fake.Failure{{Nth: 2, Kind: "rate_limited", After: 2 * time.Second}},
	}, options)
	b, err := f.Open(t.Context(), options, tts.Env{Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	require.Equal(t, 16000, b.Info().SampleRate)
	require.NoError(t, b.Close())
}
