package pipeline_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/fake"
)

// words is what NAME.words.json holds.
type words struct {
	Words []struct {
		Block      int
		Start, End int
		Word       string
		From       int64 `json:"start_ms"`
		To         int64 `json:"end_ms"`
	}
	Sentences []struct {
		Block int
		From  int64 `json:"start_ms"`
		To    int64 `json:"end_ms"`
	}
}

func wordsOf(t testing.TB, files map[string][]byte) words {
	t.Helper()
	var w words
	require.NoError(t, json.Unmarshal(files["story.words.json"], &w))
	return w
}

// starts are the times at which the cues of a WebVTT or SubRip file begin, in ms.
func starts(t testing.TB, file []byte) []int64 {
	t.Helper()
	var list []int64
	for _, m := range regexp.MustCompile(`(?m)^(\d+):(\d\d):(\d\d)[.,](\d{3}) --> `).FindAllSubmatch(file, -1) {
		ms := int64(0)
		for i, unit := range []int64{3_600_000, 60_000, 1000, 1} {
			n, err := strconv.ParseInt(string(m[i+1]), 10, 64)
			require.NoError(t, err)
			ms += n * unit
		}
		list = append(list, ms)
	}
	return list
}

// clicks says every word as a burst of a tone, so that it can be heard when it begins.
type clicks struct{ tts.Backend }

const (
	clickRate = 16000
	burst     = 200 * time.Millisecond
	gap       = 400 * time.Millisecond
)

func (c clicks) Info() tts.Info {
	info := c.Backend.Info()
	info.SampleRate = clickRate
	return info
}

func (clicks) Speak(_ context.Context, r tts.Request) (*tts.Speech, error) {
	speech := &tts.Speech{Clip: audio.Clip{Rate: clickRate}}
	for _, at := range regexp.MustCompile(`[\pL\pN]+`).FindAllStringIndex(r.Text, -1) {
		if n := len(speech.Clip.Samples); n > 0 {
			speech.Clip.Samples = append(speech.Clip.Samples, make([]float32, audio.Samples(gap, clickRate))...)
		}
		from := len(speech.Clip.Samples)
		for i := range audio.Samples(burst, clickRate) {
			speech.Clip.Samples = append(speech.Clip.Samples, float32(0.3*math.Sin(2*math.Pi*1000*float64(i)/clickRate)))
		}
		speech.Marks = append(speech.Marks, tts.Mark{Kind: tts.TimingWord, Start: at[0], End: at[1], From: from, To: len(speech.Clip.Samples)})
	}
	return speech, nil
}

// onsets are when sound begins after silence, in ms, from a sample on.
func onsets(samples []float32, rate, from int) []float64 {
	var list []float64
	silent := 0
	for i := from; i < len(samples); i++ {
		switch x := max(samples[i], -samples[i]); {
		case x < 0.01:
			silent++
		case x > 0.05:
			if silent > rate/20 {
				list = append(list, float64(i)/float64(rate)*1000)
			}
			silent = 0
		}
	}
	return list
}

// count is an article of so many words, ten a sentence and a hundred a paragraph, with a heading before each thousand.
func count(n int) *article.Article {
	a := &article.Article{Title: "All words", Language: "en"}
	var text []string
	for i := range n {
		word := []string{"harbour", "council", "tunnel", "ferry", "bridge", "voters"}[i%6]
		switch i % 10 {
		case 0:
			word = strings.ToUpper(word[:1]) + word[1:]
		case 9:
			word += "."
		}
		text = append(text, word)
		if i%1000 == 0 {
			a.Blocks = append(a.Blocks, article.Block{Kind: article.Heading, Level: 2, Text: fmt.Sprintf("Part %d", i/1000+1)})
		}
		if i%100 == 99 || i == n-1 {
			a.Blocks = append(a.Blocks, article.Block{Kind: article.Paragraph, Text: strings.Join(text, " ")})
			text = nil
		}
	}
	return a
}

// After an hour the times in the files are still those of the sound that a listener gets.
func TestTimesAreRightAtTheEndOfAnHour(t *testing.T) {
	n := 6000
	if testing.Short() {
		n /= 6 // ten minutes
	}
	s := settings()
	s.Formats, s.Timings, s.Reminder = []pipeline.Format{pipeline.MP3, pipeline.WAV}, pipeline.Timings(), 15*time.Minute
	s.Mastering.SampleRate = clickRate
	backend, err := fake.New(fake.Options{})
	require.NoError(t, err)
	defer backend.Close()
	w, err := pipeline.New(t.Context(), clicks{backend}, s, discard)
	require.NoError(t, err)
	r, dir := convert(t, w, count(n))
	if !testing.Short() {
		require.Greater(t, r.Duration, time.Hour)
	}
	files := contents(t, dir)
	said := wordsOf(t, files)

	fromMP3, rate := decode(t, dir+"/story.mp3")
	require.Equal(t, clickRate, rate)
	reader, err := wav.NewReader(bytes.NewReader(files["story.wav"]))
	require.NoError(t, err)
	fromWAV, err := audio.ReadAll(reader, clickRate, 1<<30)
	require.NoError(t, err)
	for name, samples := range map[string][]float32{"mp3": fromMP3, "wav": fromWAV.Samples} {
		end := len(samples) * 1000 / clickRate
		heard := onsets(samples, clickRate, len(samples)-60*clickRate)
		require.Greater(t, len(heard), 80)
		worst := 0.0
		off := func(ms int64) float64 {
			best := math.Inf(1)
			for _, h := range heard {
				best = min(best, math.Abs(h-float64(ms)))
			}
			return best
		}
		checked := 0
		for _, word := range said.Words {
			if word.From > int64(end-58_000) {
				checked++
				worst = max(worst, off(word.From))
			}
		}
		require.InDelta(t, len(heard), checked, 4, "a word is a sound")
		for _, file := range []string{"story.vtt", "story.srt", "story.words.vtt"} {
			for _, at := range starts(t, files[file]) {
				if at > int64(end-58_000) {
					checked++
					worst = max(worst, off(at))
				}
			}
		}
		t.Logf("%s: %v of sound, %d times, at most %.1f ms off", name, r.Duration, checked, worst)
		require.LessOrEqual(t, worst, 20.0)
	}
	require.Len(t, sidecarOf(t, dir).Audible.Reminders, int(r.Duration/(15*time.Minute+20*time.Second)))
}

func TestNoticeIsHeardAgainAtParagraphEdges(t *testing.T) {
	s := settings()
	s.Formats, s.Timings = []pipeline.Format{pipeline.WAV}, pipeline.Timings()
	s.Mastering.SampleRate, s.Reminder = clickRate, time.Minute
	a := count(1500)
	w := open(t, fake.Options{}, s)
	r, dir := convert(t, w, a)
	files, sidecar := contents(t, dir), sidecarOf(t, dir)
	said := wordsOf(t, files)
	reader, err := wav.NewReader(bytes.NewReader(files["story.wav"]))
	require.NoError(t, err)
	sound, err := audio.ReadAll(reader, clickRate, 1<<30)
	require.NoError(t, err)

	// The first paragraph edge after a minute without the notice, each time: ends of blocks that are not headings.
	var want []int64
	last := sidecar.Audible.End
	for i, x := range said.Sentences[1:] {
		before := said.Sentences[i]
		if before.Block == -2 || x.Block != -2 || x.From < sidecar.Audible.End {
			continue
		}
		require.Equal(t, article.Paragraph, a.Blocks[before.Block].Kind)
		require.GreaterOrEqual(t, x.From-last, time.Minute.Milliseconds())
		require.LessOrEqual(t, x.From-last, 2*time.Minute.Milliseconds(), "no paragraph is as long as a minute")
		want = append(want, x.From)
		for _, y := range said.Sentences {
			if y.Block == -2 && y.From >= x.From && y.From < x.From+sidecar.Audible.End {
				last = y.To
			}
		}
	}
	require.Len(t, sidecar.Audible.Reminders, len(want))
	for i, at := range want {
		require.InDelta(t, at, sidecar.Audible.Reminders[i], 1)
	}
	require.Greater(t, len(want), 5)
	require.LessOrEqual(t, r.Duration-time.Duration(last)*time.Millisecond, 2*time.Minute, "to the end")

	// It is the same sound, and the files say its words.
	length := int(sidecar.Audible.End-sidecar.Audible.Start) * clickRate / 1000
	first := sound.Samples[int(sidecar.Audible.Start)*clickRate/1000:][:length]
	for _, at := range sidecar.Audible.Reminders {
		again := sound.Samples[int(at-1)*clickRate/1000:]
		best := 2.0
		for shift := range 3 * clickRate / 1000 { // times are whole milliseconds
			worst := 0.0
			for i := 0; i < length-shift; i += 97 {
				worst = max(worst, math.Abs(float64(first[i]-again[i+shift])))
				if worst > best {
					break
				}
			}
			best = min(best, worst)
		}
		require.Less(t, best, 0.01, "the notice at %d ms", at)
	}
	for _, name := range []string{"story.vtt", "story.srt", "story.words.vtt"} {
		text := regexp.MustCompile(`<[\d:.]+>`).ReplaceAllString(string(files[name]), "")
		require.Equal(t, 1+len(want), strings.Count(text, "Voice is AI-generated."), name)
	}
	require.Equal(t, 1+len(want), strings.Count(string(files["story.text.xhtml"]), `<p role="note"><span id="s`))
	require.Equal(t, len(said.Sentences), strings.Count(string(files["story.smil"]), "<par "))
	notices := 0
	for i, word := range said.Words {
		require.True(t, i == 0 || word.From >= said.Words[i-1].To)
		if word.Block == -2 && word.Word == "Voice" {
			notices++
		}
	}
	require.Equal(t, 1+len(want), notices)
	require.Len(t, sidecar.Chapters, 4, "a reminder is no chapter: the notice, the title, two parts")

	s.NoNotice = true
	_, dir = convert(t, open(t, fake.Options{}, s), a)
	require.Empty(t, sidecarOf(t, dir).Audible.Reminders)
	require.NotContains(t, string(contents(t, dir)["story.vtt"]), "Voice is AI-generated.")
}

func TestEveryParOfTheOverlayHasItsElement(t *testing.T) {
	a := &article.Article{
		Title: "R&D <in> the north", Language: "en", Blocks: []article.Block{
			{Kind: article.Heading, Level: 3, Text: "What now?"},
			{Kind: article.Paragraph, Text: "One sentence here. Another sentence there & a third <b>one</b>."},
			{Kind: article.Paragraph, Text: "* * *"},
			{Kind: article.Quote, Text: "I said so, and I meant it."},
			{Kind: article.ListItem, Number: 1, Text: "The first thing."},
			{Kind: article.ListItem, Number: 2, Text: "The second thing."},
			{Kind: article.ListItem, Text: "A thing without a number."},
		},
		Announced: []article.Announcement{{Kind: article.TableRow, Rows: 4, Before: 1}, {Kind: article.Code, Before: 1}, {Kind: article.Code, Before: 7}},
	}
	s := settings()
	s.Timings = pipeline.Timings()
	_, dir := convert(t, open(t, fake.Options{}, s), a)
	files := contents(t, dir)
	ids := regexp.MustCompile(`id="(s\d+)"`).FindAllStringSubmatch(string(files["story.text.xhtml"]), -1)
	refs := regexp.MustCompile(`story\.text\.xhtml#(s\d+)"`).FindAllStringSubmatch(string(files["story.smil"]), -1)
	require.Len(t, refs, len(ids))
	for i := range ids {
		require.Equal(t, ids[i][1], refs[i][1], "in the order of the sound")
	}
	decoder := xml.NewDecoder(bytes.NewReader(files["story.text.xhtml"]))
	var text strings.Builder
	var opened []string
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			opened = append(opened, token.Name.Local)
		case xml.CharData:
			text.Write(token)
		}
	}
	require.Equal(t, []string{
		"html", "head", "meta", "title", "body", "p", "span", "span", "h1", "span", "h3", "span", "p", "span", "p", "span",
		"p", "span", "span", "p", "blockquote", "p", "span", "ol", "li", "span", "li", "span", "ul", "li", "span", "p", "span",
	}, opened)
	for _, block := range a.Blocks {
		require.Contains(t, text.String(), "\n"+block.Text+"\n", "every byte of the article is there")
	}
	require.Contains(t, text.String(), "Table with 4 rows, not read.")
	require.Contains(t, string(files["story.text.xhtml"]), `<p role="note"><span id="s1">Voice is AI-generated.</span> <span id="s2">`)
}

func TestOnlyTheTimingsThatAreAskedForAreWritten(t *testing.T) {
	s := settings()
	s.Formats = []pipeline.Format{pipeline.WAV}
	for timings, want := range map[string][]string{
		"": nil, "srt": {"srt"}, "vtt srt": {"vtt", "srt"}, "smil": {"smil", "text.xhtml"},
		"chapters vtt-words": {"chapters.json", "words.vtt"},
	} {
		s.Timings = nil
		for _, name := range strings.Fields(timings) {
			timing, err := pipeline.ParseTiming(name)
			require.NoError(t, err)
			s.Timings = append(s.Timings, timing)
		}
		w := open(t, fake.Options{}, s)
		a := story(4)
		_, dir := convert(t, w, a)
		files := contents(t, dir)
		require.Len(t, files, 4+len(want))
		for _, suffix := range want {
			require.Contains(t, files, "story."+suffix)
		}
		out := pipeline.Output{Dir: dir, Name: "story"}
		_, ok := w.UpToDate(a, out)
		require.True(t, ok)
		for _, suffix := range want {
			require.NoError(t, os.Rename(dir+"/story."+suffix, dir+"/x"))
			_, ok = w.UpToDate(a, out)
			require.False(t, ok, "without %s", suffix)
			require.NoError(t, os.Rename(dir+"/x", dir+"/story."+suffix))
		}
		sidecar := string(files["story.disclosure.json"])
		for _, suffix := range append(want, "words.json", "account.json") {
			require.Contains(t, sidecar, `"story.`+suffix+`"`)
		}
	}
	_, err := pipeline.ParseTiming("ttml")
	require.ErrorContains(t, err, "vtt, srt, vtt-words, smil, chapters")
}

func TestPageFilesAreAboutTheFilesBesideThem(t *testing.T) {
	s := settings()
	s.Formats, s.Page, s.BaseURL = []pipeline.Format{pipeline.MP3, pipeline.WAV}, true, "https://audio.example.org/2026"
	a := story(12)
	w := open(t, fake.Options{}, s)
	_, dir := convert(t, w, a)
	files, sidecar := contents(t, dir), sidecarOf(t, dir)
	var ld map[string]any
	require.NoError(t, json.Unmarshal(files["story.jsonld"], &ld))
	require.Equal(t, "https://audio.example.org/2026/story.mp3", ld["contentUrl"], "the smaller one")
	require.Equal(t, sidecar.Outputs[0].SHA256, ld["sha256"])
	require.Equal(t, sidecar.Statement["en"], ld["description"])
	player := string(files["story.player.html"])
	for _, want := range []string{
		sidecar.Statement["en"], `src="https://audio.example.org/2026/story.wav"`, `src="https://audio.example.org/2026/story.vtt"`,
		fmt.Sprintf("story.mp3#t=%.3f", float64(sidecar.Chapters[2].Start)/1000),
	} {
		require.Contains(t, player, want)
	}
	require.Equal(t, "story.jsonld", sidecar.Companions.JSONLD)
	require.Equal(t, "story.player.html", sidecar.Companions.Player)

	s.BaseURL, s.Timings = "", nil
	require.False(t, func() bool {
		_, ok := open(t, fake.Options{}, s).UpToDate(a, pipeline.Output{Dir: dir, Name: "story"})
		return ok
	}())
	_, dir = convert(t, open(t, fake.Options{}, s), a)
	player = string(contents(t, dir)["story.player.html"])
	require.Contains(t, player, `src="story.mp3"`)
	require.NotContains(t, player, "<track")
}
