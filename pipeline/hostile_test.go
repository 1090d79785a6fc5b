package pipeline_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
)

// damagedFiles are files of every format that were cut or changed, signed ones among them.
func damagedFiles(t *testing.T, keys string) []audiotest.HostileFile {
	t.Helper()
	var files []audiotest.HostileFile
	random := rand.New(rand.NewPCG(7, 8))
	for ext := range disclosable() {
		dir := archive(t, "a"+ext)
		path := filepath.Join(dir, "a"+ext)
		plain, err := os.ReadFile(path)
		require.NoError(t, err)
		_, err = discloser(t, keys).DiscloseInPlace(t.Context(), pipeline.Existing{Path: path}, false, time.Time{})
		require.NoError(t, err)
		signed, err := os.ReadFile(path)
		require.NoError(t, err)
		for kind, data := range map[string][]byte{"plain": plain, "signed": signed} {
			for i := range 12 {
				// Heads hold the structure, so half of the cuts and changes are there.
				within := len(data)
				if i%2 == 0 {
					within = min(within, 8000)
				}
				files = append(files, audiotest.HostileFile{Name: fmt.Sprintf("%s, cut %d%s", kind, i, ext), Data: data[:random.IntN(within)]})
				changed := slices.Clone(data)
				for range 1 + i {
					changed[random.IntN(within)] = byte(random.Uint32())
				}
				files = append(files, audiotest.HostileFile{Name: fmt.Sprintf("%s, changed %d%s", kind, i, ext), Data: changed})
			}
		}
	}
	return files
}

// Whatever the file: verify and disclose end soon, in bounded memory, with a report or an error for a person, and a file
// that cannot be disclosed stays as it is.
func TestHostileAudioIsSurvivedAndLeftAlone(t *testing.T) {
	keys := newKeys(t)
	files := append(audiotest.HostileFiles(), damagedFiles(t, keys)...)
	d := discloser(t, keys)
	for _, f := range files {
		t.Run(f.Name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a"+filepath.Ext(f.Name))
			require.NoError(t, os.WriteFile(path, f.Data, 0o600))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			report, err := disclosure.Verifier{}.Verify(t.Context(), path)
			if err != nil {
				readable(t, err.Error())
			} else {
				for _, l := range report.Layers {
					readable(t, l.Detail)
				}
			}
			r, err := d.DiscloseInPlace(t.Context(), pipeline.Existing{Path: path}, false, time.Time{})
			require.Less(t, time.Since(began), 20*time.Second)
			runtime.ReadMemStats(&after)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(400<<20+20*len(f.Data)))
			now, readError := os.ReadFile(path)
			require.NoError(t, readError)
			if err != nil {
				readable(t, err.Error())
				require.Equal(t, f.Data, now)
				require.Len(t, visibleFiles(t, dir), 1)
				return
			}
			if r.Unchanged {
				return
			}
			report, err = disclosure.Verifier{}.Verify(t.Context(), path)
			require.NoError(t, err)
			require.True(t, report.OK(), "%+v", report.Layers)
		})
	}
}

// readable fails for a text that would do something to a terminal, or is endless.
func readable(t *testing.T, text string) {
	t.Helper()
	require.Less(t, len(text), 2000)
	require.NotContains(t, text, "\x00")
	require.False(t, strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }), "%q", text)
}
