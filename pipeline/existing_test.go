package pipeline_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/c2pa/c2patest"
	decoding "github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/m4a"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/audio/opus"
	"github.com/voicepress/voicepress/pipeline"
)

func tool(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	require.NoError(t, err, "%s: %s (make test installs what the tests need)", name, out)
	return string(out)
}

// archive is a folder with the same recording in every format, as another program made it, with tags.
func archive(t testing.TB, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		tool(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=300:sample_rate=48000:duration=2", "-ac", "1",
			"-metadata", "title=Der Hafen", "-metadata", "language=deu", "-metadata", "publisher=The Courier", "-metadata", "genre=Kept",
			filepath.Join(dir, name))
	}
	return dir
}

func libraries(t testing.TB) decoding.Libraries {
	t.Helper()
	mpg123, err := mp3.OpenMpg123("")
	require.NoError(t, err)
	ffmpeg, err := m4a.Open("")
	require.NoError(t, err)
	libopus, err := opus.Open("")
	require.NoError(t, err)
	return decoding.Libraries{Mpg123: mpg123, FFmpeg: ffmpeg, Opus: libopus}
}

func discloser(t testing.TB, keys string) *pipeline.Discloser {
	t.Helper()
	d := &pipeline.Discloser{Tool: disclosure.Tool{Name: "voicepress", Version: "test"}, Libraries: libraries(t)}
	if keys != "" {
		var err error
		d.Signer, err = c2pa.NewSigner(c2pa.Config{Keys: keys}, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
	}
	return d
}

func newKeys(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, c2pa.InitKeys(dir, "The Courier", time.Now()))
	return dir
}

// disclosable are the extensions of the files that can be disclosed, and their media types.
func disclosable() map[string]string {
	return map[string]string{".mp3": "audio/mpeg", ".wav": "audio/wav", ".m4a": "audio/mp4", ".flac": "audio/flac", ".opus": "audio/ogg"}
}

// frames is a hash of what is encoded, without the container.
func frames(t testing.TB, path string) string {
	t.Helper()
	return tool(t, "ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-c", "copy", "-f", "md5", "-")
}

func TestExistingAudioIsDisclosedAndItsSoundStays(t *testing.T) {
	keys := newKeys(t)
	var signed []c2patest.File
	for ext, mime := range disclosable() {
		for _, inPlace := range []bool{false, true} {
			for _, keys := range []string{"", keys} {
				dir := archive(t, "harbour"+ext)
				original := filepath.Join(dir, "harbour"+ext)
				before := frames(t, original)
				bytes, err := os.ReadFile(original)
				require.NoError(t, err)
				d := discloser(t, keys)
				human := true
				e := pipeline.Existing{Path: original, Language: "de", URL: "https://courier.example/harbour", Engine: "Acme TTS", Voice: "Anna", HumanAuthor: &human}
				out := dir
				var r *pipeline.Result
				if inPlace {
					r, err = d.DiscloseInPlace(t.Context(), e, false, time.Unix(1e9, 0))
				} else {
					out = t.TempDir()
					r, err = d.Disclose(t.Context(), e, pipeline.Output{Dir: out, Created: time.Unix(1e9, 0)})
				}
				require.NoError(t, err, ext)
				require.False(t, r.Unchanged)
				made := filepath.Join(out, "harbour"+ext)
				require.Equal(t, before, frames(t, made), "%s: the sound is the same to the byte", ext)
				if !inPlace {
					still, err := os.ReadFile(original)
					require.NoError(t, err)
					require.Equal(t, bytes, still, "the original is untouched")
				}
				v := disclosure.Verifier{}
				if keys != "" {
					v.Anchors, err = c2pa.ReadCertificates(filepath.Join(keys, c2pa.RootFile))
					require.NoError(t, err)
				}
				report, err := v.Verify(t.Context(), made)
				require.NoError(t, err)
				require.True(t, report.OK(), "%s: %v", ext, report.Layers)
				require.Equal(t, "Die Stimme", report.Statement[:10])
				s := report.Says
				require.Equal(t, "Der Hafen", s.Source.Title)
				require.Equal(t, "https://courier.example/harbour", s.Source.URL)
				require.Equal(t, "Acme TTS", s.Engine.Name)
				require.Equal(t, "Anna", s.Voice.ID)
				require.True(t, *s.Source.HumanAuthor)
				require.Equal(t, "harbour"+ext, s.Outputs[0].Original.File)
				require.InDelta(t, 2000, s.Outputs[0].Duration, 1)
				require.NotNil(t, s.Outputs[0].Loudness)
				require.Contains(t, tool(t, "ffprobe", "-v", "error", "-show_entries", "format_tags:stream_tags", made), "Kept")
				if keys != "" {
					require.Equal(t, "Trusted", report.Manifest.State)
					f := c2patest.File{Path: made, Format: mime}
					if ext == ".opus" {
						f.Store = filepath.Join(out, "harbour.c2pa")
					}
					signed = append(signed, f)
					var opened, parent bool
					for _, a := range report.Manifest.Actions {
						opened = opened || a.Action == "c2pa.opened"
					}
					for _, i := range report.Manifest.Ingredients {
						parent = parent || i.Relationship == "parentOf"
					}
					require.True(t, opened && parent, "the original is the parent")
				}
				// The second time there is nothing to do.
				names := visibleFiles(t, out)
				if inPlace {
					r, err = d.DiscloseInPlace(t.Context(), e, false, time.Time{})
				} else {
					r, err = d.Disclose(t.Context(), e, pipeline.Output{Dir: out})
				}
				require.NoError(t, err)
				require.True(t, r.Unchanged)
				require.Len(t, r.Files, 1)
				require.Equal(t, names, visibleFiles(t, out))
			}
		}
	}
	c2patest.RequireTrusted(t, filepath.Join(keys, c2pa.RootFile), signed...)
}

func visibleFiles(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestOneRecordingInTwoFormatsSharesASidecar(t *testing.T) {
	dir := archive(t, "harbour.mp3", "harbour.wav")
	d := discloser(t, "")
	for _, name := range []string{"harbour.mp3", "harbour.wav"} {
		_, err := d.DiscloseInPlace(t.Context(), pipeline.Existing{Path: filepath.Join(dir, name)}, false, time.Time{})
		require.NoError(t, err)
	}
	for _, name := range []string{"harbour.mp3", "harbour.wav"} {
		report, err := disclosure.Verifier{}.Verify(t.Context(), filepath.Join(dir, name))
		require.NoError(t, err)
		if name == "harbour.mp3" {
			require.Equal(t, "Die Stimme", report.Statement[:10], "in the language of its tags")
		}
		require.True(t, report.OK(), name)
	}
	require.Equal(t, []string{"harbour.disclosure.json", "harbour.mp3", "harbour.wav"}, visibleFiles(t, dir))
}

func TestWhatCannotBeDisclosedIsLeftAsItIs(t *testing.T) {
	dir := archive(t, "harbour.mp3")
	path := filepath.Join(dir, "harbour.mp3")
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	file := func(name string, data []byte, mode os.FileMode) string {
		p := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(p, data, mode))
		return p
	}
	pipe := filepath.Join(t.TempDir(), "pipe.mp3")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	link := filepath.Join(t.TempDir(), "link.mp3")
	require.NoError(t, os.Symlink(path, link))
	strange := file("strange.mp3", good, 0o600)
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(strange), "strange.c2pa"), []byte("a manifest"), 0o600))
	d := discloser(t, "")
	for name, c := range map[string]struct{ path, says string }{
		"missing":          {filepath.Join(dir, "nowhere.mp3"), "no such file"},
		"folder":           {dir, "it is a folder"},
		"pipe":             {pipe, "it is not a file"},
		"device":           {"/dev/zero", "it is not a file"},
		"link":             {link, "symbolic link"},
		"read-only":        {file("locked.mp3", good, 0o400), "it is read-only"},
		"text":             {file("text.mp3", []byte("no sound"), 0o600), "neither an MP3"},
		"empty":            {file("empty.wav", nil, 0o600), "it is empty"},
		"cut":              {file("cut.mp3", good[:len(good)-100], 0o600), "damaged"},
		"foreign manifest": {strange, "is the manifest of another program"},
	} {
		t.Run(name, func(t *testing.T) {
			before := visibleFiles(t, filepath.Dir(c.path))
			_, err := d.DiscloseInPlace(t.Context(), pipeline.Existing{Path: c.path}, false, time.Time{})
			var refused *pipeline.NotDisclosableError
			require.ErrorAs(t, err, &refused)
			require.ErrorContains(t, err, c.says)
			require.Equal(t, before, visibleFiles(t, filepath.Dir(c.path)))
		})
	}
	still, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, good, still)
}

func TestNothingIsLeftOfADisclosureThatFails(t *testing.T) {
	dir := archive(t, "harbour.mp3")
	path := filepath.Join(dir, "harbour.mp3")
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	d := discloser(t, "")
	e := pipeline.Existing{Path: path}

	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	_, err = d.DiscloseInPlace(ctx, e, false, time.Time{})
	require.ErrorIs(t, err, stopped)

	require.NoError(t, os.Mkdir(filepath.Join(dir, "harbour.disclosure.json"), 0o700))
	_, err = d.DiscloseInPlace(t.Context(), e, false, time.Time{})
	require.Error(t, err)
	require.NoError(t, os.Remove(filepath.Join(dir, "harbour.disclosure.json")))

	out := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(out, "harbour.mp3"), []byte("mine"), 0o600))
	_, err = d.Disclose(t.Context(), e, pipeline.Output{Dir: out})
	var exists *pipeline.ExistsError
	require.ErrorAs(t, err, &exists)
	_, err = d.Disclose(t.Context(), e, pipeline.Output{Dir: dir, Overwrite: true})
	require.ErrorContains(t, err, "would take its place")
	_, err = d.Disclose(t.Context(), e, pipeline.Output{Dir: filepath.Join(path, "below")})
	require.Error(t, err)
	require.Equal(t, []string{"harbour.mp3"}, visibleFiles(t, out))
	require.Equal(t, []string{"harbour.mp3"}, visibleFiles(t, dir))
	still, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, good, still)

	// A file that is signed needs a signer, or its signature would break.
	keys := newKeys(t)
	_, err = discloser(t, keys).DiscloseInPlace(t.Context(), e, false, time.Time{})
	require.NoError(t, err)
	signed, err := os.ReadFile(path)
	require.NoError(t, err)
	_, err = d.DiscloseInPlace(t.Context(), e, true, time.Time{})
	require.ErrorContains(t, err, "signature would break")
	still, err = os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, signed, still)
}
