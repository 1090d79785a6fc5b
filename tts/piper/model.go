package piper

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicepress/voicepress/tts/onnx"
)

// patchRevision goes into the fingerprint. It changes whenever an edit of the graph, or how noise is made or fed,
// changes.
const patchRevision = "1"

const (
	// windowFrames is how many frames the upper decoder computes at once, without the halo. Measured with two at once
	// on two cores of 1 MB L2 cache each: 64 to 128 frames cost 0.39 ms a frame, 200 and more 0.45 to 0.48 ms.
	windowFrames = 96
	// mostFrames bounds an utterance: over two minutes at 22,050 Hz.
	mostFrames = 12000
	// latentChannels is the number of channels of the latent sound in every size of Piper's models. A wrong guess costs
	// one run.
	latentChannels = 192
)

// model is a voice's network, bent to our needs as far as its graph allows. Once loaded it is safe for concurrent use.
type model struct {
	graph     *onnx.Model   // until it is loaded
	inputs    []string      // in the order in which run gives them
	outputs   []*onnx.Value // the sound, and the durations if the network tells them
	first     *onnx.Session // the whole network, or without the decoder
	lower     *onnx.Session // with dec only
	upper     *onnx.Session // with dec only
	dec       *decoder      // nil when the decoder is not split off
	hop       int           // samples a frame
	speakers  bool          // there is an input for the speaker
	noise     bool          // the noise is an input
	durations bool          // the durations are an output
	missing   []error       // edits that could not be made, all of them once it is loaded
	scratch   sync.Pool     // of *scratch
}

// scratch is what a run needs beside what it returns. It is used again, because it would be megabytes of garbage a
// sentence.
type scratch struct{ durationNoise, latentNoise, cut, window, samples []float32 }

// room is buf, or a larger one, with length n. What is in it is left over from before.
func room(buf *[]float32, n int) []float32 {
	*buf = slices.Grow((*buf)[:0], n)[:n]
	return *buf
}

// utterance is what the network says.
type utterance struct {
	ids                             []int64
	speaker                         int64
	noiseScale, lengthScale, noiseW float32
	durationNoise, latentNoise      func(dst []float32) // give the first numbers
}

// sound is what the network makes of an utterance.
type sound struct {
	samples []float32
	frames  []float32 // for each id; nil if the network does not tell
}

// newModel takes a voice's network apart and makes the edits that decide what it can tell; load does the rest.
func newModel(file []byte, hop int) (*model, error) {
	graph, err := onnx.Parse(file)
	if err != nil {
		return nil, err
	}
	m := &model{hop: hop, graph: graph, outputs: graph.Outputs[:min(1, len(graph.Outputs))]}
	if m.inputs, err = m.checkInterface(graph); err != nil {
		return nil, err
	}
	if name, err := durationsName(graph); err != nil {
		m.missing = append(m.missing, err)
	} else {
		m.durations = true
		m.outputs = append(m.outputs, onnx.Output(name))
	}
	if names, err := feedNoise(graph); err != nil {
		m.missing = append(m.missing, err)
	} else {
		m.noise = true
		m.inputs = append(m.inputs, names...)
	}
	return m, nil
}

// load splits the decoder off and loads the parts. The bytes of the file are not needed afterwards.
func (m *model) load(rt *onnx.Runtime) (err error) {
	graph, outputs := m.graph, m.outputs
	m.graph, m.outputs = nil, nil // they hold the bytes of the file
	if m.dec, err = splitDecoder(graph); err != nil {
		m.missing = append(m.missing, err)
	} else if m.dec.stepsAFrame*m.dec.hop != m.hop {
		m.missing = append(m.missing, fmt.Errorf("decoder: %d samples a frame, not the %d of the configuration: %w",
			m.dec.stepsAFrame*m.dec.hop, m.hop, errGraph))
		m.dec = nil
	}
	var group errgroup.Group
	level := onnx.OptimiseAll
	if m.dec != nil {
		// The first output is the sound; in its place come the tensors that the decoder needs.
		latent := make([]*onnx.Value, 0, 3)
		for _, name := range m.dec.inputs {
			latent = append(latent, onnx.Output(name))
		}
		outputs = append(latent, outputs[1:]...)
		level = onnx.OptimiseNothing // measured: no slower, and loads in a third of the time
		group.Go(func() (err error) {
			m.lower, err = openPart(rt, m.dec.lower, m.dec.inputs, onnx.OptimiseAll)
			return err
		})
		group.Go(func() (err error) {
			m.upper, err = openPart(rt, m.dec.upper, []string{m.dec.cut}, onnx.OptimiseAll)
			return err
		})
	}
	group.Go(func() error {
		part, err := graph.Part(graph.Inputs, outputs)
		if err != nil {
			return err
		}
		m.first, err = openPart(rt, part, m.inputs, level)
		return err
	})
	if err := group.Wait(); err != nil {
		return errors.Join(err, m.close())
	}
	if m.dec != nil { // and so with it the file
		m.dec.lower, m.dec.upper = nil, nil
	}
	return nil
}

func openPart(rt *onnx.Runtime, part *onnx.Model, inputs []string, level onnx.Optimisation) (*onnx.Session, error) {
	outputs := make([]string, len(part.Outputs))
	for i, v := range part.Outputs {
		outputs[i] = v.Name
	}
	return rt.NewSession(part.Encode(), inputs, outputs, level)
}

// checkInterface refuses a network that is not a Piper voice, and returns the names of its inputs in the order in which
// run gives them.
func (m *model) checkInterface(graph *onnx.Model) ([]string, error) {
	names := []string{"input", "input_lengths", "scales"}
	for _, in := range graph.Inputs {
		if in.Name == "sid" {
			m.speakers = true
			names = append(names, "sid")
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(graph.Inputs, func(v *onnx.Value) bool { return v.Name == name }) {
			return nil, fmt.Errorf("it is not a Piper voice: it has no input %q", name)
		}
	}
	if len(graph.Inputs) != len(names) || len(graph.Outputs) == 0 {
		return nil, fmt.Errorf("it is not a Piper voice: it has %d inputs and %d outputs", len(graph.Inputs),
			len(graph.Outputs))
	}
	return names, nil
}

// close frees the network. No run may be under way.
func (m *model) sessions() []*onnx.Session {
	return slices.DeleteFunc([]*onnx.Session{m.first, m.lower, m.upper}, func(s *onnx.Session) bool { return s == nil })
}

func (m *model) close() error {
	var errs []error
	for _, s := range m.sessions() {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// cpuTime is the processor time that the network took so far.
func (m *model) cpuTime() time.Duration {
	var total time.Duration
	for _, s := range m.sessions() {
		total += s.CPUTime()
	}
	return total
}

// run says an utterance. Errors are the cause of ctx, or permanent: when the sound is not as long as the durations say,
// or is not a number somewhere.
func (m *model) run(ctx context.Context, u utterance) (sound, error) {
	inputs := []onnx.Data{
		{Dims: []int64{1, int64(len(u.ids))}, Ints: u.ids},
		{Dims: []int64{1}, Ints: []int64{int64(len(u.ids))}},
		{Dims: []int64{3}, Floats: []float32{u.noiseScale, u.lengthScale, u.noiseW}},
	}
	if m.speakers {
		inputs = append(inputs, onnx.Data{Dims: []int64{1}, Ints: []int64{u.speaker}})
	}
	buf, _ := m.scratch.Get().(*scratch)
	if buf == nil {
		buf = &scratch{}
	}
	defer m.scratch.Put(buf)
	outputs, err := m.runFirst(ctx, inputs, u, buf)
	if err != nil {
		return sound{}, err
	}
	var s sound
	if m.durations {
		s.frames = outputs[len(outputs)-1].Floats
		outputs = outputs[:len(outputs)-1]
	}
	if m.dec == nil {
		s.samples = outputs[0].Floats
	} else if s.samples, err = m.decode(ctx, outputs, buf); err != nil {
		return sound{}, err
	}
	return s, s.check(len(u.ids), m.hop)
}

// runFirst runs the network with as much noise as it turns out to need: how much depends on the durations, which it
// computes itself. The durations of an id are 2 frames in the mean (measured: 2.15).
func (m *model) runFirst(ctx context.Context, inputs []onnx.Data, u utterance, buf *scratch) ([]onnx.Data, error) {
	if !m.noise {
		return m.first.Run(ctx, inputs)
	}
	durationNoise := room(&buf.durationNoise, 2*len(u.ids))
	u.durationNoise(durationNoise)
	frames := min(mostFrames, 100+int(4*float64(len(u.ids))*float64(u.lengthScale)))
	for {
		latentNoise := room(&buf.latentNoise, frames*latentChannels)
		u.latentNoise(latentNoise)
		outputs, err := m.first.Run(ctx, append(inputs,
			onnx.Data{Dims: []int64{int64(len(durationNoise))}, Floats: durationNoise},
			onnx.Data{Dims: []int64{int64(len(latentNoise))}, Floats: latentNoise}))
		if !errors.Is(err, onnx.ErrTooSmall) {
			return outputs, err
		}
		if frames == mostFrames {
			return nil, fmt.Errorf("the speech is longer than %d frames", mostFrames)
		}
		frames = min(mostFrames, 2*frames)
	}
}

// decode turns the latent sound into samples: the lower half at once, the upper half window by window.
func (m *model) decode(ctx context.Context, latent []onnx.Data, buf *scratch) ([]float32, error) {
	if len(latent[0].Dims) != 3 {
		return nil, fmt.Errorf("the latent sound has %d dimensions, not 3", len(latent[0].Dims))
	}
	steps, channels := int(latent[0].Dims[2])*m.dec.stepsAFrame, m.dec.channels
	whole := room(&buf.cut, channels*steps)
	if err := m.lower.RunInto(ctx, latent, []onnx.Data{{Dims: []int64{1, int64(channels), 1, int64(steps)}, Floats: whole}}); err != nil {
		return nil, err
	}
	windows := max(1, (steps+windowFrames*m.dec.stepsAFrame/2)/(windowFrames*m.dec.stepsAFrame))
	samples := make([]float32, 0, steps*m.dec.hop)
	for w := range windows {
		from, to := steps*w/windows, steps*(w+1)/windows
		before, after := max(0, from-m.dec.halo), min(steps, to+m.dec.halo)
		in := room(&buf.window, channels*(after-before))
		for c := range channels {
			copy(in[c*(after-before):], whole[c*steps+before:c*steps+after])
		}
		out := room(&buf.samples, (after-before)*m.dec.hop)
		err := m.upper.RunInto(ctx,
			[]onnx.Data{{Dims: []int64{1, int64(channels), 1, int64(after - before)}, Floats: in}},
			[]onnx.Data{{Dims: []int64{1, int64(len(out) / m.dec.block), 1, int64(m.dec.block)}, Floats: out}})
		if err != nil {
			return nil, err
		}
		samples = append(samples, out[(from-before)*m.dec.hop:(to-before)*m.dec.hop]...)
	}
	return samples, nil
}

// check holds the durations against the samples. The sum is what the network itself made the sound from, so anything
// else means that the graph was misread.
func (s sound) check(ids, hop int) error {
	if s.frames != nil {
		if len(s.frames) != ids {
			return fmt.Errorf("the voice gave %d durations for %d ids", len(s.frames), ids)
		}
		sum := 0.0
		for _, f := range s.frames {
			if !(f >= 0 && f <= mostFrames) {
				return fmt.Errorf("the voice gave a duration of %v frames", f)
			}
			sum += float64(f)
		}
		if sum*float64(hop) != float64(len(s.samples)) {
			return fmt.Errorf("the voice gave %d samples for %v frames of %d", len(s.samples), sum, hop)
		}
	}
	if i := slices.IndexFunc(s.samples, func(v float32) bool { return math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) }); i >= 0 {
		return fmt.Errorf("the voice gave %v as sample %d", s.samples[i], i)
	}
	return nil
}
