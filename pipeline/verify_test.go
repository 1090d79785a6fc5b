package pipeline_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	decoding "github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article/fetch"
	"github.com/voicepress/voicepress/tts/fake"
)

func layer(t *testing.T, r *disclosure.Report, name string) disclosure.Layer {
	t.Helper()
	for _, l := range r.Layers {
		if l.Name == name {
			return l
		}
	}
	require.Fail(t, "there is no layer "+name)
	return disclosure.Layer{}
}

func TestAudioAtAnAddressIsVerifiedWithWhatLiesBesideIt(t *testing.T) {
	_, dir := convert(t, open(t, fake.Options{}, settings()), story(3))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "alone"), 0o700))
	sound, err := os.ReadFile(filepath.Join(dir, "story.mp3"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "alone", "story.mp3"), sound, 0o600))
	files := http.FileServer(http.Dir(dir))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/busy/story.mp3":
			_, _ = w.Write(sound)
		case filepath.Dir(r.URL.Path) == "/busy":
			http.Error(w, "busy", http.StatusServiceUnavailable)
		default:
			files.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	t.Setenv("TMPDIR", t.TempDir())
	v := &pipeline.Verifier{Fetch: fetch.Client{AllowPrivate: true}}

	r, err := v.Verify(t.Context(), server.URL+"/story.mp3?token=1")
	require.NoError(t, err)
	require.True(t, r.OK())
	require.Equal(t, server.URL+"/story.mp3?token=1", r.File)
	r, err = v.Verify(t.Context(), server.URL+"/alone/story.mp3")
	require.NoError(t, err)
	require.True(t, r.Disclosed)
	require.False(t, r.Unchanged)
	require.Equal(t, disclosure.Missing, layer(t, r, disclosure.LayerSidecar).State)

	var status *fetch.Status
	_, err = v.Verify(t.Context(), server.URL+"/nowhere.mp3")
	require.ErrorAs(t, err, &status)
	_, err = v.Verify(t.Context(), server.URL+"/busy/story.mp3")
	require.ErrorAs(t, err, &status, "a sidecar that cannot be got for now is not one that is missing")
	require.True(t, status.Temporary())
	_, err = v.Verify(t.Context(), server.URL+"/story.vtt")
	var unverifiable *disclosure.UnverifiableError
	require.ErrorAs(t, err, &unverifiable)
	require.ErrorContains(t, err, server.URL+"/story.vtt")
	var forbidden *fetch.Forbidden
	_, err = (&pipeline.Verifier{}).Verify(t.Context(), server.URL+"/story.mp3")
	require.ErrorAs(t, err, &forbidden)
	v.Fetch.MaxBytes = 1000
	var large *fetch.TooLarge
	_, err = v.Verify(t.Context(), server.URL+"/story.mp3")
	require.ErrorAs(t, err, &large)
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestTheWatermarkOfAFileIsLookedFor(t *testing.T) {
	mark := toyWatermark(t, 0x0102)
	s := settings()
	plain, _ := convert(t, open(t, fake.Options{}, s), story(6))
	s.Watermarker = mark
	marked, _ := convert(t, open(t, fake.Options{}, s), story(6))
	mpg123, err := mp3.OpenMpg123("")
	require.NoError(t, err)
	v := &pipeline.Verifier{Watermarker: mark, Libraries: decoding.Libraries{Mpg123: mpg123}}
	r, err := v.Verify(t.Context(), marked.Audio())
	require.NoError(t, err)
	require.Equal(t, disclosure.Layer{Name: "watermark", State: disclosure.Present, Detail: "audioseal 0102, as the sidecar says"}, layer(t, r, "watermark"))
	r, err = v.Verify(t.Context(), plain.Audio())
	require.NoError(t, err)
	require.Equal(t, disclosure.None, layer(t, r, "watermark").State)
	r, err = (&pipeline.Verifier{}).Verify(t.Context(), marked.Audio())
	require.NoError(t, err)
	require.Equal(t, disclosure.Unknown, layer(t, r, "watermark").State)
	_, err = v.Verify(t.Context(), filepath.Join(t.TempDir(), "nowhere.mp3"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
