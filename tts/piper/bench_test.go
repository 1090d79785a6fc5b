package piper

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
	"Engineers found cracks in three of its piers last spring, and said that repairs would cost more than a new crossing.",
	"\"We looked at every option,\" the mayor told reporters after the meeting, \"and this is the only one that keeps people safe.\"",
	"Shopkeepers on the northern bank fear for their trade; some have lost a third of their customers already.",
	"Work on the replacement is expected to begin in March and to take two years.",
	"Until then, buses will be sent through the tunnel.",
	"A petition against the plan, signed by four thousand residents, was handed in on Friday.",
}

// BenchmarkSpeak reports compute per second of sound: rtf, the real-time factor, lower is better.
func BenchmarkSpeak(b *testing.B) {
	for name, workers := range map[string]int{"1 worker": 1, "2 workers": 2} {
		b.Run(name, func(b *testing.B) {
			backend := openTest(b)
			samples := make([]int, workers)
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
			b.ReportMetric(b.Elapsed().Seconds()/(float64(sum)/float64(backend.Info().SampleRate)), "rtf")
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for range b.N {
		require.NoError(b, openTest(b).Close())
	}
}
