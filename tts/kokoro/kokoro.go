// Package kokoro speaks English with the voices of Kokoro-82M, on the processor, in this process.
//
// Kokoro is one network (StyleTTS 2) for all its voices; a voice is a table of style vectors, a row for each length of
// text. Text goes to phonemes through espeak-ng (a separate program), these to the symbols that Kokoro was trained with,
// symbols to tokens, and tokens to sound through ONNX Runtime. The network is edited in memory when it is loaded, so that
// it tells how long each token lasts, which gives exact word times, and so that it computes faster.
//
// It is not for Kokoro's other languages, whose symbols come from other programs than espeak-ng; and not for splitting
// articles or installing voices.
package kokoro

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/espeak"
	"github.com/voicepress/voicepress/tts/internal/gate"
	"github.com/voicepress/voicepress/tts/internal/lazy"
	"github.com/voicepress/voicepress/tts/internal/pronounce"
	"github.com/voicepress/voicepress/tts/onnx"
)

// Options set up the backend.
type Options struct {
	Folder  string `mapstructure:"folder" doc:"Folder with the network (model.onnx), its vocabulary (vocab.json) and the voices (NAME.bin); empty means where voicepress install puts them."`
	Runtime string `mapstructure:"runtime" doc:"The ONNX Runtime library; empty means the installed one."`
	Espeak  string `mapstructure:"espeak" doc:"The espeak-ng program: a path, or a name to look up in PATH; empty means espeak-ng."`
}

// revision is that of this adapter, for the fingerprint. It changes whenever the same network would be given something
// else for a request, or be computed differently, or its sound be treated differently.
const revision = "1"

const (
	// rate is the sample rate of every Kokoro network, in Hz.
	rate = 24000
	// mostText is the most a request may hold, in runes: some 20 seconds.
	mostText = 300
	// slowest and fastest are the rates of speech that are accepted.
	slowest, fastest = 0.5, 2
	// mostModel bounds the file of the network in bytes; the largest there is, of 32-bit numbers, has 326 MB.
	mostModel = 512 << 20
)

// Backend speaks with the voices of one network.
type Backend struct {
	info       tts.Info
	log        *slog.Logger
	vocabulary vocabulary
	styles     map[string]style // by voice
	model      *lazy.Value[*model]
	espeak     *espeak.Phonemizer
	speakers   map[string]*pronounce.Pronouncer // by voice of espeak-ng
	gate       *gate.Gate
	once       sync.Once
	closing    error
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("kokoro", "Kokoro's English voices, on this machine's processor: nicer than piper's, and slower",
		func(ctx context.Context, o Options, env tts.Env) (tts.Backend, error) { return New(ctx, o, env) })
}

// New opens all installed English voices; the one that env names is the default, or else af_heart. The network is loaded
// when it is needed first; only then is it known whether all of it is whole.
//
// Errors are *tts.Unavailable for what is missing or broken on this machine (ONNX Runtime, espeak-ng, the network, the
// voices) and *tts.NoSuchVoice.
func New(ctx context.Context, o Options, env tts.Env) (*Backend, error) {
	b, err := open(ctx, o, env)
	if err != nil {
		return nil, fmt.Errorf("open kokoro: %w", err)
	}
	return b, nil
}

func open(ctx context.Context, o Options, env tts.Env) (_ *Backend, err error) {
	folder := o.Folder
	if folder == "" {
		folder = Folder(env.Data)
	}
	voices, err := installed(folder, env.Voice)
	if err != nil {
		return nil, err
	}
	library := o.Runtime
	if library == "" {
		if library, err = onnx.Find(env.Data); err != nil {
			return nil, err
		}
	}
	concurrency := env.Concurrency
	if concurrency <= 0 {
		concurrency = runtime.NumCPU()
	}
	b := &Backend{log: env.Log, styles: map[string]style{}, speakers: map[string]*pronounce.Pronouncer{}, gate: gate.New(concurrency)}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.free())
		}
	}()
	var rt *onnx.Runtime
	var m *model
	var modelSum, stylesSum string
	var group errgroup.Group
	group.Go(func() (err error) {
		rt, err = onnx.Load(library)
		return err
	})
	group.Go(func() error {
		var err error
		if m, modelSum, err = readModel(folder); err == nil {
			b.vocabulary, err = openVocabulary(m.graph, folder)
		}
		return broken(err)
	})
	group.Go(func() (err error) {
		stylesSum, err = b.readStyles(folder, voices)
		return broken(err)
	})
	group.Go(func() (err error) {
		b.espeak, err = espeak.Start(ctx, espeak.PhonemizerOptions{Program: o.Espeak, Processes: concurrency})
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, dialect := range []string{american.espeak, british.espeak} {
		b.speakers[dialect] = pronounce.New(b.espeak, dialect)
	}
	b.info = tts.Info{
		Name: "kokoro",
		Fingerprint: strings.Join([]string{
			"adapter " + revision, "model " + modelSum, "voices " + stylesSum, "vocabulary " + b.vocabulary.sum(),
			"onnxruntime " + rt.Version(), "espeak-ng " + b.espeak.Version(),
		}, ", "),
		SampleRate:    rate,
		Voices:        voices,
		Limit:         tts.Limit{N: mostText, Unit: tts.Runes},
		Concurrency:   concurrency,
		Timing:        tts.TimingNone,
		Deterministic: m.deterministic,
		Terms:         "https://huggingface.co/hexgrad/Kokoro-82M",
		SourceType:    disclosure.TrainedAlgorithmicMedia,
		Phonemes:      true,
	}
	if m.durations != "" {
		b.info.Timing = tts.TimingWord
	}
	// It is read again when it is needed, as piper's.
	b.model = lazy.New(func() (*model, error) {
		m, sum, err := readModel(folder)
		if err == nil && sum != modelSum {
			err = errors.New("its network was replaced while it was open")
		}
		if err == nil {
			err = m.load(rt)
		}
		if err != nil {
			return nil, fmt.Errorf("kokoro: %w", broken(err))
		}
		debug.FreeOSMemory() // the file and its edited copy are as large as the network itself
		for _, err := range m.missing {
			b.log.Warn("the network could not be edited", "error", err)
		}
		return m, nil
	})
	return b, nil
}

// broken says that what is installed is no good, and how to get something good.
func broken(err error) error {
	if err == nil {
		return nil
	}
	return &tts.Unavailable{What: "kokoro", Err: err, Remedy: remedy}
}

// readModel reads the network and its hash.
func readModel(folder string) (*model, string, error) {
	file, sum, err := onnx.ReadFile(filepath.Join(folder, modelFile), mostModel)
	if err != nil {
		return nil, "", err
	}
	m, err := newModel(file)
	return m, sum, err
}

// Load loads the network; see tts.Loader.
func (b *Backend) Load(ctx context.Context) error {
	ctx, leave, err := b.gate.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	_, err = b.model.Get(ctx)
	return err
}

// Info describes the backend.
func (b *Backend) Info() tts.Info { return b.info }

// Close fails the calls under way with tts.ErrClosed, waits for them and frees the network. It is safe to call twice.
func (b *Backend) Close() error {
	b.gate.Close()
	b.once.Do(func() { b.closing = b.free() })
	return b.closing
}

func (b *Backend) free() error {
	var errs []error
	if b.espeak != nil {
		errs = append(errs, b.espeak.Close())
	}
	if b.model != nil {
		errs = append(errs, b.model.End(tts.ErrClosed, func(m *model) error {
			b.log.Debug("the network is closed", "model_cpu_ms", m.session.CPUTime().Milliseconds())
			return m.session.Close()
		}))
	}
	return errors.Join(errs...)
}
