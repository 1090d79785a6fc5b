package pipeline_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/tts/fake"
)

func TestEveryFormatIsSignedWithAManifestOfItsOwn(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, c2pa.InitKeys(keys, "The Courier", time.Now()))
	signer, err := c2pa.NewSigner(c2pa.Config{Keys: keys}, discard)
	require.NoError(t, err)
	s := settings()
	s.Formats, s.Signer = pipeline.Formats(), signer
	_, dir := convert(t, open(t, fake.Options{}, s), story(2))
	labels := map[string]string{}
	for _, o := range sidecarOf(t, dir).Outputs {
		require.Empty(t, labels[o.C2PA.Label], "%s and %s have one label", o.File, labels[o.C2PA.Label])
		labels[o.C2PA.Label] = o.File
		require.Equal(t, "The Courier", o.C2PA.Signer)
		want := disclosure.ManifestEmbedded
		if o.MIME == "audio/ogg" {
			want = disclosure.ManifestSidecar
			require.FileExists(t, filepath.Join(dir, o.C2PA.File))
		}
		require.Equal(t, want, o.C2PA.State, o.File)
	}
	require.Len(t, labels, len(s.Formats))
}
