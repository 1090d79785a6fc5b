package remote

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
)

// name is the kind of an error in a word.
func name(err error) string {
	var (
		limited   *tts.RateLimited
		auth      *tts.NotAuthorised
		quota     *tts.QuotaExceeded
		temporary *tts.Temporary
		bad       *tts.BadAnswer
	)
	switch {
	case errors.As(err, &limited):
		return "limited " + limited.After.String()
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

func TestEveryStatusHasItsKind(t *testing.T) {
	cause := errors.New("as the service said")
	want := map[int]string{
		401: "auth", 403: "auth", 402: "quota", 408: "temporary", 409: "temporary", 425: "temporary", 429: "limited 0s",
	}
	for status := 300; status < 600; status++ {
		err := Kind(status, http.Header{}, cause)
		require.ErrorIs(t, err, cause)
		kind := want[status]
		switch {
		case kind != "":
		case status < 400:
			kind = "bad"
		case status < 500:
			kind = "permanent"
		default:
			kind = "temporary"
		}
		require.Equal(t, kind, name(err), status)
	}
	require.Equal(t, "limited 3s", name(Kind(503, http.Header{"Retry-After": {"3"}}, cause)))
	require.Equal(t, "temporary", name(Kind(500, http.Header{"Retry-After": {"3"}}, cause)))
}

func TestRetryAfterInAllItsForms(t *testing.T) {
	for _, test := range []struct {
		header http.Header
		want   time.Duration
	}{
		{http.Header{}, 0},
		{http.Header{"Retry-After": {"2"}}, 2 * time.Second},
		{http.Header{"Retry-After": {" 1.5 "}}, 1500 * time.Millisecond},
		{http.Header{"Retry-After": {"2"}, "Retry-After-Ms": {"250"}}, 250 * time.Millisecond},
		{http.Header{"Retry-After": {"2"}, "Retry-After-Ms": {"x"}}, 2 * time.Second},
		{http.Header{"Retry-After": {"0"}}, 0},
		{http.Header{"Retry-After": {"-5"}}, 0},
		{http.Header{"Retry-After": {"NaN"}}, 0},
		{http.Header{"Retry-After": {"Inf"}}, 0},
		{http.Header{"Retry-After": {"1e300"}}, maxAfter},
		{http.Header{"Retry-After": {"99999999999999999999"}}, maxAfter},
		{http.Header{"Retry-After": {"Wed, 21 Oct 2015 07:28:00 GMT"}}, 0},
		{http.Header{"Retry-After": {"Fri, 31 Dec 9999 23:59:59 GMT"}}, maxAfter},
		{http.Header{"Retry-After": {"tomorrow"}}, 0},
	} {
		require.Equal(t, test.want, RetryAfter(test.header), "%v", test.header)
	}
	soon := http.Header{"Retry-After": {time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat)}}
	require.InDelta(t, 90, RetryAfter(soon).Seconds(), 5)
}

func TestMessageIsShortAndPrintable(t *testing.T) {
	for body, want := range map[string]string{
		"":                                "no message",
		" \n\x00":                         "no message",
		"not\n\ttoday":                    "not today",
		"\x1b[31mred\x07 \u202e\u200bend": "[31mred end",
		"caf\xe9 \ufffd":                  "caf",
		strings.Repeat("x", 400):          strings.Repeat("x", 300) + "...",
		strings.Repeat("é", 400):          strings.Repeat("é", 150) + "...",
		"x" + strings.Repeat("é", 400):    "x" + strings.Repeat("é", 149) + "...",
	} {
		require.Equal(t, want, Message([]byte(body)))
		require.True(t, utf8.ValidString(Message([]byte(body))))
	}
}

func TestRedirectIsNamedWithoutItsPath(t *testing.T) {
	err := Kind(302, http.Header{"Location": {"https://login.example.org/secret?token=1"}}, errors.New("moved"))
	var bad *tts.BadAnswer
	require.ErrorAs(t, err, &bad)
	require.Contains(t, bad.Hint(), "https://login.example.org,")
	require.NotContains(t, bad.Hint(), "secret")
	require.ErrorAs(t, Kind(302, http.Header{"Location": {"/elsewhere"}}, errors.New("moved")), &bad)
	require.Contains(t, bad.Hint(), "base_url")
}
