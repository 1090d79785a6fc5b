package timing

import (
	"bytes"
	"errors"
	"flag"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/audiotest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "go test -update writes it")
	require.Equal(t, string(want), string(got))
}

const ms = time.Millisecond

func cues() []Cue {
	cue := func(from, to time.Duration, text string) Cue { return Cue{Start: from, End: to, Text: text} }
	return []Cue{
		cue(300*ms, 2500*ms, "This article is read by an AI voice."),
		cue(3400*ms, 5*time.Second, "Prices & wages: 3 < 4 --> 5 > 4"),
		cue(5*time.Second, 6*time.Second, " \n\t "),
		cue(6*time.Second+400*time.Microsecond, 6*time.Second+450*time.Microsecond, "Two\r\n\r\nlines,\u2028 10\u00a0km"),
		cue(7*time.Second, 8*time.Second, "NOTE no comment\x00 \xff"),
		cue(8*time.Second-400*time.Microsecond, 9*time.Second, "00:00:01.000 --> 00:00:02.000"),
		cue(59*time.Minute+59*time.Second+999*ms, time.Hour, "One <b>hour</b> {\\an8}"),
		cue(123*time.Hour+4*time.Minute, 123*time.Hour+5*time.Minute, "für Zoë 🙂"),
	}
}

func TestVTTIsPlainTextWithTimes(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, WriteVTT(&out, cues()))
	golden(t, "cues.vtt", out.Bytes())
	parsed, err := parse(out.String())
	require.NoError(t, err)
	require.Len(t, parsed, len(cues())-1)
	out.Reset()
	require.NoError(t, WriteVTT(&out, nil))
	require.Equal(t, "WEBVTT\n", out.String())
}

func TestForeignProgramReadsTheCues(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.vtt")
	var out bytes.Buffer
	require.NoError(t, WriteVTT(&out, cues()))
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	probe, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-of", "csv=p=0",
		"-show_entries", "packet=pts,duration", path).Output()
	require.NoError(t, err, "make test installs ffprobe")
	require.Equal(t, "300,2200\n3400,1600\n6000,1\n7000,1000\n8000,1000\n3599999,1\n443040000,60000\n",
		strings.ReplaceAll(string(probe), ",\n", "\n"))
	srt, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", path, "-f", "srt", "-").Output()
	require.NoError(t, err)
	for _, text := range []string{"Prices & wages: 3 < 4 --> 5 > 4", "Two\nlines, 10\u00a0km", "00:00:01.000 --> 00:00:02.000", "für Zoë 🙂"} {
		require.Contains(t, strings.ReplaceAll(string(srt), "\r\n", "\n"), "\n"+text+"\n")
	}
}

func TestSRTIsPlainTextForAForeignProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.srt")
	var out bytes.Buffer
	require.NoError(t, WriteSRT(&out, cues()))
	golden(t, "cues.srt", out.Bytes())
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	vtt, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", path, "-f", "webvtt", "-").Output()
	require.NoError(t, err)
	var want bytes.Buffer
	require.NoError(t, WriteVTT(&want, cues()))
	text := func(vtt string) string { // FFmpeg leaves out hours that are 0, and escapes nothing
		vtt = strings.NewReplacer("\u2060", "", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(vtt)
		return strings.TrimSpace(regexp.MustCompile(`\b00:(\d\d:\d\d\.\d{3})`).ReplaceAllString(vtt, "$1"))
	}
	require.Equal(t, text(want.String()), text(string(vtt)))
}

func TestVTTRefusesTimesThatRunBackwards(t *testing.T) {
	cue := func(from, to time.Duration) Cue { return Cue{Start: from, End: to, Text: "x"} }
	for why, c := range map[string][]Cue{
		"cue 1 ends before it starts": {cue(2*ms, ms)},
		"cue 2 starts before":         {cue(2*ms, 3*ms), cue(ms, 4*ms)},
		"cue 1 starts before":         {cue(-2*ms, 3*ms)},
	} {
		require.ErrorContains(t, WriteVTT(&bytes.Buffer{}, c), why)
		require.ErrorContains(t, WriteSRT(&bytes.Buffer{}, c), why)
	}
}

func TestWordsAreJSON(t *testing.T) {
	words := []Word{
		{NoticeBlock, 0, 4, "This", 300, 500, false},
		{TitleBlock, 0, 5, "Mayor", 1234, 1500, false},
		{0, 0, 7, `"R&D"<b>`, 3_600_000, 3_600_001, true},
		{0, 8, 13, "Zoë\n", 3_600_001, 3_600_400, false},
	}
	sentences := []Sentence{{NoticeBlock, 0, 9, 300, 900}, {0, 0, 13, 3_600_000, 3_600_400}}
	var out bytes.Buffer
	require.NoError(t, WriteWords(&out, words, sentences))
	golden(t, "words.json", out.Bytes())
	back, err := ReadMap(bytes.NewReader(out.Bytes()))
	require.NoError(t, err)
	require.Equal(t, words, back.words)
	require.Equal(t, sentences, back.sentences)
	out.Reset()
	require.NoError(t, WriteWords(&out, nil, nil))
	require.JSONEq(t, `{"version":1,"words":[],"sentences":[]}`, out.String())
}

func TestAFullDiskIsReported(t *testing.T) {
	full := errors.New("disk full")
	require.ErrorIs(t, WriteVTT(audiotest.FailAfter(20, full), cues()), full)
	require.ErrorIs(t, WriteWords(audiotest.FailAfter(20, full), make([]Word, 9), nil), full)
}

// parse reads the WebVTT that this package may write: header, then blocks of a time line and one or more lines of text.
func parse(vtt string) ([]Cue, error) {
	lines := regexp.MustCompile("\r\n|\r|\n").Split(vtt, -1) // what WebVTT 4.1 calls a line terminator
	if len(lines) < 2 || lines[0] != "WEBVTT" || lines[1] != "" || lines[len(lines)-1] != "" {
		return nil, errors.New("no header, or no end of line")
	}
	timing := regexp.MustCompile(`^(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})$`)
	unescape := strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
	var all []Cue
	for rest := lines[1 : len(lines)-1]; len(rest) > 0; {
		text := slices.Index(append(rest[min(2, len(rest)):], ""), "")
		if len(rest) < 3 || rest[0] != "" || text == 0 || strings.ContainsAny(strings.Join(rest[2:2+text], ""), "<>\x00") {
			return nil, errors.New("not a block of a time line and lines of text")
		}
		m := timing.FindStringSubmatch(rest[1])
		if m == nil {
			return nil, errors.New("no time line")
		}
		var parts [9]time.Duration
		for i := 1; i < len(m); i++ {
			n, err := strconv.Atoi(m[i])
			if err != nil {
				return nil, err
			}
			parts[i] = time.Duration(n)
		}
		at := func(p []time.Duration) time.Duration {
			return p[0]*time.Hour + p[1]*time.Minute + p[2]*time.Second + p[3]*ms
		}
		all = append(all, Cue{Start: at(parts[1:5]), End: at(parts[5:9]), Text: unescape.Replace(strings.Join(rest[2:2+text], "\n"))})
		rest = rest[2+text:]
	}
	return all, nil
}

func FuzzWriteVTT(f *testing.F) {
	f.Add("a --> b\n\nNOTE", "&lt;b>", int64(1500), int64(10), int64(3))
	f.Add("\r\x00", "x\u2028y", int64(0), int64(0), int64(0))
	f.Fuzz(func(t *testing.T, one, two string, start, length, gap int64) {
		bound := func(x int64) time.Duration { return time.Duration(x & (math.MaxInt64 >> 16)) }
		first := Cue{Start: bound(start), End: bound(start) + bound(length), Text: one}
		second := Cue{Start: first.Start + bound(gap), End: first.End + bound(gap), Text: two}
		var out bytes.Buffer
		require.NoError(t, WriteVTT(&out, []Cue{first, second}))
		got, err := parse(out.String())
		require.NoError(t, err, "%q", out.String())
		for _, c := range []Cue{first, second} {
			if strings.Trim(c.Text, " \t\n\v\f\r\u0085\u2028\u2029") == "" {
				continue
			}
			require.NotEmpty(t, got)
			from, to := c.Start.Round(ms), c.End.Round(ms)
			require.Equal(t, from, got[0].Start)
			require.Equal(t, max(to, from+ms), got[0].End)
			got = got[1:]
		}
		require.Empty(t, got)
	})
}
