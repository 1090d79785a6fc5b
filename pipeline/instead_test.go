package pipeline_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/fallback"
)

// other is a backend of another name and voice, louder or softer, that remembers which articles it spoke.
type other struct {
	tts.Backend
	gain     float32
	strict   bool
	requests atomic.Int64
}

func (o *other) Info() tts.Info {
	info := o.Backend.Info()
	info.Name, info.NoticeRequired = "other", o.strict
	info.SourceType = disclosure.AlgorithmicMedia
	info.Voices = []tts.Voice{{ID: "otto", Language: "en-GB", Licence: "CC0-1.0"}}
	return info
}

func (o *other) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	o.requests.Add(1)
	if r.Voice != "otto" {
		return nil, &tts.NoSuchVoice{Voice: r.Voice, Known: []string{"otto"}}
	}
	r.Voice = "tones-fr"
	speech, err := o.Backend.Speak(ctx, r)
	if err == nil {
		for i := range speech.Clip.Samples {
			speech.Clip.Samples[i] *= o.gain
		}
	}
	return speech, err
}

// openTwo is a worker whose first backend fails as told.
func openTwo(t testing.TB, s pipeline.Settings, o fallback.Options, second *other, failures ...fake.Failure) *pipeline.Worker {
	t.Helper()
	first, err := fake.New(fake.Options{Failures: failures})
	require.NoError(t, err)
	if second.Backend == nil {
		second.Backend, err = fake.New(fake.Options{})
		require.NoError(t, err)
	}
	if second.gain == 0 {
		second.gain = 1
	}
	o.Backend = "other"
	if o.On == nil {
		o.On = []string{"temporary"}
	}
	b := fallback.Wrap(first, func(context.Context) (tts.Backend, error) { return second, nil }, o, discard)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	s.Fallback = b
	w, err := pipeline.New(t.Context(), b, s, discard)
	require.NoError(t, err)
	return w
}

func accountOf(t testing.TB, dir string) script.Account {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, "story.account.json"))
	require.NoError(t, err)
	defer file.Close()
	acc, err := script.ReadAccount(file)
	require.NoError(t, err)
	return acc
}

// TestArticleHasOneVoiceWhereverTheFirstFails is a property over the request that fails.
func TestArticleHasOneVoiceWhereverTheFirstFails(t *testing.T) {
	a := story(3) // 7 utterances
	alone := func() *pipeline.Worker {
		backend, err := fake.New(fake.Options{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, backend.Close()) })
		w, err := pipeline.New(t.Context(), &other{Backend: backend, gain: 1}, settings(), discard)
		require.NoError(t, err)
		return w
	}
	_, dir := convert(t, alone(), a)
	want := contents(t, dir)["story.words.json"]
	for nth := 1; nth <= 8; nth++ {
		s := settings()
		s.Jobs = 1 + nth%3
		second := &other{}
		r, dir := convert(t, openTwo(t, s, fallback.Options{}, second, fake.Failure{Nth: nth, Kind: "temporary"}), a)
		sidecar, acc := sidecarOf(t, dir), accountOf(t, dir)
		if nth == 8 { // there is no such request
			require.Zero(t, second.requests.Load())
			require.Equal(t, "fake", sidecar.Engine.Name)
			require.Nil(t, sidecar.InsteadOf)
			require.Nil(t, acc.Voices)
			require.Empty(t, r.Warnings)
			break
		}
		require.EqualValues(t, r.Utterances, second.requests.Load(), "the whole of it, once")
		require.Equal(t, want, contents(t, dir)["story.words.json"], "as the second alone speaks it")
		require.Equal(t, "other", sidecar.Engine.Name)
		require.Equal(t, disclosure.Voice{ID: "otto", Language: "en-GB", Licence: "CC0-1.0"}, sidecar.Voice)
		require.Equal(t, disclosure.AlgorithmicMedia.URI(), sidecar.DigitalSourceType)
		require.Contains(t, sidecar.Audible.Text, "computer-generated", "the notice is that of the voice that speaks")
		require.Equal(t, &disclosure.InsteadOf{Engine: "fake", Why: "temporary"}, sidecar.InsteadOf)
		require.Empty(t, sidecar.Speakers)
		require.Equal(t, []script.VoiceAccount{{Engine: "other", Voice: "otto", InsteadOf: "fake", Why: "temporary", Utterances: r.Utterances}}, acc.Voices)
		require.Len(t, r.Warnings, 1)
		require.Contains(t, r.Warnings[0], "fake failed (")
		require.Contains(t, r.Warnings[0], "spoken by other, voice otto")
		require.Equal(t, "otto", r.Voice)
	}
}

func TestLaterArticlesGoToTheSecondUntilTheFirstIsAskedAgain(t *testing.T) {
	second := &other{}
	w := openTwo(t, settings(), fallback.Options{AgainAfter: time.Hour}, second, fake.Failure{Nth: 1, Kind: "temporary"})
	for range 2 {
		r, _ := convert(t, w, story(1))
		require.Equal(t, "otto", r.Voice)
	}
	w = openTwo(t, settings(), fallback.Options{}, &other{}, fake.Failure{Nth: 1, Kind: "temporary"})
	for _, voice := range []string{"otto", "tones-en"} {
		r, _ := convert(t, w, story(1))
		require.Equal(t, voice, r.Voice)
	}
}

func TestWhatTheSecondMadeIsUpToDate(t *testing.T) {
	a, second := story(1), &other{}
	w := openTwo(t, settings(), fallback.Options{}, second, fake.Failure{Nth: 1, Kind: "temporary"})
	_, dir := convert(t, w, a)
	out := pipeline.Output{Dir: dir, Name: "story"}
	made := second.requests.Load()
	r, ok := w.UpToDate(a, out)
	require.True(t, ok)
	require.Equal(t, "otto", r.Voice)
	require.Equal(t, made, second.requests.Load())
	_, ok = w.UpToDate(story(2), out)
	require.False(t, ok, "it is of another article")
	_, ok = open(t, fake.Options{}, settings()).UpToDate(a, out)
	require.False(t, ok, "without the fallback it is no longer what was asked for")

	_, dir = convert(t, w, a) // the first speaks again
	r, ok = w.UpToDate(a, pipeline.Output{Dir: dir, Name: "story"})
	require.True(t, ok)
	require.Equal(t, "tones-en", r.Voice)
}

func TestMidArticleBothVoicesAreNamedWithTheirTimes(t *testing.T) {
	second := &other{gain: 0.1} // 20 dB softer
	s := settings()
	s.Jobs = 1
	w := openTwo(t, s, fallback.Options{MidArticle: true}, second, fake.Failure{Nth: 4, Kind: "temporary"}, fake.Failure{Nth: 5, Kind: "temporary"})
	a := story(9)
	r, dir := convert(t, w, a)
	require.EqualValues(t, 2, second.requests.Load())
	sidecar, acc := sidecarOf(t, dir), accountOf(t, dir)
	require.Equal(t, "fake", sidecar.Engine.Name)
	require.Equal(t, disclosure.TrainedAlgorithmicMedia.URI(), sidecar.DigitalSourceType)
	require.Len(t, sidecar.Speakers, 2)
	require.Equal(t, "tones-en", sidecar.Speakers[0].Voice.ID)
	require.Equal(t, r.Utterances-2, sidecar.Speakers[0].Utterances)
	require.Len(t, sidecar.Speakers[0].Spans, 2)
	otto := sidecar.Speakers[1]
	require.Equal(t, "otto", otto.Voice.ID)
	require.Equal(t, disclosure.Formant, otto.Engine.Kind)
	require.Len(t, otto.Spans, 1, "two sentences, one after the other")
	require.Greater(t, otto.Spans[0][0], sidecar.Speakers[0].Spans[0][1])
	require.Less(t, otto.Spans[0][1], sidecar.Speakers[0].Spans[1][0])
	require.Contains(t, strings.Join(sidecar.Edits, "\n"), "2 by other, otto")
	require.Len(t, acc.Voices, 2)
	require.Equal(t, "fake", acc.Voices[1].InsteadOf)
	require.Len(t, acc.Voices[1].Parts, 2)
	require.NoError(t, acc.Balance())
	require.Contains(t, strings.Join(r.Warnings, "\n"), "the voice changes: 2 of "+fmt.Sprint(r.Utterances))

	// The second voice is as loud as the first.
	samples := play(t, filepath.Join(dir, "story.mp3"), 22050)
	level := func(span [2]int64) float64 {
		energy, part := 0.0, samples[span[0]*22050/1000:span[1]*22050/1000]
		for _, x := range part {
			energy += float64(x) * float64(x)
		}
		return energy / float64(len(part))
	}
	ratio := level(otto.Spans[0]) / level(sidecar.Speakers[0].Spans[1])
	require.InDelta(t, 1, ratio, 0.5, "of energies; 20 dB would be 0.01")

	report, err := disclosure.Verifier{}.Verify(t.Context(), filepath.Join(dir, "story.mp3"))
	require.NoError(t, err)
	require.True(t, report.OK())
}

func TestBothFailingIsTheErrorOfBoth(t *testing.T) {
	inner, err := fake.New(fake.Options{Failures: []fake.Failure{{Nth: 3, Kind: "refused"}}})
	require.NoError(t, err)
	w := openTwo(t, settings(), fallback.Options{}, &other{Backend: inner}, fake.Failure{Nth: 2, Kind: "temporary"})
	dir := t.TempDir()
	_, err = w.Convert(t.Context(), story(2), pipeline.Output{Dir: dir, Name: "story"}, pipeline.NoProgress{})
	require.ErrorContains(t, err, "fake failed (")
	require.ErrorContains(t, err, "and so did other")
	require.ErrorAs(t, err, new(*tts.Refused))
	require.NotErrorAs(t, err, new(*tts.Temporary))
	require.Empty(t, contents(t, dir))
}

func TestNoticeStaysWhereEitherBackendAsksForIt(t *testing.T) {
	s := settings()
	s.NoNotice = true
	first, err := fake.New(fake.Options{})
	require.NoError(t, err)
	inner, err := fake.New(fake.Options{})
	require.NoError(t, err)
	b := fallback.Wrap(first, func(context.Context) (tts.Backend, error) { return &other{Backend: inner, gain: 1, strict: true}, nil },
		fallback.Options{Backend: "other"}, discard)
	defer b.Close()
	s.Fallback = b
	_, err = pipeline.New(t.Context(), b, s, discard)
	var notice *pipeline.NoticeError
	require.ErrorAs(t, err, &notice)
	require.Equal(t, "other", notice.Backend)
	s.NoNotice = false
	_, err = pipeline.New(t.Context(), b, s, discard)
	require.NoError(t, err)
}

func TestStreamGoesToTheSecondBeforeItIsHeardAndNotAfter(t *testing.T) {
	s := settings()
	s.Jobs = 1
	l := newListener()
	w := openTwo(t, s, fallback.Options{}, &other{}, fake.Failure{Nth: 1, Kind: "temporary"})
	r, err := w.Convert(t.Context(), story(2), pipeline.Output{Stream: l}, pipeline.NoProgress{})
	require.NoError(t, err)
	require.Equal(t, "otto", r.Voice)
	require.Contains(t, string(l.first), "otto")

	l = newListener()
	second := &other{}
	w = openTwo(t, s, fallback.Options{}, second, fake.Failure{Nth: 9, Kind: "temporary"})
	_, err = w.Convert(t.Context(), story(12), pipeline.Output{Stream: l}, pipeline.NoProgress{})
	require.ErrorContains(t, err, "the stream is not whole")
	require.ErrorAs(t, err, new(*tts.Temporary))
	require.Zero(t, second.requests.Load(), "what was heard cannot be taken back")
}

func TestProgressOfAnArticleStartsOnce(t *testing.T) {
	p := &beginnings{}
	w := openTwo(t, settings(), fallback.Options{}, &other{}, fake.Failure{Nth: 2, Kind: "temporary"})
	_, err := w.Convert(t.Context(), story(2), pipeline.Output{Dir: t.TempDir(), Name: "story"}, p)
	require.NoError(t, err)
	require.Equal(t, 1, p.n)
}

type beginnings struct {
	pipeline.NoProgress
	n int
}

func (s *beginnings) Start(*article.Article, int) { s.n++ }

// charged is a backend that costs a cent a request.
type charged struct{ tts.Backend }

func (c charged) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	speech, err := c.Backend.Speak(ctx, r)
	if err == nil {
		speech.Bill = tts.Bill{Requests: 1, Characters: len(r.Text), USD: 0.01}
	}
	return speech, err
}

func TestWhatTheFirstSpentOnTheArticleIsCounted(t *testing.T) {
	first, err := fake.New(fake.Options{Failures: []fake.Failure{{Nth: 4, Kind: "temporary"}}})
	require.NoError(t, err)
	inner, err := fake.New(fake.Options{})
	require.NoError(t, err)
	s := settings()
	s.Jobs = 1
	b := fallback.Wrap(charged{first}, func(context.Context) (tts.Backend, error) { return &other{Backend: charged{inner}, gain: 1}, nil },
		fallback.Options{Backend: "other", On: []string{"temporary"}}, discard)
	defer b.Close()
	s.Fallback = b
	w, err := pipeline.New(t.Context(), b, s, discard)
	require.NoError(t, err)
	r, _ := convert(t, w, story(2))
	require.Equal(t, r.Utterances+3, r.Usage.Requests, "three by the first, then all")
}

func TestSecondSaysTheNoticeBeforeOtherAudio(t *testing.T) {
	inner, err := fake.New(fake.Options{})
	require.NoError(t, err)
	first, err := fake.New(fake.Options{Failures: []fake.Failure{{Nth: 2, Kind: "temporary"}}})
	require.NoError(t, err)
	second := &other{Backend: inner, gain: 1}
	b := fallback.Wrap(first, func(context.Context) (tts.Backend, error) { return second, nil },
		fallback.Options{Backend: "other", On: []string{"temporary"}}, discard)
	defer b.Close()
	d := discloser(t, "")
	d.Announcer = &pipeline.Announcer{Backend: b, Settings: settings(), Log: discard}
	r, err := d.Disclose(t.Context(), pipeline.Existing{Path: filepath.Join(archive(t, "a.mp3"), "a.mp3")}, pipeline.Output{Dir: t.TempDir()})
	require.NoError(t, err)
	require.True(t, r.NoticeSpoken)
	require.Positive(t, second.requests.Load())
}
