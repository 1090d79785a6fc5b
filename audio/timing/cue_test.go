package timing

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// said is a speech whose words are what stands between spaces; each letter takes as long.
func said(text string, start, letter time.Duration) Speech {
	s := Speech{Text: text, Start: start}
	now := start + 20*ms
	for _, at := range regexp.MustCompile(`\S*[\pL\pN]\S*`).FindAllStringIndex(text, -1) {
		to := now + time.Duration(utf8.RuneCountInString(text[at[0]:at[1]]))*letter
		s.Words = append(s.Words, Word{Start: at[0], End: at[1], Text: text[at[0]:at[1]], From: now.Milliseconds(), To: to.Milliseconds()})
		now = to + 40*ms
	}
	s.End = now
	return s
}

func texts(cues []Cue) []string {
	var list []string
	for _, c := range cues {
		list = append(list, c.Text)
	}
	return list
}

func TestCuesBreakWhereClausesEnd(t *testing.T) {
	for _, c := range []struct {
		text, lang string
		want       []string
	}{
		{"Part two", "en", []string{"Part two"}},
		{
			"By noon, 6,482 vehicles had paid the toll of £2.40, according to the Wex Crossings Authority (WCA).", "en",
			[]string{"By noon, 6,482 vehicles\nhad paid the toll of £2.40,", "according to the Wex\nCrossings Authority (WCA)."},
		},
		{
			"Residents of the old town, who had waited for six years, said that the noise had been worse than promised; " +
				"the council disagrees.", "en",
			[]string{
				"Residents of the old town,\nwho had waited for six years,",
				"said that the noise had been worse\nthan promised; the council disagrees.",
			},
		},
		{
			"Nun ist die Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft da.", "de",
			[]string{"Nun ist die", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", "da."},
		},
	} {
		got := Cues([]Speech{said(c.text, 0, 65*ms)}, time.Minute, LimitsFor(c.lang))
		require.Equal(t, c.want, texts(got))
	}
}

func TestLinesOfChineseAndJapaneseAreShortAndKeepMarksInPlace(t *testing.T) {
	for lang, text := range map[string]string{
		"ja": "首相は月曜日、新しいコンピューターシステムを「来年までに」導入すると発表し、野党はこれを厳しく批判した。",
		"zh": "总理星期一宣布，新的计算机系统将于明年投入使用，反对党对此提出了严厉批评，认为费用过高，并要求重新讨论预算方案。",
	} {
		s := Speech{Text: text, Start: 0, End: 9 * time.Second}
		for i, r := range text { // a word a sign, as script.Words gives them
			if !strings.ContainsRune("、。「」，", r) {
				from := int64(len(s.Words)) * 150
				s.Words = append(s.Words, Word{Start: i, End: i + utf8.RuneLen(r), From: from, To: from + 150})
			}
		}
		l := LimitsFor(lang)
		cues := Cues([]Speech{s}, time.Minute, l)
		require.Greater(t, len(cues), 1)
		require.Equal(t, text, strings.ReplaceAll(strings.Join(texts(cues), ""), "\n", ""))
		for _, c := range cues {
			for line := range strings.SplitSeq(c.Text, "\n") {
				require.LessOrEqual(t, columns(line), l.Columns)
				first, _ := utf8.DecodeRuneInString(line)
				require.NotContains(t, "、。」，ー", string(first), c.Text)
				require.False(t, strings.HasSuffix(line, "「"), c.Text)
				require.False(t, strings.HasSuffix(line, "コン"), "a word is split: %s", c.Text)
			}
		}
	}
}

func TestShortCueIsShownOnIntoThePause(t *testing.T) {
	first, second := said("Yes, no.", time.Second, 20*ms), said("And so on.", 5*time.Second, 60*ms)
	cues := Cues([]Speech{first, second}, 5500*ms, LimitsFor("en"))
	require.Equal(t, first.Words[0].From, cues[0].Start.Milliseconds(), "it begins with its first word")
	require.Equal(t, shortest, cues[0].End-cues[0].Start)
	require.Equal(t, 5500*ms, cues[1].End, "not longer than the recording")
	cues = Cues([]Speech{first, said("And so on.", 1300*ms, 60*ms)}, time.Minute, LimitsFor("en"))
	require.Equal(t, cues[1].Start, cues[0].End, "not longer than until the next one")
	fast := said("Unintelligibly fast readings.", 0, 5*ms)
	cues = Cues([]Speech{fast}, time.Minute, Limits{42, 10})
	require.Equal(t, 2900*ms, cues[0].End-cues[0].Start, "29 characters at 10 a second")
}

// Any text, any words: nothing is lost or overlaps, lines and times keep to the limits where that can be.
func TestCuesKeepTheirPromises(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 9))
	for range 400 {
		var list []Speech
		var all []string
		now := time.Duration(r.IntN(500)) * ms
		for range 1 + r.IntN(4) {
			var words []string
			for range 1 + r.IntN(60) {
				word := strings.Repeat(string(rune('a'+r.IntN(26))), 1+r.IntN(12))
				if r.IntN(60) == 0 {
					word = strings.Repeat("x", 30+r.IntN(40))
				}
				words = append(words, word+[]string{"", "", "", "", ",", ".", ";", " –", "-x"}[r.IntN(9)])
			}
			s := said(strings.Join(words, " "), now, time.Duration(20+r.IntN(80))*ms)
			if r.IntN(8) == 0 {
				s.Words = nil
			}
			list = append(list, s)
			all = append(all, s.Text)
			now = s.End + time.Duration(r.IntN(900))*ms
		}
		l := LimitsFor("en")
		cues := Cues(list, now, l)
		require.Equal(t, strings.Join(all, " "), strings.ReplaceAll(strings.Join(texts(cues), " "), "\n", " "))
		for i, c := range cues {
			lines := strings.Split(c.Text, "\n")
			require.LessOrEqual(t, len(lines), maxLines)
			for _, line := range lines {
				require.True(t, columns(line) <= l.Columns || !strings.ContainsRune(line, ' '), "%q", c.Text)
			}
			require.GreaterOrEqual(t, c.End, c.Start)
			limit := now
			if i+1 < len(cues) {
				limit = cues[i+1].Start
			}
			require.LessOrEqual(t, c.End, limit)
			if c.End < limit {
				require.GreaterOrEqual(t, c.End-c.Start, shortest)
				require.LessOrEqual(t, float64(characters(c.Text))/(c.End-c.Start).Seconds(), l.Speed+0.001)
			}
			for k, w := range c.Words {
				require.True(t, k == 0 || w.Offset > c.Words[k-1].Offset)
				if k == 0 {
					require.Equal(t, c.Start, w.At)
				}
			}
		}
		for _, write := range []func(io.Writer, []Cue) error{WriteVTT, WriteWordVTT, WriteSRT} {
			require.NoError(t, write(io.Discard, cues))
		}
	}
}

func TestWordVTTHasTheTimeOfEachWord(t *testing.T) {
	s := said("Prices <i>rose</i> & fell by £310m in the days before the first of the trains had left.", 300*ms, 65*ms)
	for i := range s.Words { // "£310m" is said as several words
		if strings.HasPrefix(s.Words[i].Text, "£") {
			more := s.Words[i]
			more.From = more.To - 10
			s.Words = append(s.Words[:i+1], append([]Word{more}, s.Words[i+1:]...)...)
			break
		}
	}
	var out bytes.Buffer
	cues := Cues([]Speech{s}, time.Minute, LimitsFor("en"))
	require.NoError(t, WriteWordVTT(&out, cues))
	golden(t, "cues.words.vtt", out.Bytes())

	stamp := regexp.MustCompile(`<\d\d:\d\d:\d\d\.\d{3}>`)
	var plain bytes.Buffer
	require.NoError(t, WriteVTT(&plain, cues))
	require.Equal(t, plain.String(), stamp.ReplaceAllString(out.String(), ""), "apart from times both are the same")
	path := filepath.Join(t.TempDir(), "x.vtt")
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	srt, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", path, "-f", "srt", "-").Output()
	require.NoError(t, err)
	require.Contains(t, string(srt), "by £310m in the days")
}

func FuzzCues(f *testing.F) {
	f.Add("A sentence, of a few words.", uint16(3), int64(5), int64(80))
	f.Add("日本語のテキスト、です。 <00:00:01.000>", uint16(1), int64(0), int64(1))
	f.Add("\xff\xfe\r\n\r\n --> \x00", uint16(0), int64(0), int64(0))
	f.Fuzz(func(t *testing.T, text string, step uint16, from, length int64) {
		if len(text) > 1<<12 {
			return
		}
		s := Speech{Text: text, Start: time.Duration(from & 0xffffff), End: time.Duration(from&0xffffff) + time.Duration(length&0xffffffffff)}
		now := s.Start.Milliseconds()
		for at := 0; at < len(text) && step > 0; at += int(step) {
			end := min(len(text), at+int(step)/2+1)
			s.Words = append(s.Words, Word{Start: at, End: end, From: now, To: now + length&0xff + 1})
			now += length & 0x1ff
		}
		cues := Cues([]Speech{s}, s.End+time.Second, LimitsFor("en"))
		for _, write := range []func(io.Writer, []Cue) error{WriteVTT, WriteSRT} {
			require.NoError(t, write(io.Discard, cues))
		}
		var out bytes.Buffer
		require.NoError(t, WriteWordVTT(&out, cues))
		stamps := regexp.MustCompile(`<\d\d+:\d\d:\d\d\.\d{3}>`)
		_, err := parse(stamps.ReplaceAllString(out.String(), ""))
		require.NoError(t, err, "%q", out.String())
	})
}

func TestSMILHasAParForEachSentence(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, WriteSMIL(&out, `a "b" & c.xhtml`, "ä&.mp3", []Par{{"notice-1", 300 * ms, 2 * time.Second}, {"s1", 3 * time.Second, time.Hour}}))
	golden(t, "overlay.smil", out.Bytes())
	for d := xml.NewDecoder(&out); ; {
		if _, err := d.Token(); err != nil {
			require.ErrorIs(t, err, io.EOF)
			break
		}
	}
	require.ErrorContains(t, WriteSMIL(io.Discard, "a", "b", []Par{{"s", ms, ms}}), "par 1 has no length")
}

func TestChaptersAreThoseOfThePodcastNamespace(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, WriteChapters(&out, Chapters{Title: "R&D", FileName: "x.mp3", Chapters: []Chapter{{0.3, 4.1, "AI voice disclosure"}, {5, 61.25, "Was nun?"}}}))
	require.JSONEq(t, `{"version":"1.2.0","title":"R&D","fileName":"x.mp3","chapters":[
		{"startTime":0.3,"endTime":4.1,"title":"AI voice disclosure"},{"startTime":5,"endTime":61.25,"title":"Was nun?"}]}`, out.String())
	out.Reset()
	require.NoError(t, WriteChapters(&out, Chapters{}))
	require.True(t, json.Valid(out.Bytes()))
	require.ErrorIs(t, WriteChapters(writer(func([]byte) (int, error) { return 0, errFull }), Chapters{}), errFull)
}

var errFull = errors.New("disk full")

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }
