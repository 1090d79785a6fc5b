// Package piper speaks with Piper's neural voices, on the processor, in this process.
//
// A voice is a VITS network in the ONNX format and a configuration. Text goes to phonemes through espeak-ng (a separate
// program), phonemes to ids, and ids to sound through ONNX Runtime. The network is edited in memory when it is loaded,
// so that it tells how long each phoneme lasts, which gives exact word times; so that its noise comes from us, which
// makes the sound a function of the request alone; and so that its decoder runs fast and in little memory.
//
// It is not for splitting articles, and not for installing voices.
package piper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
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
	Voices     string  `mapstructure:"voices" doc:"Folder with the voices, each as NAME.onnx and NAME.onnx.json; empty means where voicepress install puts them."`
	Runtime    string  `mapstructure:"runtime" doc:"The ONNX Runtime library; empty means the installed one."`
	Espeak     string  `mapstructure:"espeak" doc:"The espeak-ng program: a path, or a name to look up in PATH; empty means espeak-ng."`
	NoiseScale float64 `mapstructure:"noise_scale" doc:"How varied the sound is, 0.01 to 2; 0 means as the voice was made (mostly 0.667)."`
	NoiseW     float64 `mapstructure:"noise_w" doc:"How varied the lengths of the phonemes are, 0.01 to 2; 0 means as the voice was made (mostly 0.8)."`
}

// revision is that of this adapter, for the fingerprint. It changes whenever the same network would be given something
// else for a request, or its sound be treated differently.
const revision = "2"

const (
	// mostText is the most a request may hold, in runes: some 16 seconds. Longer sentences slur, and memory grows with
	// the longest: two of 300 at once take 350 MB in all, two of 400 take 410 MB.
	mostText = 300
	// slowest and fastest are the rates that are accepted.
	slowest, fastest = 0.2, 5
	// mostModel bounds the file of a network in bytes; the largest of Piper's voices has 114 MB.
	mostModel = 512 << 20
)

// Backend speaks with one voice.
type Backend struct {
	info       tts.Info
	log        *slog.Logger
	name       string // of the voice
	config     *config
	settings   settings
	model      *lazy.Value[*model] // nil only while it is opened
	espeak     *espeak.Phonemizer
	pronouncer *pronounce.Pronouncer
	gate       *gate.Gate
	once       sync.Once
	closing    error
}

// Factory makes the backend from configuration.
func Factory() tts.Factory {
	return tts.Define("piper", "Piper's neural voices, on this machine's processor",
		func(ctx context.Context, o Options, env tts.Env) (tts.Backend, error) { return New(ctx, o, env) })
}

// New opens the voice that env names, or a default. Another voice needs another Backend. The network is loaded when it is
// needed first; only then is it known whether all of it is whole.
//
// Errors are *tts.Unavailable for what is missing or broken on this machine (ONNX Runtime, espeak-ng, the voice's files)
// and *tts.NoSuchVoice.
func New(ctx context.Context, o Options, env tts.Env) (*Backend, error) {
	b, err := open(ctx, o, env)
	if err != nil {
		return nil, fmt.Errorf("open piper: %w", err)
	}
	return b, nil
}

func open(ctx context.Context, o Options, env tts.Env) (_ *Backend, err error) {
	folder := o.Voices
	if folder == "" {
		folder = Folder(env.Data)
	}
	name, speaker, err := choose(folder, env.Voice)
	if err != nil {
		return nil, err
	}
	concurrency := env.Concurrency
	if concurrency <= 0 {
		concurrency = runtime.NumCPU()
	}
	b := &Backend{log: env.Log, name: name, gate: gate.New(concurrency)}
	configSum, err := b.readConfig(folder, speaker, o)
	if err != nil {
		return nil, err
	}
	library := o.Runtime
	if library == "" {
		if library, err = onnx.Find(env.Data); err != nil {
			return nil, err
		}
	}

	defer func() {
		if err != nil {
			err = errors.Join(err, b.free())
		}
	}()
	var rt *onnx.Runtime
	var m *model
	var modelSum string
	var group errgroup.Group
	group.Go(func() (err error) {
		rt, err = onnx.Load(library)
		return err
	})
	group.Go(func() (err error) {
		m, modelSum, err = readModel(folder, name, b.config.hop)
		return broken(name, err)
	})
	group.Go(func() error {
		p, err := espeak.Start(ctx, espeak.PhonemizerOptions{Program: o.Espeak, Processes: concurrency})
		b.espeak = p
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if m.speakers != (b.config.speakers > 1) {
		return nil, broken(name, fmt.Errorf("its configuration knows %d speakers, and its network disagrees", b.config.speakers))
	}
	b.pronouncer = pronounce.New(b.espeak, b.config.espeak)
	b.describe(folder, concurrency, m, strings.Join([]string{
		"adapter " + revision, "patch " + patchRevision, "model " + modelSum, "config " + configSum,
		"onnxruntime " + rt.Version(), "espeak-ng " + b.espeak.Version(),
		fmt.Sprintf("noise %g %g", b.settings.noiseScale, b.settings.noiseW),
	}, ", "))
	// The network is read again when it is needed: where every sentence is kept (tts/cache), its bytes would fill the heap for
	// nothing, and have the garbage collector run all the time.
	hop := b.config.hop
	b.model = lazy.New(func() (*model, error) {
		m, sum, err := readModel(folder, name, hop)
		if err == nil && sum != modelSum {
			err = errors.New("its network was replaced while it was open")
		}
		if err == nil {
			err = m.load(rt)
		}
		if err != nil {
			return nil, fmt.Errorf("piper: %w", broken(name, err))
		}
		debug.FreeOSMemory() // the file and its edited copy are as large as the network itself
		for _, err := range m.missing {
			b.log.Warn("the voice's network could not be edited", "voice", name, "error", err)
		}
		return m, nil
	})
	return b, nil
}

// readModel reads a voice's network and its hash.
func readModel(folder, name string, hop int) (*model, string, error) {
	file, sum, err := onnx.ReadFile(filepath.Join(folder, name+".onnx"), mostModel)
	if err != nil {
		return nil, "", err
	}
	m, err := newModel(file, hop)
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

// broken says which voice's files are no good, and how to get good ones.
func broken(voice string, err error) error {
	if err == nil {
		return nil
	}
	return &tts.Unavailable{What: "the piper voice " + voice, Err: err, Remedy: "voicepress install " + voice}
}

func (b *Backend) readConfig(folder, speaker string, o Options) (sum string, err error) {
	path := filepath.Join(folder, b.name+".onnx.json")
	info, err := os.Stat(path)
	if err == nil && info.Size() > mostConfig {
		err = fmt.Errorf("voice configuration: %d bytes, more than %d", info.Size(), mostConfig)
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if err == nil {
		b.config, err = parseConfig(text)
	}
	if err != nil {
		return "", broken(b.name, err)
	}
	if speaker != "" {
		id, ok := b.config.speakerNamed(speaker)
		if !ok {
			return "", &tts.NoSuchVoice{Voice: b.name + "#" + speaker}
		}
		b.config.speaker = id
	}
	b.settings = b.config.settings
	for _, s := range []struct {
		name  string
		value float64
		to    *float64
	}{{"noise_scale", o.NoiseScale, &b.settings.noiseScale}, {"noise_w", o.NoiseW, &b.settings.noiseW}} {
		if s.value != 0 {
			if !(s.value >= 0.01 && s.value <= 2) {
				return "", fmt.Errorf("%s is %v, not 0.01 to 2", s.name, s.value)
			}
			*s.to = s.value
		}
	}
	hash := sha256.Sum256(text)
	return hex.EncodeToString(hash[:]), nil
}

func (b *Backend) describe(folder string, concurrency int, m *model, fingerprint string) {
	b.info = tts.Info{
		Name:          "piper",
		Fingerprint:   fingerprint,
		SampleRate:    b.config.sampleRate,
		Voices:        describeAll(folder, b.name, b.config),
		Limit:         tts.Limit{N: mostText, Unit: tts.Runes},
		Concurrency:   concurrency,
		Timing:        tts.TimingNone,
		Deterministic: m.noise,
		SourceType:    disclosure.TrainedAlgorithmicMedia,
		Phonemes:      true,
	}
	if m.durations {
		b.info.Timing = tts.TimingWord
	}
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
			b.log.Debug("the voice is closed", "voice", b.name, "model_cpu_ms", m.cpuTime().Milliseconds())
			return m.close()
		}))
	}
	return errors.Join(errs...)
}
