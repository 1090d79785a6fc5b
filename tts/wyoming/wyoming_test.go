package wyoming

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/internal/voices"
	"github.com/voicepress/voicepress/tts/ttstest"
)

func open(t *testing.T, o Options, voice string) *Backend {
	t.Helper()
	b, err := New(o, tts.Env{Voice: voice, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func TestConformance(t *testing.T) {
	s := serve(t, &server{}, nil)
	list := []voices.Option{{ID: "en_US-test-medium", Language: "en-US"}, {ID: "de_DE-test-low", Language: "de-DE"}}
	ttstest.Run(t, func(t *testing.T) tts.Backend { return open(t, Options{Address: s.address, Voices: list}, "") })
}

func TestSpeakGivesTheServersSamples(t *testing.T) {
	voice, err := fake.New(fake.Options{SampleRate: 24000})
	require.NoError(t, err)
	want, err := voice.Speak(t.Context(), tts.Request{Text: "Good morning, readers."})
	require.NoError(t, err)
	for _, inline := range []bool{false, true} {
		for width, delta := range map[int]float64{1: 1.0 / 127, 2: 1.0 / 32767, 3: 1e-6, 4: 1e-6} {
			for _, channels := range []int{1, 2, 3} {
				s := serve(t, &server{format: format{24000, width, channels}, inline: inline}, nil)
				got, err := open(t, Options{Address: "tcp://" + s.address}, "").Speak(t.Context(), tts.Request{Text: "Good morning, readers."})
				require.NoError(t, err)
				require.Equal(t, 24000, got.Clip.Rate)
				require.Len(t, got.Clip.Samples, len(want.Clip.Samples))
				worst := 0.0
				for i, sample := range got.Clip.Samples {
					worst = max(worst, math.Abs(float64(sample-want.Clip.Samples[i])))
				}
				require.LessOrEqual(t, worst, delta, "%d bytes, %d channels", width, channels)
				require.Equal(t, tts.Bill{Requests: 1}, got.Bill)
				require.Empty(t, got.Warnings)
			}
		}
	}
}

func TestChannelsAreAveraged(t *testing.T) {
	clip, err := format{8000, 2, 2}.clip([]byte{0, 0x40, 0, 0, 0, 0xc0, 0, 0x40})
	require.NoError(t, err)
	require.Equal(t, []float32{0.25, 0}, clip.Samples)
}

func TestRequestsAreOnTheWireAsTheProtocolSays(t *testing.T) {
	s := serve(t, &server{}, nil)
	say := func(voice string, r tts.Request) {
		_, err := open(t, Options{Address: s.address}, voice).Speak(t.Context(), r)
		require.NoError(t, err)
	}
	say("en_US-test-medium", tts.Request{Text: "\"One\"\n<b>&\x00 zwölf [[tu:]] \xff"})
	say("en_GB-many-medium#p2", tts.Request{Text: "Two."})
	say("", tts.Request{Text: "Three.", Language: "de-CH"})
	say("", tts.Request{Text: "Four.", Voice: "default"})
	const ask = "{\"type\":\"describe\",\"data_length\":2}\n{}"
	require.Equal(t, []string{
		ask, "{\"type\":\"synthesize\",\"data_length\":109}\n" + `{"text":"\"One\"  b\u003e\u0026  zwölf   tu:    ","text_format":"text","voice":{"name":"en_US-test-medium"}}`,
		ask, "{\"type\":\"synthesize\",\"data_length\":88}\n" + `{"text":"Two.","text_format":"text","voice":{"name":"en_GB-many-medium","speaker":"p2"}}`,
		ask, "{\"type\":\"synthesize\",\"data_length\":67}\n" + `{"text":"Three.","text_format":"text","voice":{"language":"de-CH"}}`,
		ask, "{\"type\":\"synthesize\",\"data_length\":37}\n" + `{"text":"Four.","text_format":"text"}`,
	}, s.seen)
}

func TestServerIsAskedForItsVoicesOnce(t *testing.T) {
	s := serve(t, &server{}, nil)
	b := open(t, Options{Address: s.address}, "")
	require.Empty(t, s.seen, "opening makes no request")
	for range 3 {
		_, err := b.Speak(t.Context(), tts.Request{Text: "hello"})
		require.NoError(t, err)
	}
	require.Len(t, s.seen, 4)
}

func TestVoicesThatTheServerHasNotAreRefused(t *testing.T) {
	s := serve(t, &server{}, nil)
	for voice, known := range map[string]string{"en_US-text-medium": "en_US-test-medium", "en_GB-many-medium#p9": "en_GB-many-medium#p1"} {
		_, err := open(t, Options{Address: s.address}, voice).Speak(t.Context(), tts.Request{Text: "hello"})
		var missing *tts.NoSuchVoice
		require.ErrorAs(t, err, &missing)
		require.Equal(t, known, missing.Known[0])
		require.NotEmpty(t, missing.Hint())
	}
	_, err := open(t, Options{Address: s.address}, "en_GB-many-medium#1").Speak(t.Context(), tts.Request{Text: "hello"})
	require.NoError(t, err, "wyoming-piper takes numbers of speakers too")
}

func TestInfoComesFromTheOptions(t *testing.T) {
	b := open(t, Options{}, "")
	info := b.Info()
	require.Regexp(t, `^wyoming 1, address [0-9a-f]{16}, version ""$`, info.Fingerprint, "no address: it is published")
	require.Equal(t, []tts.Voice{{ID: "default", Language: "und"}}, info.Voices)
	require.Equal(t, disclosure.TrainedAlgorithmicMedia, info.SourceType)
	require.False(t, info.Remote)
	require.True(t, info.Streams)
	require.Equal(t, tts.TimingNone, info.Timing)

	for address, remote := range map[string]bool{"localhost:1": false, "[::1]:1": false, "127.9.9.9:1": false, "192.168.1.2:1": true, "tcp://ha.local:10200": true} {
		require.Equal(t, remote, open(t, Options{Address: address}, "").Info().Remote, address)
	}
	info = open(t, Options{Voices: []voices.Option{{ID: "a", Language: "en"}, {ID: "b", Language: "de"}}, Version: "2"}, "b").Info()
	require.Equal(t, []tts.Voice{{ID: "b", Language: "de"}, {ID: "a", Language: "en"}}, info.Voices)
	info = open(t, Options{Voices: []voices.Option{{ID: "a", Language: "en"}}}, "de_AT-anna-low").Info()
	require.Equal(t, tts.Voice{ID: "de_AT-anna-low", Language: "de-AT"}, info.Voices[0])
}

func TestNewRefusesOptionsThatMakeNoSense(t *testing.T) {
	for _, o := range []Options{
		{Address: "localhost"},
		{Address: ":10200"},
		{Address: "http://localhost:10200"},
		{Address: "localhost:10200/tts"},
		{Voices: []voices.Option{{Language: "en"}}},
	} {
		_, err := New(o, tts.Env{})
		require.ErrorContains(t, err, "open wyoming: ", "%+v", o)
	}
}

// raw is an answer that is not made of events by send.
func raw(parts ...string) func(io.Writer, string) {
	return func(w io.Writer, _ string) { _, _ = io.WriteString(w, strings.Join(parts, "")) }
}

const (
	start = `{"type": "audio-start", "data": {"rate": 22050, "width": 2, "channels": 1}}` + "\n"
	chunk = `{"type": "audio-chunk", "data": {"rate": 22050, "width": 2, "channels": 1}, "payload_length": 4}` + "\nabcd"
	stop  = `{"type": "audio-stop"}` + "\n"
)

func TestHostileServersEndInTheRightError(t *testing.T) {
	endless := func(w io.Writer, _ string) {
		for {
			if _, err := io.WriteString(w, chunk+`{"type": "noise", "payload_length": 100000}`+"\n"+strings.Repeat("x", 100000)); err != nil {
				return
			}
		}
	}
	for name, test := range map[string]struct {
		answer func(io.Writer, string)
		kind   any
		want   string
	}{
		"another protocol":       {raw("HTTP/1.1 400 Bad Request\r\n\r\n"), new(*tts.BadAnswer), "no header of an event"},
		"binary":                 {raw("\x00\xff\x1b[31m\n"), new(*tts.BadAnswer), "no header of an event"},
		"JSON of another kind":   {raw("[1, 2]\n"), new(*tts.BadAnswer), "no header of an event"},
		"no type":                {raw("{}\n"), new(*tts.BadAnswer), "no header of an event"},
		"data that are no JSON":  {raw(`{"type": "audio-start", "data_length": 3}`+"\n", "{x}"), new(*tts.BadAnswer), "are no JSON"},
		"data of another kind":   {raw(`{"type": "audio-start", "data": [1]}` + "\n"), new(*tts.BadAnswer), "not as they should be"},
		"a rate of 0":            {raw(`{"type": "audio-start", "data": {"rate": 0, "width": 2, "channels": 1}}` + "\n"), new(*tts.BadAnswer), "changes from"},
		"no format":              {raw(`{"type": "audio-chunk", "payload_length": 4}` + "\nabcd"), new(*tts.BadAnswer), "changes from"},
		"samples of 9 bytes":     {raw(`{"type": "audio-start", "data": {"rate": 8000, "width": 9, "channels": 1}}` + "\n"), new(*tts.BadAnswer), "changes from"},
		"another rate midway":    {raw(start, chunk, strings.Replace(chunk, "22050", "16000", 1), stop), new(*tts.BadAnswer), "changes from"},
		"a negative length":      {raw(`{"type": "audio-chunk", "payload_length": -1}` + "\n"), new(*tts.BadAnswer), "announces"},
		"10 GB at once":          {raw(start, `{"type": "audio-chunk", "payload_length": 10000000000}`+"\n"), new(*tts.BadAnswer), "announces"},
		"sound without end":      {endless, new(*tts.BadAnswer), "longer than"},
		"a header without end":   {raw(strings.Repeat("x", maxHeader+1)), new(*tts.BadAnswer), "longer than"},
		"no sound":               {raw(start, stop), new(*tts.BadAnswer), "no sound"},
		"half a sample":          {raw(start, strings.Replace(chunk, ": 4}\nabcd", ": 3}\nabc", 1), stop), new(*tts.BadAnswer), "no multiple"},
		"half a chunk":           {raw(start, chunk[:len(chunk)-2]), new(*tts.Temporary), "before its answer was whole"},
		"half a header":          {raw(start, chunk[:20]), new(*tts.Temporary), "before its answer was whole"},
		"half a sentence":        {raw(start, chunk), new(*tts.Temporary), "before its answer was whole"},
		"nothing":                {raw(), new(*tts.Temporary), "before its answer was whole"},
		"an error":               {raw(`{"type": "error", "data": {"text": "no\u001b[31m phonemes", "code": "RuntimeError"}}` + "\n"), nil, `the server reports "no\x1b[31m phonemes" (RuntimeError)`},
		"an error about a voice": {raw(`{"type": "error", "data": {"text": "x", "code": "VoiceNotFoundError"}}` + "\n"), new(*tts.NoSuchVoice), "no voice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, &server{}, func(w io.Writer, text string) {
				test.answer(w, text)
				_ = w.(io.Closer).Close()
			})
			speech, err := open(t, Options{Address: s.address}, "").Speak(t.Context(), tts.Request{Text: "hello"})
			require.Nil(t, speech)
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "speak with the Wyoming server at "+s.address)
			if test.kind != nil {
				require.ErrorAs(t, err, test.kind)
				var hint interface{ Hint() string }
				require.ErrorAs(t, err, &hint)
				require.NotEmpty(t, hint.Hint())
			}
		})
	}
}

func TestServerThatHangsEndsWithTheContext(t *testing.T) {
	enough := errors.New("enough")
	block := make(chan struct{})
	s := serve(t, &server{}, func(w io.Writer, _ string) {
		raw(start, chunk)(w, "")
		<-block
	})
	defer close(block)
	ctx, cancel := context.WithCancelCause(t.Context())
	var signs atomic.Int64
	ctx = tts.WithAlive(ctx, func() {
		if signs.Add(1) >= 2 { // the voices, then the beginning of the sound
			cancel(enough)
		}
	})
	_, err := open(t, Options{Address: s.address}, "").Speak(ctx, tts.Request{Text: "hello"})
	require.ErrorIs(t, err, enough)
}

func TestServerThatIsAwayIsAFailureForNow(t *testing.T) {
	_, err := open(t, Options{Address: "127.0.0.1:1"}, "").Speak(t.Context(), tts.Request{Text: "hello"})
	require.ErrorAs(t, err, new(*tts.Temporary))
	var hint interface{ Hint() string }
	require.ErrorAs(t, err, &hint)
	require.Contains(t, hint.Hint(), "backends.wyoming.address")
}

func TestServerThatDoesNotSpeakIsNamed(t *testing.T) {
	var b strings.Builder
	_, err := describe(&b, bufio.NewReader(strings.NewReader(`{"type": "info", "data": {"asr": [{"name": "whisper"}]}}`+"\n")))
	require.ErrorAs(t, err, new(*tts.BadAnswer))
	_, err = describe(&b, bufio.NewReader(strings.NewReader(`{"type": "error", "data": {"text": "busy"}}`+"\n")))
	require.ErrorContains(t, err, "busy")
}

// The official Python package is the judge of what is sent and read. It is not installed with the program.
func TestTheReferenceImplementationUnderstands(t *testing.T) {
	if err := exec.CommandContext(t.Context(), "python3", "-c", "import wyoming").Run(); err != nil {
		t.Skip("the Python package wyoming is not installed")
	}
	cmd := exec.CommandContext(t.Context(), "python3", "testdata/server.py")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	b := open(t, Options{Address: strings.TrimSpace(address)}, "en_US-reference#two")
	speech, err := b.Speak(t.Context(), tts.Request{Text: "Zwölf “quoted”\nwords."})
	require.NoError(t, err)
	// The server says a millisecond for each character, at half of full scale.
	require.Equal(t, 8000, speech.Clip.Rate)
	require.Len(t, speech.Clip.Samples, 8*len([]rune("Zwölf “quoted” words.")))
	require.InDelta(t, 0.5, speech.Clip.Samples[0], 1e-4)
	_, err = b.Speak(t.Context(), tts.Request{Text: "fail"})
	require.ErrorContains(t, err, "planned")
	_, err = b.Speak(t.Context(), tts.Request{Text: "again"})
	require.NoError(t, err)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(start + chunk + stop))
	f.Add([]byte(`{"type": "info", "data": {"a": 1}, "data_length": 2, "payload_length": 1}` + "\n{}x"))
	f.Add([]byte(`{"type": "audio-chunk", "payload_length": 9999999999}` + "\n"))
	f.Add([]byte("\n{\n\xff"))
	const most = 1 << 16
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bufio.NewReader(&answer{ctx: context.Background(), from: strings.NewReader(string(data)), left: most})
		begin := time.Now()
		clip, err := listen(r, "voice")
		if err == nil {
			require.NotEmpty(t, clip.Samples)
			require.True(t, format{clip.Rate, 2, 1}.valid())
		}
		require.Less(t, time.Since(begin), 5*time.Second)
		r = bufio.NewReader(strings.NewReader(string(data)))
		for {
			e, err := read(r, most)
			if err != nil {
				break
			}
			require.NotEmpty(t, e.Type)
			require.LessOrEqual(t, len(e.Payload), len(data))
		}
	})
}
