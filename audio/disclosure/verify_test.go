package disclosure_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/id3"
	"github.com/voicepress/voicepress/audio/wav"
)

// verify writes the file alone and verifies it.
func verify(t *testing.T, name string, data []byte) *disclosure.Report {
	t.Helper()
	r, err := disclosure.Verifier{}.Verify(t.Context(), write(t, name, data))
	require.NoError(t, err)
	return r
}

// publish writes an MP3 and a WAV file and their sidecar, as a writer would.
func publish(t *testing.T, d disclosure.Disclosure) (mp3, wave string) {
	t.Helper()
	dir := t.TempDir()
	files := map[string][]byte{"story.mp3": append(tagOf(t, d), frames()...), "story.wav": wavFile(t, chunksOf(t, d), 1)}
	var list []disclosure.Output
	for name, data := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
		sum := sha256.Sum256(data)
		list = append(list, disclosure.Output{
			File: name, MIME: "audio/x", Bytes: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), SampleRate: rate, Channels: 1,
		})
	}
	data, err := d.Sidecar(list, time.Time{}).Encode()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "story.disclosure.json"), data, 0o600))
	return filepath.Join(dir, "story.mp3"), filepath.Join(dir, "story.wav")
}

// states are the states of the layers of a file without a watermark, in order: tags, sidecar, hash, spoken notice, manifest,
// and where there is one its signature, signer, signed hash and time stamp.
func states(r *disclosure.Report) []disclosure.State {
	var all []disclosure.State
	for _, l := range r.Layers {
		if l.Name != disclosure.LayerWatermark || l.State != none {
			all = append(all, l.State)
		}
	}
	return all
}

const (
	present = disclosure.Present
	missing = disclosure.Missing
	changed = disclosure.Changed
	off     = disclosure.Off
	none    = disclosure.None
)

func TestVerifyFindsADisclosedFile(t *testing.T) {
	mp3, wave := publish(t, sample())
	for path, format := range map[string]string{mp3: "MP3", wave: "WAV"} {
		r, err := disclosure.Verifier{}.Verify(t.Context(), path)
		require.NoError(t, err)
		require.Equal(t, format, r.Format)
		require.Equal(t, sentence, r.Statement)
		require.Equal(t, source, r.SourceType)
		require.True(t, r.Disclosed)
		require.True(t, r.Unchanged)
		require.True(t, r.OK())
		require.Equal(t, []disclosure.State{present, present, present, present, none}, states(r))
		require.Equal(t, "0.3 s to 4.1 s", r.Layers[3].Detail)
		require.Equal(t, []string{"tags", "sidecar", "hash", "spoken notice", "manifest"}, []string{
			r.Layers[0].Name, r.Layers[1].Name, r.Layers[2].Name, r.Layers[3].Name, r.Layers[4].Name,
		})
		printed, err := json.Marshal(r)
		require.NoError(t, err)
		require.Contains(t, string(printed), `{"name":"hash","state":"present","detail":"SHA-256 is the one in the sidecar"}`)
	}
}

func TestVerifySeesWhatIsChanged(t *testing.T) {
	quiet := sample()
	quiet.Audible.Present = false
	rewrite := func(t *testing.T, path string, change func([]byte) []byte) {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, change(data), 0o600))
	}
	cases := map[string]struct {
		d      disclosure.Disclosure
		change func(t *testing.T, path string)
		want   []disclosure.State
	}{
		"notice switched off": {quiet, func(*testing.T, string) {}, []disclosure.State{present, present, present, off, none}},
		"one bit of the sound": {sample(), func(t *testing.T, path string) {
			rewrite(t, path, func(b []byte) []byte { b[len(b)-5] ^= 1; return b })
		}, []disclosure.State{present, present, changed, present, none}},
		"one byte more": {sample(), func(t *testing.T, path string) {
			rewrite(t, path, func(b []byte) []byte { return append(b, 0) })
		}, []disclosure.State{present, present, changed, present, none}},
		"no sidecar": {sample(), func(t *testing.T, path string) {
			require.NoError(t, os.Remove(disclosure.SidecarName(path)))
		}, []disclosure.State{present, missing, missing, present, none}},
		"sidecar is a folder": {sample(), func(t *testing.T, path string) {
			require.NoError(t, os.Remove(disclosure.SidecarName(path)))
			require.NoError(t, os.Mkdir(disclosure.SidecarName(path), 0o700))
		}, []disclosure.State{present, changed, missing, present, none}},
		"sidecar is cut": {sample(), func(t *testing.T, path string) {
			rewrite(t, disclosure.SidecarName(path), func(b []byte) []byte { return b[:100] })
		}, []disclosure.State{present, changed, missing, present, none}},
		"sidecar of another file": {sample(), func(t *testing.T, path string) {
			rewrite(t, disclosure.SidecarName(path), func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(`"story.`), []byte(`"other.`)) })
		}, []disclosure.State{present, present, missing, present, none}},
		"tags stripped": {sample(), func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path, frames(), 0o600))
		}, []disclosure.State{missing, present, changed, present, none}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			path, _ := publish(t, c.d)
			c.change(t, path)
			r, err := disclosure.Verifier{}.Verify(t.Context(), path)
			require.NoError(t, err)
			require.Equal(t, c.want, states(r))
			require.Equal(t, c.want[0] == present, r.Disclosed)
			require.Equal(t, c.want[2] == present, r.Unchanged)
			require.Equal(t, r.Disclosed && r.Unchanged, r.OK())
		})
	}
}

func TestVerifyWantsStatementAndSourceType(t *testing.T) {
	build := func(add func(*id3.Tag)) []byte {
		var tag id3.Tag
		add(&tag)
		return append(tag.Bytes(), frames()...)
	}
	xmp := `<x><r xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" i:DigitalSourceType="` + source + `"/>` +
		`<d:description xmlns:d="http://purl.org/dc/elements/1.1/">Made by a machine.</d:description></x>`
	resource := `<i:DigitalSourceType xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ` +
		`xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:resource="` + source + `"/>`
	cases := map[string]struct {
		file      []byte
		disclosed bool
		detail    string
	}{
		"only sound":     {frames(), false, "neither a statement nor a digital source type"},
		"only statement": {build(func(t *id3.Tag) { t.AddUserText("AI_DISCLOSURE", "x") }), false, "no digital source type"},
		"only type":      {build(func(t *id3.Tag) { t.AddUserText("DigitalSourceType", source) }), false, "no statement"},
		"type of a recording": {build(func(t *id3.Tag) {
			t.AddUserText("AI_DISCLOSURE", "x")
			t.AddUserText("DigitalSourceType", "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture")
		}), false, "no digital source type"},
		"comment and type": {build(func(t *id3.Tag) {
			t.AddComment("eng", "AI disclosure", "x")
			t.AddUserText("DigitalSourceType", source)
		}), true, ""},
		"XMP with attributes": {build(func(t *id3.Tag) { t.AddPrivate("XMP", []byte(xmp)) }), true, ""},
		"XMP with a resource": {build(func(t *id3.Tag) {
			t.AddPrivate("XMP", []byte(resource))
			t.AddUserText("AI_DISCLOSURE", "x")
		}), true, ""},
		"XMP that breaks off": {build(func(t *id3.Tag) { t.AddPrivate("XMP", []byte(xmp[:60])) }), false, "neither"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := verify(t, "x.mp3", c.file)
			require.Equal(t, c.disclosed, r.Disclosed)
			require.Contains(t, r.Layers[0].Detail, c.detail)
			require.Equal(t, missing, r.Layers[3].State)
		})
	}
	require.Equal(t, missing, verify(t, "x.wav", wavFile(t, nil, 1)).Layers[0].State)
}

func TestVerifyFindsEverySourceTypeInAPlainComment(t *testing.T) {
	for _, s := range disclosure.SourceTypes() {
		var tag id3.Tag
		tag.AddComment("eng", "", "Made by a machine. DigitalSourceType: "+s.URI())
		r := verify(t, "x.mp3", append(tag.Bytes(), frames()...))
		require.Equal(t, s.URI(), r.SourceType)
		require.True(t, r.Disclosed, s)
	}
}

func TestVerifyEndsWithItsContext(t *testing.T) {
	path := write(t, "a.mp3", append(tagOf(t, sample()), frames()...))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := disclosure.Verifier{}.Verify(ctx, path)
	require.ErrorIs(t, err, context.Canceled)
}

func TestVerifySeesAManifestThatIsNone(t *testing.T) {
	var tag id3.Tag
	tag.AddObject(id3.Object{MIME: "application/c2pa", Name: "c2pa", Data: []byte("manifest")})
	require.Equal(t, changed, verify(t, "x.mp3", append(tag.Bytes(), frames()...)).Layers[4].State)
	require.Equal(t, changed, verify(t, "x.wav", wavFile(t, []wav.Chunk{{ID: "C2PA", Data: []byte("manifest")}}, 1)).Layers[4].State)
}

func TestStatementSurvivesReencoding(t *testing.T) {
	d := sample()
	path := write(t, "a.mp3", append(tagOf(t, d), sound(t)...))
	again := filepath.Join(t.TempDir(), "again.mp3")
	run(t, "ffmpeg", "-v", "error", "-i", path, "-b:a", "96k", again)
	r, err := disclosure.Verifier{}.Verify(t.Context(), again)
	require.NoError(t, err)
	require.True(t, r.Disclosed)
	require.False(t, r.OK(), "it is another file, without a sidecar")
	require.Equal(t, sentence, r.Statement)
	for _, ext := range []string{".m4a", ".opus", ".flac"} {
		other := filepath.Join(t.TempDir(), "again"+ext)
		run(t, "ffmpeg", "-v", "error", "-i", path, "-movflags", "use_metadata_tags", other)
		require.Contains(t, run(t, "ffprobe", "-v", "error", "-of", "flat", "-show_format", "-show_streams", other), sentence, ext)
	}
}

func TestVerifyRefusesWhatIsNotAudio(t *testing.T) {
	tag := (&id3.Tag{}).Bytes()
	good := wavFile(t, nil, 1)
	cases := map[string]struct {
		data []byte
		says string
	}{
		"empty":               {nil, "it is empty"},
		"text":                {[]byte("Voice is AI-generated. Inconsistencies may occur."), "neither an MP3"},
		"short":               {[]byte("\xFF\xFB"), "neither an MP3"},
		"zeros":               {make([]byte, 1<<17), "neither an MP3"},
		"tag alone":           {tag, "no MPEG frame follows"},
		"FLAC after a tag":    {append(tag, "fLaC\x00\x00\x00\x22"...), "ends inside a metadata block"},
		"text after a tag":    {append(tag, strings.Repeat("text ", 1<<16)...), "no MPEG frame follows"},
		"tag of 200 MB":       {[]byte("ID3\x04\x00\x00\x5F\x5E\x04\x00\xFF\xFB\x50\xC0"), "larger than the"},
		"tag longer than all": {append([]byte("ID3\x04\x00\x00\x00\x7F\x7F\x7F"), frames()...), "ends inside a tag"},
		"cut tag":             {tag[:7], "ends inside the header"},
		"other RIFF":          {[]byte("RIFF\x04\x00\x00\x00AVI "), "neither an MP3"},
		"RIFF header alone":   {good[:12], "without a format or without sound"},
		"RIFF cut":            {good[:len(good)-100], "claims"},
		"chunk of 4 GB":       {append(bytes.Clone(good[:36]), "LIST\xFE\xFF\xFF\xFF1234"...), "claims"},
		"RF64 with a fake size": {append(append([]byte("RF64\xFF\xFF\xFF\xFFWAVEds64\x1C\x00\x00\x00"), bytes.Repeat([]byte{0x7F}, 28)...),
			append(bytes.Clone(good[12:40]), 0xFF, 0xFF, 0xFF, 0xFF, 0, 0)...), "claims"},
		"many empty chunks": {append([]byte("RIFF\xFF\xFF\xFF\x7FWAVE"), bytes.Repeat([]byte("junk\x00\x00\x00\x00"), 20_000)...), "chunks"},
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			path := write(t, "x.mp3", c.data)
			_, err := disclosure.Verifier{}.Verify(t.Context(), path)
			var bad *disclosure.UnverifiableError
			require.ErrorAs(t, err, &bad)
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, path)
			require.NotEmpty(t, bad.Hint())
			require.Less(t, len(err.Error()), 200+len(path))
		})
	}
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20))
}

func TestVerifyRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	for path, says := range map[string]string{
		filepath.Join(dir, "missing.mp3"): "no such file", dir: "it is not a file",
	} {
		_, err := disclosure.Verifier{}.Verify(t.Context(), path)
		require.ErrorContains(t, err, says)
		require.Equal(t, 1, strings.Count(err.Error(), dir), "the path is said once")
		var hint interface{ Hint() string }
		require.ErrorAs(t, err, &hint)
		require.NotEmpty(t, hint.Hint())
	}
}
