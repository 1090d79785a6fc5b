package httppiper

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/plain"
	"github.com/voicepress/voicepress/tts/internal/remote"
)

// The server takes texts at /synthesize from version 1.5, and at / before.
const pathNow, pathBefore = "/synthesize", "/"

// message is a request to the server.
type message struct {
	Text        string  `json:"text"`
	Voice       string  `json:"voice,omitempty"`
	Speaker     string  `json:"speaker,omitempty"`
	SpeakerID   *int    `json:"speaker_id,omitempty"`
	LengthScale float64 `json:"length_scale,omitempty"`
	NoiseScale  float64 `json:"noise_scale,omitempty"`
	NoiseWScale float64 `json:"noise_w_scale,omitempty"`
}

// voice is what the server tells of a voice: a part of the voice's own configuration.
type voice struct {
	Inference struct {
		LengthScale float64 `json:"length_scale"`
	} `json:"inference"`
	Speakers map[string]int `json:"speaker_id_map"`
}

// ask has the server say a request.
func (b *Backend) ask(ctx context.Context, r tts.Request) (audio.Clip, error) {
	m := message{
		Text:       plain.Unmarked(r.Text), // piper takes what is between double brackets for phonemes
		NoiseScale: b.options.NoiseScale, NoiseWScale: b.options.NoiseW, LengthScale: b.options.LengthScale,
	}
	if r.Voice != serverVoice {
		if err := b.choose(ctx, &m, r.Voice); err != nil {
			return audio.Clip{}, err
		}
	}
	if speed := r.Speed(); speed != 1 {
		m.LengthScale = cmp.Or(m.LengthScale, 1) / speed
	}
	path := pathNow
	if known := b.path.Load(); known != nil {
		path = *known
	}
	answer, err := b.client.Post(ctx, path, nil, m)
	if err != nil {
		return audio.Clip{}, err
	}
	if path == pathNow && (answer.Status == http.StatusNotFound || answer.Status == http.StatusMethodNotAllowed) {
		// Servers older still would read the JSON aloud; they have no list of voices.
		if _, err := b.list(ctx); err != nil {
			return audio.Clip{}, err
		}
		path = pathBefore
		if answer, err = b.client.Post(ctx, path, nil, m); err != nil {
			return audio.Clip{}, err
		}
	}
	if !answer.OK() {
		return audio.Clip{}, remote.Kind(answer.Status, answer.Header, errors.New(remote.Message(answer.Body)))
	}
	clip, err := remote.Sound(answer.Body, answer.Header.Get("Content-Type"), remote.Expect{})
	if err != nil {
		return audio.Clip{}, err
	}
	b.path.Store(&path)
	return clip, nil
}

// choose puts the voice of an ID into a message. A server that does not know a voice or a speaker says the text with
// another one and no complaint, so its list is asked first.
func (b *Backend) choose(ctx context.Context, m *message, id string) error {
	known, err := b.list(ctx)
	if err != nil {
		return err
	}
	name, speaker, several := strings.Cut(id, "#")
	v, ok := known[name]
	if !ok {
		v, ok = known[listed(name)]
	}
	if !ok {
		names := slices.Sorted(maps.Keys(known))
		return &tts.NoSuchVoice{
			Voice: id, Known: tts.Nearest(name, names, 8),
			Remedy: "choose one of the server's voices with --voice, or start it with --data-dir where the voice is",
		}
	}
	m.Voice = name
	m.LengthScale = cmp.Or(m.LengthScale, v.Inference.LengthScale)
	if !several {
		return nil
	}
	n, err := strconv.Atoi(speaker)
	switch _, ok := v.Speakers[speaker]; {
	case ok:
		m.Speaker = speaker
	case err == nil && n >= 0 && n < max(len(v.Speakers), 1):
		m.SpeakerID = &n
	default:
		var names []string
		for s := range v.Speakers {
			names = append(names, name+"#"+s)
		}
		slices.Sort(names)
		return &tts.NoSuchVoice{Voice: id, Known: tts.Nearest(id, names, 8), Remedy: "choose one of the voice's speakers with --voice NAME#SPEAKER"}
	}
	return nil
}

// listed is a voice's name as the server lists it: without the letters that it takes off together with the end of the
// file's name, all of ".onx" and "js", how many there may be.
func listed(name string) string { return strings.TrimRight(name, ".onxjs") }

// list asks the server for its voices, once.
func (b *Backend) list(ctx context.Context) (map[string]voice, error) {
	if known := b.voices.Load(); known != nil {
		return *known, nil
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.client.URL("/voices"), nil)
	if err != nil {
		return nil, fmt.Errorf("ask for the voices: %w", err)
	}
	answer, err := b.client.Do(ctx, request, remote.MaxBody)
	if err != nil {
		return nil, fmt.Errorf("ask for the voices: %w", err)
	}
	const remedy = "check that base_url is the address of an HTTP server of piper, version 1.3 or later"
	if answer.Status == http.StatusNotFound || answer.Status == http.StatusMethodNotAllowed {
		return nil, &tts.BadAnswer{Err: fmt.Errorf("the server has no list of voices: status %d", answer.Status), Remedy: remedy}
	}
	if !answer.OK() {
		return nil, fmt.Errorf("ask for the voices: %w", remote.Kind(answer.Status, answer.Header, errors.New(remote.Message(answer.Body))))
	}
	var known map[string]voice
	if err := json.Unmarshal(answer.Body, &known); err != nil || known == nil {
		return nil, &tts.BadAnswer{Err: fmt.Errorf("%q is no list of voices", remote.Message(answer.Body)), Remedy: remedy}
	}
	b.voices.Store(&known)
	return known, nil
}
