//go:build cgo

package onnx

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	ort "github.com/yalue/onnxruntime_go"
)

// process guards the one ONNX Runtime environment that a process has in onnxruntime_go, and remembers whose library it
// is. It is never torn down: sessions of several backends share it, and unloading the library is not safe.
//
//nolint:gochecknoglobals // the library's own state is global, and this is its lock
var process struct {
	sync.Mutex
	path string
}

// oldest is the first ONNX Runtime that is known to be right everywhere: before it, convolutions leaked memory on arm64.
var oldest = []int{1, 27} //nolint:gochecknoglobals // read-only

// Runtime is a loaded ONNX Runtime library.
type Runtime struct{ version string }

// Load loads the library at path, once for the whole process: a second call with the same path gives the same Runtime,
// and one with another path fails. Errors are *tts.Unavailable.
func Load(path string) (*Runtime, error) {
	process.Lock()
	defer process.Unlock()
	if !ort.IsInitialized() {
		if err := checkLibrary(path); err != nil {
			return nil, unavailable(fmt.Errorf("load %s: %w", path, err))
		}
		ort.SetSharedLibraryPath(path)
		// The runtime would write to standard error by itself; what it has to say comes back as an error as well.
		if err := ort.InitializeEnvironment(ort.WithLogLevelFatal()); err != nil {
			return nil, unavailable(fmt.Errorf("load %s: %s", path, brief(err.Error())))
		}
		process.path = path
	}
	if process.path != path {
		return nil, unavailable(fmt.Errorf("%s is loaded already, so %s cannot be", process.path, path))
	}
	version := ort.GetVersion()
	if slices.Compare(parseVersion(version), oldest) < 0 {
		return nil, unavailable(fmt.Errorf("%s is version %s; it has to be %d.%d or later", path, version,
			oldest[0], oldest[1]))
	}
	return &Runtime{version: version}, nil
}

// Version is the library's version: "1.32.0".
func (r *Runtime) Version() string { return r.version }

// Session is a loaded model. It is safe for concurrent use; each Run computes on the thread that calls it.
type Session struct {
	session         *ort.DynamicAdvancedSession
	inputs, outputs []string
	cpu             atomic.Int64 // ns in loading and in Run
}

// CPUTime is the processor time that loading and all runs took so far; 0 on systems that do not tell the time of one thread.
func (s *Session) CPUTime() time.Duration { return time.Duration(s.cpu.Load()) }

// NewSession loads a model that is held in memory; its bytes are not needed afterwards. Inputs and outputs are the names
// of the tensors that Run takes and gives, in that order.
//
// One thread for each run, an arena and no memory pattern are the fastest and smallest of what was timed when several
// utterances of different lengths are spoken at once.
func (r *Runtime) NewSession(model []byte, inputs, outputs []string, level Optimisation) (*Session, error) {
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, fmt.Errorf("load model: %w", err)
	}
	defer func() { _ = options.Destroy() }()
	optimisation := ort.GraphOptimizationLevel(ort.GraphOptimizationLevelDisableAll)
	if level == OptimiseAll {
		optimisation = ort.GraphOptimizationLevelEnableAll
	}
	err = errors.Join(
		options.SetIntraOpNumThreads(1),
		options.SetInterOpNumThreads(1),
		options.SetExecutionMode(ort.ExecutionModeSequential),
		options.SetCpuMemArena(true),
		options.SetMemPattern(false),
		options.SetGraphOptimizationLevel(optimisation),
	)
	if runtime.GOARCH == "arm64" { // its convolutions keep memory
		err = errors.Join(err, options.AddSessionConfigEntry("mlas.disable_kleidiai", "1"))
	}
	if err != nil {
		return nil, fmt.Errorf("load model: %w", err)
	}
	s := &Session{inputs: slices.Clone(inputs), outputs: slices.Clone(outputs)}
	err = s.timed(func() (err error) {
		s.session, err = ort.NewDynamicAdvancedSessionWithONNXData(model, inputs, outputs, options)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load model: %s", brief(err.Error()))
	}
	return s, nil
}

// Run computes the outputs, which must be tensors of float32. When ctx ends the run is broken off and the error is the
// cause; ErrTooSmall is told apart, and all other errors are permanent.
func (s *Session) Run(ctx context.Context, inputs []Data) ([]Data, error) {
	outputs := make([]Data, len(s.outputs))
	return outputs, s.RunInto(ctx, inputs, outputs)
}

// RunInto is Run for whoever knows how large outputs will be: one that has sizes is computed in its own memory, and it is
// an error if it comes out with others. One without sizes is allocated.
func (s *Session) RunInto(ctx context.Context, inputs, outputs []Data) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if len(inputs) != len(s.inputs) || len(outputs) != len(s.outputs) {
		return fmt.Errorf("run model: %d inputs and %d outputs given, not %d and %d", len(inputs), len(outputs),
			len(s.inputs), len(s.outputs))
	}
	options, err := ort.NewRunOptions()
	if err != nil {
		return fmt.Errorf("run model: %w", err)
	}
	defer func() { _ = options.Destroy() }()
	terminated := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(terminated)
		_ = options.Terminate()
	})
	defer func() {
		if !stop() {
			<-terminated // and so the options are no longer used
		}
	}()

	given, made := make([]ort.Value, len(inputs)), make([]ort.Value, len(outputs))
	defer func() {
		for _, v := range slices.Concat(given, made) {
			if v != nil {
				_ = v.Destroy()
			}
		}
	}()
	for i, in := range inputs {
		if given[i], err = in.value(s.inputs[i]); err != nil {
			return fmt.Errorf("run model: %w", err)
		}
	}
	for i, out := range outputs {
		if out.Dims == nil {
			continue
		}
		if made[i], err = out.value(s.outputs[i]); err != nil {
			return fmt.Errorf("run model: %w", err)
		}
	}
	if err := s.timed(func() error { return s.session.RunWithOptions(given, made, options) }); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("run model: %w", classify(err))
	}
	for i, v := range made {
		tensor, ok := v.(*ort.Tensor[float32])
		if !ok {
			return fmt.Errorf("run model: output %q is %T, not float32", s.outputs[i], v)
		}
		outputs[i] = Data{Dims: tensor.GetShape(), Floats: tensor.GetData()} // Go memory: it outlives the tensor
	}
	return nil
}

// timed counts the processor time of loading or of a run, which is all on one thread.
func (s *Session) timed(run func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	began := threadCPU()
	defer func() { s.cpu.Add(int64(threadCPU() - began)) }()
	return run()
}

func (d Data) value(name string) (ort.Value, error) {
	if err := d.check(name); err != nil {
		return nil, err
	}
	if d.Ints != nil {
		return ort.NewTensor(ort.NewShape(d.Dims...), d.Ints)
	}
	return ort.NewTensor(ort.NewShape(d.Dims...), d.Floats)
}

// Close frees the model. No Run may be under way.
func (s *Session) Close() error { return s.session.Destroy() }
