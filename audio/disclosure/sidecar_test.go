package disclosure_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
)

func outputs() []disclosure.Output {
	return []disclosure.Output{
		{
			File: "out/2026/sample.mp3", MIME: "audio/mpeg", Bytes: 102_185, SHA256: strings.Repeat("ab", 32), Duration: 12_345,
			SampleRate: 44_100, Channels: 1, Loudness: disclosure.Level(-16.0049), TruePeak: disclosure.Level(-1.5),
			C2PA: disclosure.Manifest{
				State: disclosure.ManifestEmbedded, Label: "urn:c2pa:7f5a", Signer: "Beispielblatt", Timestamp: disclosure.NoTimestamp,
			},
		},
		{
			File: "sample.opus", MIME: "audio/ogg", Bytes: 50_000, SHA256: strings.Repeat("ef", 32), Duration: 12_345,
			SampleRate: 48_000, Channels: 1, Loudness: disclosure.Level(-16), TruePeak: disclosure.Level(-1.5),
			C2PA: disclosure.Manifest{
				State: disclosure.ManifestSidecar, Label: "urn:c2pa:8f5a", Signer: "Beispielblatt", Timestamp: "2026-11-23T10:00:00Z", File: "sample.c2pa",
			},
		},
		{
			File: "sample.wav", MIME: "audio/wav", Bytes: 1_088_829, SHA256: strings.Repeat("cd", 32), Duration: 12_345,
			SampleRate: 44_100, Channels: 1, Loudness: disclosure.Level(math.Inf(-1)), TruePeak: disclosure.Level(math.NaN()),
		},
	}
}

// compiled is the schema that is shipped, checked against draft 2020-12 itself.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(disclosure.Schema()))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", document); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
})

func validate(data []byte) error {
	schema, err := compiled()
	if err != nil {
		return err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return schema.Validate(document)
}

func requireSchema(t *testing.T, data []byte) {
	t.Helper()
	require.NoError(t, validate(data))
}

func encoded(t *testing.T) []byte {
	t.Helper()
	d := sample()
	s := d.Sidecar(outputs(), time.Date(2026, 11, 23, 10, 0, 0, 999, time.FixedZone("CET", 3600)))
	s.Companions = &disclosure.Companions{Account: "sample.account.json", Words: "sample.words.json", VTT: "sample.vtt"}
	data, err := s.Encode()
	require.NoError(t, err)
	return data
}

func TestSidecarIsAsRecorded(t *testing.T) {
	data := encoded(t)
	golden(t, "sidecar.golden.json", string(data))
	requireSchema(t, data)
	s, err := disclosure.ReadSidecar(bytes.NewReader(data))
	require.NoError(t, err)
	again, err := s.Encode()
	require.NoError(t, err)
	require.Equal(t, string(data), string(again))
}

func TestSidecarWithoutTimeAndNotice(t *testing.T) {
	d := sample()
	d.Audible.Present = false
	data, err := d.Sidecar(outputs(), time.Time{}).Encode()
	require.NoError(t, err)
	requireSchema(t, data)
	require.NotContains(t, string(data), "created")
	require.NotContains(t, string(data), "companions")
	s, err := disclosure.ReadSidecar(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, disclosure.Notice{Reminders: []int64{}}, s.Audible)
	require.Len(t, s.Chapters, 2)
}

// TestReaderAndSchemaRefuseTheSame changes one value at a time.
func TestReaderAndSchemaRefuseTheSame(t *testing.T) {
	base := strings.Repeat("ab", 32)
	cases := []struct{ path, value string }{
		{"version", `"voice-disclosure/1"`},
		{"version", `"voice-disclosure/3"`},
		{"version", `1`},
		{"statement", `{}`},
		{"statement", `{"de":""}`},
		{"statement", `{"../x":"y"}`},
		{"unknown", `1`},
		{"audible.unknown", `1`},
		{"audible.start_ms", `-1`},
		{"audible.end_ms", `0.5`},
		{"audible.reminders_ms", `[-1]`},
		{"digitalSourceType", `"http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"`},
		{"engine.kind", `"human"`},
		{"source.sha256_of_text", `"` + base + `00"`},
		{"source.author_is_human", `"yes"`},
		{"outputs", `[]`},
		{"outputs.0.file", `"../sample.mp3"`},
		{"outputs.0.file", `"a\\b.mp3"`},
		{"outputs.0.file", `"a\nb.mp3"`},
		{"outputs.0.file", `""`},
		{"outputs.0.file", `"` + strings.Repeat("a", 256) + `"`},
		{"outputs.0.sha256", `"` + strings.ToUpper(base) + `"`},
		{"outputs.0.bytes", `-5`},
		{"outputs.0.bytes", `0.5`},
		{"outputs.0.sample_rate", `0`},
		{"outputs.0.channels", `0`},
		{"outputs.0.mime", `""`},
		{"outputs.0.lufs_i", `"loud"`},
		{"outputs.0.duration_ms", `-1`},
		{"companions.account", `"/etc/passwd"`},
		{"companions.vtt", `"..\\x"`},
		{"chapters", `null`},
		{"edits", `null`},
		{"audible.reminders_ms", `null`},
		{"chapters.0.start_ms", `-1`},
		{"chapters.0.title", `7`},
		{"c2pa", `{"state":"none"}`},
		{"outputs.0.original", `{}`},
		{"outputs.0.original", `{"file":"../x.mp3","sha256":"` + base + `"}`},
		{"outputs.0.original", `{"file":"x.mp3","sha256":"abc"}`},
		{"outputs.0.c2pa", `{}`},
		{"outputs.0.c2pa", `null`},
		{"outputs.0.c2pa", `{"state":"none","signer":"x"}`},
		{"outputs.0.c2pa", `{"state":"somewhere"}`},
		{"outputs.0.c2pa.state", `"sidecar"`},
		{"outputs.0.c2pa.state", `"none"`},
		{"outputs.0.c2pa.manifest_label", `""`},
		{"outputs.0.c2pa.signer", `""`},
		{"outputs.0.c2pa.timestamp", `"yesterday"`},
		{"outputs.0.c2pa.timestamp", `null`},
		{"outputs.0.c2pa.file", `"sample.c2pa"`},
		{"outputs.1.c2pa.file", `"../sample.c2pa"`},
		{"outputs.1.c2pa.file", `""`},
		{"watermark", `{}`},
		{"created", `"yesterday"`},
	}
	for _, c := range cases {
		t.Run(c.path+"="+c.value[:min(len(c.value), 40)], func(t *testing.T) {
			var document map[string]any
			require.NoError(t, json.Unmarshal(encoded(t), &document))
			set(t, document, strings.Split(c.path, "."), json.RawMessage(c.value))
			data, err := json.Marshal(document)
			require.NoError(t, err)
			_, err = disclosure.ReadSidecar(bytes.NewReader(data))
			require.Error(t, err)
			require.Less(t, len(err.Error()), 300)
			require.Error(t, validate(data))
		})
	}
	for _, name := range []string{".", ".."} {
		d := sample()
		s := d.Sidecar(outputs(), time.Time{})
		s.Outputs[0].File = name
		_, err := s.Encode()
		require.Error(t, err)
	}
}

// set puts a value into a JSON document; a number in the path is an index.
func set(t *testing.T, document any, path []string, value json.RawMessage) {
	t.Helper()
	var child any
	switch d := document.(type) {
	case map[string]any:
		if len(path) == 1 {
			d[path[0]] = value
			return
		}
		child = d[path[0]]
	case []any:
		i, err := strconv.Atoi(path[0])
		require.NoError(t, err)
		child = d[i]
	default:
		require.Fail(t, "no such path")
	}
	set(t, child, path[1:], value)
}

// TestSidecarOfTheFirstVersionIsRead reads a sidecar as the first version wrote it.
func TestSidecarOfTheFirstVersionIsRead(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "sidecar1.json"))
	require.NoError(t, err)
	s, err := disclosure.ReadSidecar(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, disclosure.Profile, s.Version)
	require.Len(t, s.Outputs, 2)
	require.Equal(t, disclosure.Manifest{State: "none"}, s.Outputs[1].C2PA)
	encoded, err := s.Encode()
	require.NoError(t, err)
	requireSchema(t, encoded)
	for _, damaged := range []string{
		strings.Replace(string(data), `"c2pa": {`, `"c2pa2": {`, 1), strings.Replace(string(data), `"state": "none"`, `"state": "embedded"`, 1),
		strings.Replace(string(data), `"channels": 1`, `"channels": 1, "c2pa": {"state": "none"}`, 1),
	} {
		require.NotEqual(t, string(data), damaged)
		_, err = disclosure.ReadSidecar(strings.NewReader(damaged))
		require.Error(t, err)
	}
}

func TestHostileSidecarsAreRefused(t *testing.T) {
	good := string(encoded(t))
	for name, data := range map[string]string{
		"empty":       "",
		"null":        "null",
		"list":        "[]",
		"cut":         good[:len(good)/2],
		"two objects": good + good,
		"trailing":    good + "x",
		"deep":        strings.Repeat(`{"statement":`, 100_000),
		"deep lists":  strings.Repeat(`[`, 1_000_000),
		"huge":        `{"key":"` + strings.Repeat("k", 3<<20) + `"}`,
		"binary":      "\x00\xFF\xFE",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := disclosure.ReadSidecar(strings.NewReader(data))
			require.Error(t, err)
			require.Less(t, len(err.Error()), 300)
		})
	}
	broken := errors.New("broken disk")
	_, err := disclosure.ReadSidecar(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
}

func TestEverySidecarFieldIsInTheSchema(t *testing.T) {
	var document struct {
		Properties map[string]any `json:"properties"`
	}
	require.NoError(t, json.Unmarshal([]byte(disclosure.Schema()), &document))
	var written map[string]any
	require.NoError(t, json.Unmarshal(encoded(t), &written))
	for name := range written {
		require.Contains(t, document.Properties, name)
	}
	for _, name := range []string{"instead_of", "speakers"} { // left out where one voice speaks that was asked
		require.Contains(t, document.Properties, name)
	}
	require.Len(t, written, len(document.Properties)-2)
}

func TestTheSidecarNamesTheWatermarkOrSaysThatThereIsNone(t *testing.T) {
	d := sample()
	require.Nil(t, d.Sidecar(outputs(), time.Time{}).Watermark)
	d.Watermark = &disclosure.Watermark{Algorithm: "audio\x00seal", Payload: "abcd"}
	data, err := d.Sidecar(outputs(), time.Time{}).Encode()
	require.NoError(t, err)
	requireSchema(t, data)
	s, err := disclosure.ReadSidecar(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, &disclosure.Watermark{Algorithm: "audio seal", Payload: "abcd"}, s.Watermark)
}

func TestSidecarLiesBesideTheAudio(t *testing.T) {
	for path, want := range map[string]string{
		"out/story.mp3": "out/story.disclosure.json", "story.v2.wav": "story.v2.disclosure.json", "story": "story.disclosure.json",
	} {
		require.Equal(t, want, disclosure.SidecarName(path))
	}
}

func FuzzReadSidecar(f *testing.F) {
	d := sample()
	data, err := d.Sidecar(outputs(), time.Unix(0, 0)).Encode()
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"version":"voice-disclosure/1","statement":{"en":"x"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := disclosure.ReadSidecar(bytes.NewReader(data))
		if err != nil {
			return
		}
		// What is accepted can be written again, and the schema agrees.
		encoded, err := s.Encode()
		require.NoError(t, err)
		requireSchema(t, encoded)
	})
}

func TestSidecarNamesEveryVoiceAndWhomTheyStandInFor(t *testing.T) {
	d := sample()
	require.NotContains(t, string(encoded(t)), "speakers")
	require.NotContains(t, string(encoded(t)), "instead_of")
	d.InsteadOf = &disclosure.InsteadOf{Engine: "openai", Why: "rate_limited"}
	d.Speakers = []disclosure.Speaker{
		{Engine: d.Engine, Voice: d.Voice, Utterances: 7, Spans: [][2]int64{{300, 5000}, {9000, 12_000}}},
		{Engine: disclosure.Engine{Name: "espeak\n", Kind: disclosure.Formant}, Voice: disclosure.Voice{ID: "de"}, Utterances: 2},
	}
	s := d.Sidecar(outputs(), time.Time{})
	data, err := s.Encode()
	require.NoError(t, err)
	requireSchema(t, data)
	read, err := disclosure.ReadSidecar(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, d.InsteadOf, read.InsteadOf)
	require.Equal(t, d.Speakers[0], read.Speakers[0])
	require.Equal(t, "espeak", read.Speakers[1].Engine.Name)
	for _, spoil := range []func(*disclosure.Speaker){
		func(s *disclosure.Speaker) { s.Spans[1] = [2]int64{5, 4} },
		func(s *disclosure.Speaker) { s.Spans = nil },
		func(s *disclosure.Speaker) { s.Utterances = -1 },
		func(s *disclosure.Speaker) { s.Engine.Kind = "" },
	} {
		s := d.Sidecar(outputs(), time.Time{})
		spoil(&s.Speakers[0])
		_, err := s.Encode()
		require.ErrorContains(t, err, "speaker")
	}
}
