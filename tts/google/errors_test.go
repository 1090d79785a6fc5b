package google

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/google/googletest"
	"github.com/voicepress/voicepress/tts/internal/remote/remotetest"
)

// kind is the kind of an error in a word, with what belongs to it.
func kind(err error) string {
	var (
		limited   *tts.RateLimited
		long      *tts.TooLong
		voice     *tts.NoSuchVoice
		auth      *tts.NotAuthorised
		quota     *tts.QuotaExceeded
		temporary *tts.Temporary
		bad       *tts.BadAnswer
	)
	switch {
	case errors.As(err, &limited):
		return "limited " + limited.After.String()
	case errors.As(err, &long):
		return fmt.Sprintf("too long %d %s", long.Limit.N, long.Limit.Unit)
	case errors.As(err, &voice):
		return "voice " + voice.Voice
	case errors.As(err, &auth):
		return "auth"
	case errors.As(err, &quota):
		return "quota"
	case errors.As(err, &temporary):
		return "temporary"
	case errors.As(err, &bad):
		return "bad"
	}
	return "permanent"
}

func hint(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

func TestEveryErrorOfTheServiceHasItsKind(t *testing.T) {
	detailed := func(code int, status, message, details string) googletest.Failure {
		return googletest.Failure{Status: code, Body: fmt.Sprintf(`{"error":{"code":%d,"message":%q,"status":%q,"details":[%s]}}`, code, message, status, details)}
	}
	perMinute := `{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","domain":"googleapis.com","metadata":{"quota_limit":"RequestsPerMinutePerProject","quota_metric":"texttospeech.googleapis.com/requests"}}`
	perDay := strings.Replace(perMinute, "RequestsPerMinutePerProject", "CharactersPerDayPerProject", 1)
	retry := `{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"12.5s"}`
	for name, test := range map[string]struct {
		answer     googletest.Failure
		want, hint string
	}{
		"a wrong key":              {googletest.Error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID"), "auth", "GOOGLE_API_KEY"},
		"a wrong key, undetailed":  {googletest.Error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", ""), "auth", "GOOGLE_API_KEY"},
		"a key for other APIs":     {googletest.Error(403, "PERMISSION_DENIED", "Requests to this API are blocked.", "API_KEY_SERVICE_BLOCKED"), "auth", "restricted to other APIs"},
		"a key for other callers":  {googletest.Error(403, "PERMISSION_DENIED", "The provided API key has an IP address restriction.", "API_KEY_IP_ADDRESS_BLOCKED"), "auth", "other callers"},
		"the API is off":           {googletest.Error(403, "PERMISSION_DENIED", "Cloud Text-to-Speech API has not been used in project 1 before or it is disabled.", "SERVICE_DISABLED"), "auth", "gcloud services enable"},
		"billing is off":           {googletest.Error(403, "PERMISSION_DENIED", "This API method requires billing to be enabled.", "BILLING_DISABLED"), "auth", "billing"},
		"a suspended project":      {googletest.Error(403, "PERMISSION_DENIED", "Consumer has been suspended.", "CONSUMER_SUSPENDED"), "auth", "suspended"},
		"no project that pays":     {googletest.Error(403, "PERMISSION_DENIED", "The texttospeech.googleapis.com API requires a quota project, which is not set by default.", ""), "auth", "quota_project"},
		"another's project":        {googletest.Error(403, "PERMISSION_DENIED", "Caller does not have required permission to use project x.", "USER_PROJECT_DENIED"), "auth", "quota_project"},
		"no credentials":           {googletest.Error(401, "UNAUTHENTICATED", "Request is missing required authentication credential.", "CREDENTIALS_MISSING"), "auth", "GOOGLE_APPLICATION_CREDENTIALS"},
		"an old token":             {googletest.Error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", ""), "auth", "gcloud auth"},
		"no permission":            {googletest.Error(403, "PERMISSION_DENIED", "The caller does not have permission", ""), "auth", "switch"},
		"too many a minute":        {detailed(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'All requests' and limit 'All requests per minute'", perMinute+","+retry), "limited 12.5s", ""},
		"too many, undetailed":     {googletest.Error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", ""), "limited 0s", ""},
		"too many a day":           {detailed(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Characters'", perDay), "quota", "tomorrow"},
		"too many a day, by words": {googletest.Error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Characters' and limit 'Characters per day'", ""), "quota", "tomorrow"},
		"a resource quota":         {googletest.Error(429, "RESOURCE_EXHAUSTED", "Quota exceeded", "RESOURCE_QUOTA_EXCEEDED"), "quota", "tomorrow"},
		"too long":                 {*googletest.Invalid("Either `input.text` or `input.ssml` is longer than the limit of 5000 bytes."), "too long 5000 bytes", ""},
		"a sentence too long":      {*googletest.Invalid("This request contains sentences that are too long. Consider splitting up long sentences."), "too long 5000 bytes", ""},
		"no such voice":            {*googletest.Invalid("Voice 'en-US-Neural2-C' does not exist. Is it misspelled?"), "voice en-US-Neural2-C", "lists its voices"},
		"something else":           {*googletest.Invalid("Request contains an invalid argument."), "permanent", ""},
		"unavailable":              {googletest.Error(503, "UNAVAILABLE", "The service is currently unavailable.", ""), "temporary", ""},
		"too slow":                 {googletest.Error(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.", ""), "temporary", ""},
		"a mistake of theirs":      {googletest.Error(500, "INTERNAL", "Internal error encountered.", ""), "temporary", ""},
		"cancelled":                {googletest.Error(499, "CANCELLED", "The operation was cancelled.", ""), "temporary", ""},
		"a gateway":                {googletest.Failure{Status: 502, Body: "<html><title>Error 502 (Server Error)!!1</title></html>"}, "temporary", ""},
		"another server":           {googletest.Failure{Status: 404, Body: "<html>not found</html>"}, "permanent", "base_url"},
		"no error in it":           {googletest.Failure{Status: 400, Body: `{"error":{}}`}, "permanent", ""},
		"no object":                {googletest.Failure{Status: 400, Body: `[{"error":1}]`}, "permanent", ""},
		"no sound in it":           {googletest.Failure{Status: 200, Body: `{"audioContent":""}`}, "bad", "base_url"},
		"no base64":                {googletest.Failure{Status: 200, Body: `{"audioContent":"?"}`}, "bad", "base_url"},
	} {
		t.Run(name, func(t *testing.T) {
			s := googletest.New(t)
			s.Fail(test.answer)
			b := open(t, s.URL, "", Options{})
			speech, err := b.Speak(t.Context(), tts.Request{Text: "Hello."})
			require.Nil(t, speech)
			require.Equal(t, test.want, kind(err), "%v", err)
			require.Contains(t, hint(err), test.hint)
			_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
			require.NoError(t, err, "after it, the service answers as ever")
		})
	}
}

func TestWrongKeysAndVoicesOfTheService(t *testing.T) {
	s := googletest.New(t)
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte("wrong-key-0123456789\n"), 0o600))
	_, err := open(t, s.URL, "", Options{APIKeyFile: file}).Speak(t.Context(), tts.Request{Text: "Hello."})
	require.Equal(t, "auth", kind(err))
	require.NotContains(t, err.Error(), "wrong-key-0123456789")
	_, err = open(t, s.URL, "en-US-Nobody-X", Options{}).Speak(t.Context(), tts.Request{Text: "Hello."})
	require.Equal(t, "voice en-US-Nobody-X", kind(err))
	require.NoError(t, os.WriteFile(file, []byte(remotetest.Key+"\n"), 0o600))
	_, err = open(t, s.URL, "", Options{APIKeyFile: file}).Speak(t.Context(), tts.Request{Text: "Hello."})
	require.NoError(t, err)
	s.Throttle.Most = 0
	_, err = open(t, s.URL, "", Options{}).Speak(t.Context(), tts.Request{Text: "Hello."})
	require.Equal(t, "limited 0s", kind(err))
}

// account writes a service account whose tokens come from the address, and names it in the environment.
func account(t *testing.T, tokens string) {
	t.Helper()
	noMetadataServer(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	text, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "voice@example.iam.gserviceaccount.com", "token_uri": tokens, "quota_project_id": "payer",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "account.json")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", file)
}

func TestServiceAccountGetsATokenAndKeepsIt(t *testing.T) {
	s := googletest.New(t)
	var given atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		token := fmt.Sprintf("token-%d-0123456789", given.Add(1))
		s.Take(token)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, token)
	}))
	defer server.Close()
	account(t, server.URL)
	b, err := New(Options{BaseURL: s.URL}, env(""))
	require.NoError(t, err)
	defer b.Close()
	require.Zero(t, given.Load(), "opening asks nothing")
	for range 3 {
		_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
		require.NoError(t, err)
	}
	require.EqualValues(t, 1, given.Load())

	// A token that the service does not take any more is got anew by the next request.
	s.Forget()
	_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
	require.Equal(t, "auth", kind(err))
	_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
	require.NoError(t, err)
	require.EqualValues(t, 2, given.Load())

	b.auth.token.Expiry = time.Now().Add(early / 2)
	_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
	require.NoError(t, err)
	require.EqualValues(t, 3, given.Load())
	header := http.Header{}
	require.NoError(t, b.auth.sign(t.Context(), header))
	require.Equal(t, "payer", header.Get("X-Goog-User-Project"))
}

func TestCredentialsThatGiveNoToken(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		want   string
	}{"refused": {400, "auth"}, "unauthorised": {401, "auth"}, "out of order": {503, "temporary"}, "busy": {429, "temporary"}} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				fmt.Fprint(w, `{"error":"invalid_grant","error_description":"Invalid JWT Signature.\u001b[31m"}`)
			}))
			defer server.Close()
			account(t, server.URL)
			b, err := New(Options{BaseURL: "http://localhost:1"}, env(""))
			require.NoError(t, err)
			defer b.Close()
			_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
			require.Equal(t, test.want, kind(err), "%v", err)
			require.NotContains(t, err.Error(), "\x1b")
		})
	}
}

func TestNoCredentialsAtAll(t *testing.T) {
	noMetadataServer(t)
	for _, o := range []Options{{}, {APIKeyEnv: "VOICEPRESS_TEST_NO_KEY"}, {APIKeyFile: filepath.Join(t.TempDir(), "none")}} {
		o.BaseURL = "http://localhost:1"
		b, err := New(o, env(""))
		require.NoError(t, err, "what is kept needs no key")
		_, err = b.Speak(t.Context(), tts.Request{Text: "Hello."})
		require.Equal(t, "auth", kind(err), "%v", err)
		require.NotEmpty(t, hint(err))
		require.NoError(t, b.Close())
	}
}

// noMetadataServer keeps the search for credentials on this machine.
func noMetadataServer(t *testing.T) {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	require.NoError(t, err)
	t.Setenv("GCE_METADATA_HOST", u.Host)
	t.Setenv("HOME", t.TempDir())
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", "")
	t.Setenv(defaultKeyEnv, "")
}
