package pipeline_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/loudness"
	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

// Each test here, and each of their parts, is a mistake that another program for reading articles aloud was seen to make.
// Two more are tested where the page is fetched: that a bad certificate is an error
// (fetch.TestBrokenTLSAndClosedPortAreExplained), and that no address inside a network is read
// (fetch.TestLoopbackIsRefusedByNumberAndByName, fetch.TestOnlyPublicAddressesAreConnectedTo).

// said gives what is said of a paragraph, an utterance an entry.
func said(t *testing.T, language, text string) []string {
	t.Helper()
	a := &article.Article{Language: language, Blocks: []article.Block{{Kind: article.Paragraph, Text: text}}}
	s := settings()
	s.NoNotice = true
	sc, account, err := pipeline.Split(a, tts.Info{}, s)
	require.NoError(t, err)
	require.NoError(t, account.Balance())
	var all []string
	for _, u := range sc.Utterances {
		all = append(all, u.Spoken)
	}
	return all
}

func TestTrapsOfTheText(t *testing.T) {
	for _, tc := range []struct {
		trap, language, text string
		want                 []string
	}{
		{"Mrs. is no Mistress", "en", "Mrs. Hale met Mr. Lowe.", []string{"Misses Hale met Mister Lowe."}},
		{
			"St. is a saint before a name and a street behind one", "en", "St. Mary's church on Bond St. is open.",
			[]string{"Saint Mary's church on Bond Street is open."},
		},
		{
			"small words of other languages are no Roman numbers", "cs", "Řekl mi, že byl v Praze i v Brně, a já mu věřil.",
			[]string{"Řekl mi, že byl v Praze i v Brně, a já mu věřil."},
		},
		{"mix, I and a are no Roman numbers", "en", "I can mix a civic di and vi with lid.", []string{"I can mix a civic di and vi with lid."}},
		{"mA and mV are thousandths", "en", "It draws 5 mA at 3 mV.", []string{"It draws five milliamps at three millivolts."}},
		{
			"semicolons and colons end no sentence", "en", "She had one rule: never lie; she had broken it twice: in May and in June.",
			[]string{"She had one rule: never lie; she had broken it twice: in May and in June."},
		},
		{"a decimal is no footnote mark", "en", "They sold 3.5 million cars.", []string{"They sold three point five million cars."}},
		{"digits in words are no footnote marks", "en", "The H2O and the COVID19 tests are in.", []string{"The H two O and the COVID nineteen tests are in."}},
		{"a question gets no second stop", "en", "Did the council really do it?", []string{"Did the council really do it?"}},
		{"nor does one in quotation marks", "en", "He asked: “Did they really?”", []string{"He asked: “Did they really?”"}},
		{"a short question gets none when it is joined", "en", "Really? The whole council voted for it!", []string{"Really? The whole council voted for it!"}},
		{"initials end no sentence", "en", "It was James T. Kirk who spoke first.", []string{"It was James T Kirk who spoke first."}},
	} {
		t.Run(tc.trap, func(t *testing.T) { require.Equal(t, tc.want, said(t, tc.language, tc.text)) })
	}
}

func TestTrapLongTextIsNoError(t *testing.T) {
	sentence := "The council met on a Monday and agreed on a plan for the old harbour. "
	require.Len(t, said(t, "en", strings.TrimSpace(strings.Repeat(sentence, 2000))), 2000)
}

const trapPage = `<!DOCTYPE html><html lang="en"><head><title>Harbour plan agreed</title><script>var x = "script text"</script></head><body>
<nav><a href="/">Home page link</a> <a href="/sport">Sport page link</a></nav>
<article><h1>Harbour plan agreed</h1>
<p>The council agreed on Monday to rebuild the harbour wall, which a storm in March had broken in three places, and to pay for it at once.</p>
<div>Text that stands in a bare div says that caf&eacute;s on the quay, R&amp;D offices and Zo&#235;&#8217;s boatyard stay open while the work goes on.</div>
<blockquote>The quoted text in a block quote says that nobody on the quay has to move before the summer is over.</blockquote>
<table><tr><th>Part of the wall</th><th>Cost</th></tr><tr><td>North cell text</td><td>£2m</td></tr><tr><td>South cell text</td><td>£3m</td></tr></table>
<ul><li>The list item says that the north pier comes first.</li></ul>
<p>The last paragraph says that the work begins in May and that the ferry will land at the old pier until it is done.</p>
</article>
<footer>All rights reserved footer text. <a href="/privacy">Privacy link</a></footer></body></html>`

func TestTrapsOfThePage(t *testing.T) {
	a, err := article.Read([]byte(trapPage), article.Source{Name: "harbour.html"})
	require.NoError(t, err)
	var read, everything strings.Builder
	for _, b := range a.Blocks {
		read.WriteString(b.Text + "\n")
	}
	everything.WriteString(a.Title + "\n" + read.String())
	for _, b := range a.Skipped {
		everything.WriteString(b.Text + "\n")
	}
	t.Run("text in div, blockquote and li is read", func(t *testing.T) {
		for _, text := range []string{"stands in a bare div", "in a block quote", "The list item says"} {
			require.Contains(t, read.String(), text)
		}
	})
	t.Run("text in td is read or accounted for", func(t *testing.T) {
		for _, text := range []string{"North cell text", "£2m", "South cell text", "£3m"} {
			require.Contains(t, everything.String(), text)
		}
	})
	t.Run("entities keep their letters", func(t *testing.T) {
		require.Contains(t, read.String(), "cafés on the quay, R&D offices and Zoë’s boatyard")
	})
	t.Run("the whole page is not read", func(t *testing.T) {
		for _, text := range []string{"Home page link", "Sport page link", "footer text", "Privacy link", "script text"} {
			require.NotContains(t, read.String(), text)
		}
	})
	t.Run("the title is read once", func(t *testing.T) {
		require.NotContains(t, read.String(), "Harbour plan agreed")
		require.Equal(t, "Harbour plan agreed", a.Title)
	})
}

func TestTrapTheCaptionsCarryTheWordsOfTheArticle(t *testing.T) {
	a := &article.Article{Title: "A fee of £3m", Language: "en", Blocks: []article.Block{{
		Kind: article.Paragraph, Text: "Dr. Lowe’s plan “costs” £2.5m — or 7% of it, she said. Well, really, it doesn't.",
	}}}
	s := settings()
	s.NoNotice, s.Formats = true, []pipeline.Format{pipeline.WAV}
	_, dir := convert(t, open(t, fake.Options{}, s), a)
	var captions []string
	for _, line := range strings.Split(string(contents(t, dir)["story.vtt"]), "\n") {
		if line != "" && line != "WEBVTT" && !strings.Contains(line, "-->") {
			captions = append(captions, line)
		}
	}
	require.Equal(t, a.Title+" "+a.Blocks[0].Text, strings.Join(captions, " "), "nothing is rewritten")
}

// spoiled answers one request otherwise.
type spoiled struct {
	tts.Backend
	nth    func(tts.Request) bool
	answer func(*tts.Speech) (*tts.Speech, error)
}

func (s spoiled) Speak(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	speech, err := s.Backend.Speak(ctx, r)
	if err == nil && s.nth(r) {
		return s.answer(speech)
	}
	return speech, err
}

func TestTrapsOfTheVoice(t *testing.T) {
	third := func(r tts.Request) bool { return strings.Contains(r.Text, "three times") }
	broken := errors.New("the chunk cannot be decoded")
	for trap, answer := range map[string]func(*tts.Speech) (*tts.Speech, error){
		"an utterance that fails is not passed over":         func(*tts.Speech) (*tts.Speech, error) { return nil, broken },
		"an utterance without an answer is not left out":     func(*tts.Speech) (*tts.Speech, error) { return nil, nil },
		"a chunk that cannot be decoded is not passed over":  func(s *tts.Speech) (*tts.Speech, error) { s.Clip.Samples, s.Marks = nil, nil; return s, nil },
		"a chunk that cannot be decoded becomes no silence":  func(s *tts.Speech) (*tts.Speech, error) { clear(s.Clip.Samples); return s, nil },
		"a chunk that cannot be decoded becomes no noise":    func(s *tts.Speech) (*tts.Speech, error) { s.Clip.Samples[99] = float32(math.NaN()); return s, nil },
		"nor does one whose samples are beyond every number": func(s *tts.Speech) (*tts.Speech, error) { s.Clip.Samples[99] = float32(math.Inf(-1)); return s, nil },
		"a chunk without a rate is not guessed at":           func(s *tts.Speech) (*tts.Speech, error) { s.Clip.Rate = 0; return s, nil },
	} {
		t.Run(trap, func(t *testing.T) {
			backend, err := fake.New(fake.Options{})
			require.NoError(t, err)
			defer backend.Close()
			w, err := pipeline.New(t.Context(), spoiled{backend, third, answer}, settings(), discard)
			require.NoError(t, err)
			dir := t.TempDir()
			_, err = w.Convert(t.Context(), story(5), pipeline.Output{Dir: dir, Name: "story"}, pipeline.NoProgress{})
			require.ErrorContains(t, err, "sentence")
			require.Empty(t, contents(t, dir), "no file looks like a finished one")
		})
	}
}

func TestTrapEveryUtteranceIsInTheRecording(t *testing.T) {
	s := settings()
	s.Formats = []pipeline.Format{pipeline.WAV}
	backend := open(t, fake.Options{}, s)
	a := story(20)
	sc, _, err := pipeline.Split(a, tts.Info{}, s)
	require.NoError(t, err)
	r, dir := convert(t, backend, a)
	require.Equal(t, len(sc.Utterances), r.Utterances)
	require.Equal(t, r.Utterances, strings.Count(string(contents(t, dir)["story.vtt"]), " --> "))
}

// levels speaks each utterance as a tone, the loud ones at four times the amplitude of the others.
type levels struct{ tts.Backend }

func (l levels) Speak(_ context.Context, r tts.Request) (*tts.Speech, error) {
	amplitude := 0.05
	if strings.Contains(r.Text, "loud") {
		amplitude = 0.2
	}
	samples := make([]float32, 2*22050)
	for i := range samples {
		samples[i] = float32(amplitude * math.Sin(2*math.Pi*440*float64(i)/22050))
	}
	return &tts.Speech{Clip: audio.Clip{Samples: samples, Rate: 22050}}, nil
}

func TestTrapSentencesKeepTheirLevelsToEachOtherButForThreeDecibels(t *testing.T) {
	backend, err := fake.New(fake.Options{})
	require.NoError(t, err)
	defer backend.Close()
	s := settings()
	s.NoNotice, s.Formats = true, []pipeline.Format{pipeline.WAV}
	s.Pauses = script.Pauses{Sentence: time.Second}
	w, err := pipeline.New(t.Context(), levels{backend}, s, discard)
	require.NoError(t, err)
	dir := t.TempDir()
	a := &article.Article{Language: "en", Blocks: []article.Block{{Kind: article.Paragraph, Text: "This one is soft. This one is loud."}}}
	_, err = w.Convert(t.Context(), a, pipeline.Output{Dir: dir, Name: "story"}, pipeline.NoProgress{})
	require.NoError(t, err)
	file, err := os.Open(filepath.Join(dir, "story.wav"))
	require.NoError(t, err)
	defer file.Close()
	clip, err := wav.ReadAll(file, 1<<24)
	require.NoError(t, err)
	level := func(from, to float64) float64 {
		meter, err := loudness.NewMeter(clip.Rate, 1)
		require.NoError(t, err)
		meter.Write(clip.Samples[int(from*float64(clip.Rate)):int(to*float64(clip.Rate))])
		return meter.Integrated()
	}
	require.InDelta(t, 20*math.Log10(4)-3, level(3.2, 4.8)-level(0.2, 1.8), 0.2, "what is further off is meant to be")
}
