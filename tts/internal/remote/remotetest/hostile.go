package remotetest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
)

// text is what is said to hostile servers.
const text = "The lighthouse keeper waited."

// patience is how long a call may take that has to end at once. Only one that hangs needs it.
const patience = 20 * time.Second

// server is a hostile server and what has to come of it.
type server struct {
	name   string
	handle http.HandlerFunc
	want   func(*tts.Speech, error) error // what is wrong with it
}

// Hostile runs a backend against servers that do not do what they should. open makes a backend for the service at the
// address, with Key as its key if it has one. wrap makes the body of an answer of what has sound in it (a JSON document,
// perhaps); nil is for services that answer with the sound alone. The sound that is wrapped is a WAV file, or PCM of
// 24 kHz where pcm is true.
func Hostile(t *testing.T, open func(t *testing.T, url string) tts.Backend, pcm bool, wrap func(sound []byte) []byte) {
	t.Helper()
	if wrap == nil {
		wrap = func(sound []byte) []byte { return sound }
	}
	file := WAV
	if pcm {
		file = PCM
	}
	for _, s := range servers(file, wrap) {
		t.Run(s.name, func(t *testing.T) {
			speech, err := ask(t, open, s.handle)
			require.NoError(t, s.want(speech, err))
			if err != nil {
				require.Nil(t, speech)
				require.NotContains(t, err.Error()+hint(err), Key)
				require.NotContains(t, err.Error()+hint(err), "\x1b")
				require.Less(t, len(err.Error()), 1500)
			}
		})
	}
	t.Run("redirect to another host", func(t *testing.T) { doesNotFollow(t, open) })
	t.Run("nothing listens", func(t *testing.T) {
		gone := httptest.NewServer(http.NotFoundHandler())
		gone.Close()
		_, err := open(t, gone.URL).Speak(t.Context(), tts.Request{Text: text})
		require.NoError(t, is[*tts.Temporary](nil, err))
		require.NotEmpty(t, hint(err))
	})
	for name, begin := range map[string][]byte{"hangs": nil, "hangs in the middle": wrap(file(Tone(24000)))[:1000]} {
		t.Run(name, func(t *testing.T) { endsWithTheContext(t, open, begin) })
	}
	t.Run("slow answer gives signs of life", func(t *testing.T) { givesSignsOfLife(t, open, wrap(file(Tone(24000)))) })
}

// ask says the text to a server, and makes sure that neither it nor the key is in an address.
func ask(t *testing.T, open func(t *testing.T, url string) tts.Backend, handle http.HandlerFunc) (*tts.Speech, error) {
	t.Helper()
	var leak atomic.Pointer[string]
	fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u := r.URL.String(); strings.Contains(u, Key) || strings.Contains(u, "keeper") {
			leak.Store(&u)
		}
		handle(w, r)
	}))
	defer fake.Close()
	b := open(t, fake.URL)
	defer func() { require.NoError(t, b.Close()) }()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	speech, err := b.Speak(ctx, tts.Request{Text: text})
	require.Nil(t, leak.Load(), "the key or the text is in an address")
	return speech, err
}

func servers(file func(audio.Clip) []byte, wrap func([]byte) []byte) []server {
	whole := wrap(file(Tone(24000)))
	answer := func(body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }
	}
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			_, _ = fmt.Fprintf(w, "\x1b[31mno: %v %s", r.Header, strings.Repeat("and so on ", 1000))
		}
	}
	list := []server{
		{"sound", answer(whole), good},
		{"HTML with status 200", answer([]byte("<!DOCTYPE html><html><body><h1>Welcome to nginx!</h1></body></html>")), hinted},
		{"HTML that says it is sound", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "audio/wav")
			_, _ = w.Write([]byte("<html><body>Log in</body></html>"))
		}, hinted},
		{"JSON with status 200", answer([]byte(`{"error":{"message":"not today"}}`)), hinted},
		{"the request sent back", func(w http.ResponseWriter, r *http.Request) { _ = r.Header.Write(w) }, is[*tts.BadAnswer]},
		{"empty body", answer(nil), either[*tts.Temporary, *tts.BadAnswer]},
		{"half a sound", answer(wrap(cut(file(Tone(24000))))), either[*tts.Temporary, *tts.BadAnswer]},
		{"body that breaks off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
			_, _ = w.Write(whole[:len(whole)/2])
		}, is[*tts.Temporary]},
		{"connection that breaks", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, is[*tts.Temporary]},
		{"10 GB announced", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10000000000")
			_, _ = w.Write(whole)
		}, is[*tts.BadAnswer]},
		{"10 GB sent", endless, is[*tts.BadAnswer]},
		{"silence", answer(wrap(file(audio.Clip{Samples: make([]float32, 24000), Rate: 24000}))), hintedAs[*tts.NoSound]},
		{"no samples", answer(wrap(file(audio.Clip{Rate: 24000}))), either[*tts.Temporary, *tts.BadAnswer]},
		{"bare 400", status(400), permanent},
		{"bare 401", status(401), hintedAs[*tts.NotAuthorised]},
		{"bare 402", status(402), is[*tts.QuotaExceeded]},
		{"bare 404", status(404), withHint},
		{"bare 429", status(429, "Retry-After", "7"), limited(7 * time.Second)},
		{"429 without a time", status(429), limited(0)},
		{"429 with nonsense", status(429, "Retry-After", "soon"), limited(0)},
		{"bare 500", status(500), is[*tts.Temporary]},
		{"bare 502", status(502), is[*tts.Temporary]},
		{"bare 503", status(503), is[*tts.Temporary]},
	}
	if string(file(Tone(8000))[:4]) == "RIFF" {
		list = append(list, server{"another sample rate", answer(wrap(file(Tone(11025)))), rate(11025)},
			server{"no sample rate of speech", answer(wrap(strange(file(Tone(24000))))), is[*tts.BadAnswer]})
	} else {
		list = append(list, server{"half a sample", answer(wrap([]byte{1, 2, 3})), either[*tts.Temporary, *tts.BadAnswer]})
	}
	return list
}

// cut takes half of a sound away, and half a sample.
func cut(sound []byte) []byte { return sound[:len(sound)/2|1] }

// strange makes the rate of a WAV file 1,234 Hz.
func strange(file []byte) []byte {
	file[24], file[25] = 0xD2, 0x04
	return file
}

// endless sends until nobody listens, up to 10 GB.
func endless(w http.ResponseWriter, r *http.Request) {
	block := make([]byte, 1<<20)
	for range 10_000 {
		if _, err := w.Write(block); err != nil || r.Context().Err() != nil {
			return
		}
	}
}

func good(speech *tts.Speech, err error) error {
	if err != nil {
		return err
	}
	if speech.Clip.Rate != 24000 || len(speech.Clip.Samples) != 24000 {
		return fmt.Errorf("%d samples at %d Hz are not the sound that was sent", len(speech.Clip.Samples), speech.Clip.Rate)
	}
	return nil
}

// orNil makes the absence of an error an error that says so.
func orNil(err error) error {
	if err == nil {
		return errors.New("nil")
	}
	return err
}

// is makes sure of the kind of an error.
func is[E error](_ *tts.Speech, err error) error {
	var kind E
	if !errors.As(err, &kind) {
		return fmt.Errorf("the error is no %T: %w", kind, orNil(err))
	}
	return nil
}

func either[E, F error](speech *tts.Speech, err error) error {
	if is[E](speech, err) == nil {
		return nil
	}
	return is[F](speech, err)
}

func hinted(speech *tts.Speech, err error) error { return hintedAs[*tts.BadAnswer](speech, err) }

func hintedAs[E error](speech *tts.Speech, err error) error {
	return errors.Join(is[E](speech, err), withHint(speech, err))
}

func withHint(_ *tts.Speech, err error) error {
	if err == nil || hint(err) == "" {
		return fmt.Errorf("no hint says what to do: %w", orNil(err))
	}
	return nil
}

// permanent makes sure that an error is one that goes by no other name.
func permanent(_ *tts.Speech, err error) error {
	switch {
	case err == nil:
		return errors.New("there is no error")
	case is[*tts.Temporary](nil, err) == nil, is[*tts.RateLimited](nil, err) == nil:
		return fmt.Errorf("it would be tried again: %w", err)
	case is[*tts.NotAuthorised](nil, err) == nil, is[*tts.QuotaExceeded](nil, err) == nil, is[*tts.Refused](nil, err) == nil:
		return fmt.Errorf("nobody said so: %w", err)
	}
	return nil
}

func limited(after time.Duration) func(*tts.Speech, error) error {
	return func(_ *tts.Speech, err error) error {
		var limited *tts.RateLimited
		if !errors.As(err, &limited) || limited.After != after {
			return fmt.Errorf("not asked to wait %v: %w", after, orNil(err))
		}
		return nil
	}
}

// rate makes sure that sound is taken for what it is, or not at all.
func rate(hz int) func(*tts.Speech, error) error {
	return func(speech *tts.Speech, err error) error {
		if err != nil {
			return is[*tts.BadAnswer](speech, err)
		}
		if speech.Clip.Rate != hz {
			return fmt.Errorf("sound of %d Hz is taken for %d Hz", hz, speech.Clip.Rate)
		}
		return nil
	}
}

// hint is what the user can do about an error.
func hint(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

// doesNotFollow makes sure that text and key go nowhere else.
func doesNotFollow(t *testing.T, open func(t *testing.T, url string) tts.Backend) {
	t.Helper()
	var asked atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer elsewhere.Close()
	u, err := url.Parse(elsewhere.URL)
	require.NoError(t, err)
	u.Host = "localhost:" + u.Port() // another name than that of the first
	for _, code := range []int{301, 302, 303, 307, 308} {
		_, err := ask(t, open, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, u.String()+"/v1", code) })
		require.NoError(t, hinted(nil, err))
	}
	require.Zero(t, asked.Load())
}

// errEnough is the cause of the contexts that end.
var errEnough = errors.New("waited long enough") //nolint:gochecknoglobals // an error to compare with

// endsWithTheContext makes sure that a server that says nothing more holds nobody up.
func endsWithTheContext(t *testing.T, open func(t *testing.T, url string) tts.Backend, begin []byte) {
	t.Helper()
	arrived, over := make(chan struct{}, 1), make(chan struct{})
	fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if begin != nil {
			_, _ = w.Write(begin)
			_ = http.NewResponseController(w).Flush()
		}
		arrived <- struct{}{}
		<-over
	}))
	defer fake.Close()
	defer close(over)
	b := open(t, fake.URL)
	defer func() { require.NoError(t, b.Close()) }()
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-arrived
		cancel(errEnough)
	}()
	begun := time.Now()
	speech, err := b.Speak(ctx, tts.Request{Text: text})
	require.Nil(t, speech)
	require.ErrorIs(t, err, errEnough)
	require.Less(t, time.Since(begun), patience)
}

// givesSignsOfLife makes sure that a slow answer is told from one that never comes.
func givesSignsOfLife(t *testing.T, open func(t *testing.T, url string) tts.Backend, body []byte) {
	t.Helper()
	beats := make(chan struct{}, 1000)
	fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := range 4 {
			_, _ = w.Write(body[i*len(body)/4 : (i+1)*len(body)/4])
			_ = http.NewResponseController(w).Flush()
			select { // goes on only when that has been noticed
			case <-beats:
			case <-time.After(patience):
			}
		}
	}))
	defer fake.Close()
	b := open(t, fake.URL)
	defer func() { require.NoError(t, b.Close()) }()
	require.True(t, b.Info().Streams)
	var count atomic.Int64
	ctx := tts.WithAlive(t.Context(), func() {
		count.Add(1)
		select {
		case beats <- struct{}{}:
		default:
		}
	})
	begun := time.Now()
	_, err := b.Speak(ctx, tts.Request{Text: text})
	require.NoError(t, err)
	require.GreaterOrEqual(t, count.Load(), int64(4))
	require.Less(t, time.Since(begun), patience)
}
