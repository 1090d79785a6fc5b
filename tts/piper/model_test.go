package piper

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/assets"
	"github.com/voicepress/voicepress/tts/onnx"
)

// testVoice is the voice that the tests need; `make test` installs it.
const testVoice = "en_US-joe-medium"

// dataFolder is where the program installs voices.
func dataFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("VOICEPRESS_DATA")
	if folder == "" {
		var err error
		folder, err = assets.DefaultDir()
		require.NoError(t, err)
	}
	require.FileExists(t, filepath.Join(folder, "voices", "piper", testVoice+".onnx"),
		"the tests need the real voice: run `make test`, or `voicepress install`")
	return folder
}

func testRuntime(t testing.TB) *onnx.Runtime {
	t.Helper()
	library, err := onnx.Find(dataFolder(t))
	require.NoError(t, err)
	rt, err := onnx.Load(library)
	require.NoError(t, err)
	return rt
}

func voiceFile(t testing.TB) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(dataFolder(t), "voices", "piper", testVoice+".onnx"))
	require.NoError(t, err)
	return file
}

// loadModel makes and loads a network.
func loadModel(rt *onnx.Runtime, file []byte, hop int) (*model, error) {
	m, err := newModel(file, hop)
	if err != nil {
		return nil, err
	}
	return m, m.load(rt)
}

// testUtterance is n ids of a made-up text, with the noise that belongs to it.
func testUtterance(n int) utterance {
	ids := []int64{1, 0}
	for i := range n {
		ids = append(ids, int64(14+(i*i*7+i*3)%46), 0)
	}
	random := newNoise(tts.Request{Text: "x", Seed: uint64(n)}, "v", settings{})
	return utterance{
		ids: append(ids, 2), noiseScale: 0.667, lengthScale: 1, noiseW: 0.8,
		durationNoise: func(dst []float32) { random.normal(0, dst) },
		latentNoise:   func(dst []float32) { random.normal(1, dst) },
	}
}

// ratio is the ratio of signal to difference in dB.
func ratio(want, got []float32) float64 {
	signal, difference := 0.0, 0.0
	for i := range want {
		d := float64(want[i]) - float64(got[i])
		signal += float64(want[i]) * float64(want[i])
		difference += d * d
	}
	return 10 * math.Log10(signal/difference)
}

func TestTheDecoderInWindowsGivesTheSoundOfTheWholeGraph(t *testing.T) {
	rt := testRuntime(t)
	file := voiceFile(t)
	fast, err := loadModel(rt, file, 256)
	require.NoError(t, err)
	defer func() { require.NoError(t, fast.close()) }()
	require.Empty(t, fast.missing)

	// The original graph, but for the noise: its own cannot be fed.
	graph, err := onnx.Parse(file)
	require.NoError(t, err)
	plain := &model{hop: 256, durations: true, noise: true}
	inputs, err := plain.checkInterface(graph)
	require.NoError(t, err)
	name, err := durationsName(graph)
	require.NoError(t, err)
	names, err := feedNoise(graph)
	require.NoError(t, err)
	graph.Outputs = append(graph.Outputs, onnx.Output(name))
	plain.first, err = openPart(rt, graph, append(inputs, names...), onnx.OptimiseNothing)
	require.NoError(t, err)
	defer func() { require.NoError(t, plain.close()) }()

	for _, n := range []int{3, 30, 120} {
		u := testUtterance(n)
		want, err := plain.run(t.Context(), u)
		require.NoError(t, err)
		got, err := fast.run(t.Context(), u)
		require.NoError(t, err)
		require.Equal(t, want.frames, got.frames)
		require.Len(t, got.samples, len(want.samples))
		db := ratio(want.samples, got.samples)
		t.Logf("%d ids, %d samples: %.1f dB", len(u.ids), len(got.samples), db)
		require.Greater(t, db, 110.0)
		again, err := fast.run(t.Context(), u)
		require.NoError(t, err)
		require.Equal(t, got.samples, again.samples)
	}
}
