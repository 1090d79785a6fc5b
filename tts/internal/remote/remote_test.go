package remote_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
)

// plain is the simplest backend: text goes out, sound comes back.
type plain struct {
	client *remote.Client
	expect remote.Expect
}

func (p plain) Info() tts.Info {
	return tts.Info{
		Name: "plain", Fingerprint: "1", Voices: []tts.Voice{{ID: "a", Language: "en"}},
		Streams: true, SourceType: disclosure.TrainedAlgorithmicMedia,
	}
}

func (p plain) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	answer, err := p.client.Post(ctx, "/speak", http.Header{"X-Api-Key": {remotetest.Key}}, map[string]string{"text": r.Text})
	if err != nil {
		return nil, err
	}
	if !answer.OK() {
		return nil, remote.Kind(answer.Status, answer.Header, errors.New(remote.Message(answer.Body)))
	}
	clip, err := remote.Sound(answer.Body, answer.Header.Get("Content-Type"), p.expect)
	if err != nil {
		return nil, err
	}
	return &tts.Speech{Clip: clip}, nil
}

func (p plain) Close() error {
	p.client.Close()
	return nil
}

func TestHostileServers(t *testing.T) {
	t.Run("WAV", func(t *testing.T) {
		remotetest.Hostile(t, func(t *testing.T, url string) tts.Backend {
			return plain{client(t, url), remote.Expect{}}
		}, false, nil)
	})
	t.Run("PCM", func(t *testing.T) {
		remotetest.Hostile(t, func(t *testing.T, url string) tts.Backend {
			return plain{client(t, url), remote.Expect{Raw: 24000}}
		}, true, nil)
	})
}

func client(t *testing.T, base string) *remote.Client {
	t.Helper()
	c, err := remote.New(base)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func TestAddresses(t *testing.T) {
	for _, base := range []string{
		"", "localhost:8880", "example.org", "ftp://example.org", "https://", "http:///v1", "http://a b", "https://user:" + remotetest.Key + "@example.org",
		"user:" + remotetest.Key + "@example.org", "ftp://example.org/?key=" + remotetest.Key,
		"https://example.org/?key=" + remotetest.Key, "https://example.org/#" + remotetest.Key, "https://example.org/%zz", "http://[::1",
	} {
		_, err := remote.New(base)
		require.Error(t, err, base)
		require.NotContains(t, err.Error(), remotetest.Key)
		var hint interface{ Hint() string }
		require.ErrorAs(t, err, &hint, base)
		require.Contains(t, hint.Hint(), "base_url")
	}
	for base, want := range map[string]string{
		"https://example.org": "https://example.org/v1/x", "https://example.org/": "https://example.org/v1/x",
		"http://127.0.0.1:99/api/": "http://127.0.0.1:99/api/v1/x",
	} {
		require.Equal(t, want, client(t, base).URL("/v1/x"))
	}
	require.Equal(t, "example.org:8443", client(t, "https://example.org:8443/api").Host())
}

func TestLoopback(t *testing.T) {
	for base, want := range map[string]bool{
		"http://localhost:8880": true, "http://LOCALHOST.": true, "http://tts.localhost": true, "http://127.0.0.1": true, "http://127.9.9.9:1": true,
		"http://[::1]:8880": true, "http://[::ffff:127.0.0.1]": true,
		"http://localhost.example.org": false, "http://10.0.0.1": false, "http://0.0.0.0": false, "https://api.openai.com": false, "http://127.0.0.1.example.org": false,
	} {
		require.Equal(t, want, client(t, base).Loopback(), base)
	}
}

func TestPostSendsWhatItIsGiven(t *testing.T) {
	type sent struct{ method, path, kind, agent, key, body string }
	var got sent
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = sent{r.Method, r.URL.String(), r.Header.Get("Content-Type"), r.Header.Get("User-Agent"), r.Header.Get("Xi-Api-Key"), string(body)}
	}))
	defer server.Close()
	answer, err := client(t, server.URL+"/api").Post(t.Context(), "/speak", http.Header{"Xi-Api-Key": {"secret"}}, map[string]string{"text": "a < b & \"c\""})
	require.NoError(t, err)
	require.True(t, answer.OK())
	require.Equal(t, sent{"POST", "/api/speak", "application/json", "voicepress", "secret", `{"text":"a < b & \"c\""}` + "\n"}, got)
}

func TestKeysAreTakenOutOfAnswers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _ = r.Header.Write(w) }))
	defer server.Close()
	answer, err := client(t, server.URL).Post(t.Context(), "/", http.Header{
		"Authorization": {"Bearer token-0123456789"}, "X-Goog-Api-Key": {remotetest.Key}, "X-Amz-Security-Token": {"session-0123"}, "X-Other": {"left alone"},
	}, nil)
	require.NoError(t, err)
	for _, secret := range []string{"token-0123456789", remotetest.Key, "session-0123"} {
		require.NotContains(t, string(answer.Body), secret)
	}
	require.Contains(t, string(answer.Body), "Authorization: Bearer (key)")
	require.Contains(t, string(answer.Body), "left alone")
}

func TestServersOfTheWrongScheme(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	_, err := client(t, server.URL).Post(t.Context(), "/", nil, nil)
	require.ErrorContains(t, err, "certificate")
	require.NotErrorAs(t, err, new(*tts.Temporary), "no other try makes it trusted")
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	_, err = client(t, strings.Replace(plain.URL, "http:", "https:", 1)).Post(t.Context(), "/", nil, nil)
	var hint interface{ Hint() string }
	require.ErrorAs(t, err, &hint)
	require.Contains(t, hint.Hint(), "http://")
	require.NotErrorAs(t, err, new(*tts.Temporary))
}

func TestAServerThatLoadsItsModelIsWaitedFor(t *testing.T) {
	alive := make(chan struct{}, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that it notices when nobody waits any more
		select {                           // says nothing until somebody waits for it
		case <-alive:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	ctx := tts.WithAlive(t.Context(), func() { alive <- struct{}{} })
	patient := client(t, server.URL)
	patient.Wait = time.Minute
	_, err := patient.Post(ctx, "/", nil, nil)
	require.NoError(t, err)

	enough, cancel := context.WithTimeoutCause(ctx, 100*time.Millisecond, errors.New("stalled"))
	defer cancel()
	for len(alive) > 0 {
		<-alive
	}
	_, err = client(t, server.URL).Post(enough, "/", nil, nil)
	require.EqualError(t, err, "stalled", "nobody else is")
}

func TestLimitIsTheCallers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 1000)) }))
	defer server.Close()
	ask := func(limit int64) (*remote.Answer, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		require.NoError(t, err)
		return client(t, server.URL).Do(t.Context(), request, limit)
	}
	answer, err := ask(1000)
	require.NoError(t, err)
	require.Len(t, answer.Body, 1000)
	_, err = ask(999)
	require.ErrorAs(t, err, new(*tts.BadAnswer))
}
