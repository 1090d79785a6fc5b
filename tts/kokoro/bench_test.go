package kokoro

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/voicepress/voicepress/tts"
)

// benchSentences are ordinary sentences of the lengths that articles have.
var benchSentences = []string{
	"The council voted on Monday to close the old harbour bridge, which has carried traffic since the war.",
	"Nobody was hurt.",
	"Shopkeepers on the northern bank fear for their trade; some have lost a third of their customers already.",
	"Until then, buses will be sent through the tunnel.",
}

// BenchmarkSpeak reports compute per second of sound: rtf is the time that passes, cpu the processor time of the network,
// both as parts of the length of the sound. Lower is better.
func BenchmarkSpeak(b *testing.B) {
	for name, workers := range map[string]int{"1 worker": 1, "2 workers": 2} {
		b.Run(name, func(b *testing.B) {
			backend := openTest(b)
			network, err := backend.model.Get(b.Context())
			require.NoError(b, err)
			samples := make([]int, workers)
			before := network.session.CPUTime()
			b.ResetTimer()
			for range b.N {
				var group errgroup.Group
				for w := range workers {
					group.Go(func() error {
						for i := w; i < len(benchSentences); i += workers {
							speech, err := backend.Speak(b.Context(), tts.Request{Text: benchSentences[i]})
							if err != nil {
								return err
							}
							samples[w] += len(speech.Clip.Samples)
						}
						return nil
					})
				}
				require.NoError(b, group.Wait())
			}
			sum := 0
			for _, n := range samples {
				sum += n
			}
			seconds := float64(sum) / rate
			b.ReportMetric(b.Elapsed().Seconds()/seconds, "rtf")
			b.ReportMetric((network.session.CPUTime()-before).Seconds()/seconds, "cpu")
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for range b.N {
		backend := openTest(b)
		require.NoError(b, backend.Load(b.Context()))
		require.NoError(b, backend.Close())
	}
}
