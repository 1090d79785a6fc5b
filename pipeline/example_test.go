package pipeline_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts/fake"
)

// A Worker in ten lines: read an article, open a backend, convert. With piper.Factory in place of fake.New the same
// lines speak with a neural voice.
func ExampleWorker_Convert() {
	ctx := context.Background()
	dir, _ := os.MkdirTemp("", "voicepress")
	defer os.RemoveAll(dir)

	a, err := article.Read([]byte("# Bridge opens\n\nThe bridge opens on May 4."), article.Source{Name: "bridge.md", As: article.Markdown})
	check(err)
	backend, err := fake.New(fake.Options{})
	check(err)
	defer backend.Close()
	worker, err := pipeline.New(ctx, backend, pipeline.Settings{
		Tool: disclosure.Tool{Name: "example", Version: "1"}, Pauses: script.DefaultPauses(),
		Mastering: pipeline.Mastering{SampleRate: 44100, Target: pipeline.ByLUFS, Mono: -19, Stereo: -16, TruePeak: -1, MP3: 64},
		Formats:   []pipeline.Format{pipeline.MP3},
		Timings:   []pipeline.Timing{pipeline.VTT},
	}, slog.New(slog.DiscardHandler))
	check(err)
	result, err := worker.Convert(ctx, a, pipeline.Output{Dir: dir, Name: "bridge"}, pipeline.NoProgress{})
	check(err)

	for _, f := range result.Files {
		fmt.Println(filepath.Base(f.Path))
	}
	report, err := disclosure.Verifier{}.Verify(ctx, result.Audio())
	check(err)
	fmt.Println(report.OK(), report.Statement)
	// Output:
	// bridge.mp3
	// bridge.vtt
	// bridge.words.json
	// bridge.account.json
	// bridge.disclosure.json
	// true Voice is AI-generated. Inconsistencies may occur.
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
