package pipeline_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio"
	"github.com/voicepress/voicepress/audio/audiotest"
	formats "github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/loudness"
	"github.com/voicepress/voicepress/audio/mp3"
	"github.com/voicepress/voicepress/audio/timing"
	"github.com/voicepress/voicepress/audio/wav"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/tts/fake"
)

// jingle is stereo music: two chords, another on each side.
func jingle(rate int, d time.Duration, level float64) []float32 {
	var both []float32
	left, right := audiotest.Tone(rate, d, 440, level, 0), audiotest.Tone(rate, d, 554, level, 0)
	for i := range left {
		both = append(both, left[i], right[i]*0.7)
	}
	return both
}

func wavFile(t *testing.T, name string, rate, channels int, interleaved []float32) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	w, err := wav.NewWriter(file, rate, channels, int64(len(interleaved)/channels), nil)
	require.NoError(t, err)
	require.NoError(t, w.Write(interleaved))
	require.NoError(t, w.Close())
	return path
}

func decoders(t *testing.T) formats.Libraries {
	t.Helper()
	mpg123, err := mp3.OpenMpg123("")
	require.NoError(t, err, "make test installs libmpg123-0")
	return formats.Libraries{Mpg123: mpg123}
}

func openMusic(t *testing.T, files pipeline.MusicFiles) *pipeline.Music {
	t.Helper()
	m, err := pipeline.OpenMusic(t.Context(), files, decoders(t))
	require.NoError(t, err)
	return m
}

// samplesOf is a WAV file's sound by channel.
func samplesOf(t *testing.T, path string) (channels [][]float32, rate int) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	r, err := wav.NewReader(file)
	require.NoError(t, err)
	channels = make([][]float32, r.Channels)
	block := make([]float32, 1<<12)
	for {
		n, err := r.Interleaved(block)
		for i, x := range block[:n] {
			channels[i%r.Channels] = append(channels[i%r.Channels], x)
		}
		if errors.Is(err, io.EOF) {
			return channels, r.Rate
		}
		require.NoError(t, err)
	}
}

func loudnessOf(t *testing.T, channels [][]float32, rate int, from, to time.Duration) float64 {
	t.Helper()
	m, err := loudness.NewMeter(rate, len(channels))
	require.NoError(t, err)
	var interleaved []float32
	for i := audio.Samples(from, rate); i < min(audio.Samples(to, rate), len(channels[0])); i++ {
		for _, c := range channels {
			interleaved = append(interleaved, c[i])
		}
	}
	m.Write(interleaved)
	return m.Integrated()
}

func TestMusicStandsAroundTheSpeech(t *testing.T) {
	encoded := filepath.Join(t.TempDir(), "outro.mp3")
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", wavFile(t, "o.wav", 48000, 2, jingle(48000, 4*time.Second, 0.05)),
		"-b:a", "128k", encoded).CombinedOutput()
	require.NoError(t, err, "this test needs ffmpeg (make test installs it): %s", out)
	s := settings()
	s.Formats = []pipeline.Format{pipeline.WAV}
	s.Music = openMusic(t, pipeline.MusicFiles{
		Intro: wavFile(t, "intro.wav", 32000, 2, jingle(32000, 5*time.Second, 0.9)),
		Outro: encoded,
		Chime: wavFile(t, "chime.wav", 44100, 1, audiotest.Tone(44100, 350*time.Millisecond, 1000, 0.4, 0)),
	})
	w := open(t, fake.Options{LeadingSilence: 100 * time.Millisecond, TrailingSilence: 300 * time.Millisecond}, s)
	_, dir := convert(t, w, story(12))
	channels, rate := samplesOf(t, filepath.Join(dir, "story.wav"))
	require.Len(t, channels, 2)

	sidecar := sidecarOf(t, dir)
	require.Equal(t, disclosure.CompositeWithTrainedAlgorithmicMedia.URI(), sidecar.DigitalSourceType)
	require.Equal(t, 2, sidecar.Outputs[0].Channels)
	require.Contains(t, strings.Join(sidecar.Edits, "; "), "intro put in; outro put in; chime put in")
	require.LessOrEqual(t, sidecar.Audible.Start, int64(500), "the notice begins within half a second")
	var titles []string
	var last int64
	for _, c := range sidecar.Chapters {
		titles = append(titles, c.Title)
		require.GreaterOrEqual(t, c.Start, last, "%v", c)
		last = c.End
	}
	require.Equal(t, []string{"AI voice disclosure", "Intro", "Harbour plan"}, titles[:3])
	require.Equal(t, "Outro", titles[len(titles)-1])

	ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
	intro, outro := sidecar.Chapters[1], sidecar.Chapters[len(titles)-1]
	require.InDelta(t, 5000, intro.End-intro.Start, 1)
	require.InDelta(t, 4000, outro.End-outro.Start, 1)
	whole := loudnessOf(t, channels, rate, 0, time.Hour)
	require.InDelta(t, -16, whole, 0.3)
	for name, at := range map[string][2]time.Duration{
		"chime":  {0, ms(sidecar.Audible.Start - 70)},
		"notice": {ms(sidecar.Audible.Start), ms(sidecar.Audible.End)},
		"intro":  {ms(intro.Start), ms(intro.End)},
		"outro":  {ms(outro.Start), ms(outro.End)},
		"speech": {ms(intro.End), ms(outro.Start)},
	} {
		l := loudnessOf(t, channels, rate, at[0], at[1])
		t.Logf("%s: %.1f LUFS", name, l)
		require.InDelta(t, whole, l, 1.5, name)
	}

	// The speech is in the middle and where the word times say, the music on its sides.
	inMiddle := func(from, to time.Duration) bool {
		for i := audio.Samples(from, rate); i < audio.Samples(to, rate); i++ {
			if math.Abs(float64(channels[0][i]-channels[1][i])) > 1e-4 {
				return false
			}
		}
		return true
	}
	require.True(t, inMiddle(0, ms(intro.Start-2)))
	require.False(t, inMiddle(ms(intro.Start), ms(intro.End)))
	require.True(t, inMiddle(ms(intro.End+2), ms(outro.Start-2)))
	m, err := timing.ReadMap(bytes.NewReader(contents(t, dir)["story.words.json"]))
	require.NoError(t, err)
	for _, sentence := range m.Sentences() {
		before := channels[0][audio.Samples(ms(sentence.From-25), rate):audio.Samples(ms(sentence.From-5), rate)]
		begin := channels[0][audio.Samples(ms(sentence.From), rate):audio.Samples(ms(sentence.From+20), rate)]
		require.Greater(t, audiotest.RMS(begin), 3*audiotest.RMS(before)+0.001, "a sentence is heard from %d ms on", sentence.From)
	}
}

func TestMusicOfOneChannelLeavesTheTrackMono(t *testing.T) {
	s := settings()
	s.Formats, s.NoNotice = []pipeline.Format{pipeline.WAV}, true
	s.Music = openMusic(t, pipeline.MusicFiles{Intro: wavFile(t, "i.wav", 22050, 1, audiotest.Bursts(22050, 3*time.Second, 1))})
	_, dir := convert(t, open(t, fake.Options{}, s), story(6))
	sidecar := sidecarOf(t, dir)
	require.Equal(t, 1, sidecar.Outputs[0].Channels)
	require.Equal(t, "Intro", sidecar.Chapters[0].Title)
	require.InDelta(t, 300, sidecar.Chapters[0].Start, 1, "after the silence at the head, since there is no notice")
	require.InDelta(t, -19, float64(*sidecar.Outputs[0].Loudness), 0.3)
}

func TestRemindersSoundAsTheNoticeDidChimeAndAll(t *testing.T) {
	s := settings()
	s.Formats, s.Reminder = []pipeline.Format{pipeline.WAV}, 20*time.Second
	const chime = 300 * time.Millisecond
	s.Music = openMusic(t, pipeline.MusicFiles{
		Intro: wavFile(t, "i.wav", 44100, 2, jingle(44100, 2*time.Second, 0.3)),
		Chime: wavFile(t, "c.wav", 44100, 1, audiotest.Tone(44100, chime, 1000, 0.2, 0)),
	})
	_, dir := convert(t, open(t, fake.Options{}, s), story(11))
	sidecar := sidecarOf(t, dir)
	require.NotEmpty(t, sidecar.Audible.Reminders)
	channels, rate := samplesOf(t, filepath.Join(dir, "story.wav"))
	require.Len(t, channels, 2)
	length := audio.Samples(time.Duration(sidecar.Audible.End-sidecar.Audible.Start)*time.Millisecond, rate)
	for _, c := range channels {
		// 0.3 s of chime and a gap of 80 ms come before the notice, 10 ms into which it is compared.
		lead := audio.Samples(chime+70*time.Millisecond, rate)
		first := audio.Samples(time.Duration(sidecar.Audible.Start)*time.Millisecond, rate) - lead
		for _, at := range sidecar.Audible.Reminders {
			again := audio.Samples(time.Duration(at)*time.Millisecond, rate) - lead
			best := math.Inf(1) // times are in whole milliseconds
			for shift := -50; shift <= 50; shift++ {
				var difference, energy float64
				for i := 100; i < lead+length-100; i += 7 {
					a, b := float64(c[first+i]), float64(c[again+shift+i])
					difference, energy = difference+(a-b)*(a-b), energy+a*a
				}
				best = min(best, difference/energy)
			}
			require.Less(t, best, 0.001, "the reminder at %d ms", at)
		}
	}
}

func TestNoticeBeginsWithinHalfASecondWhateverThePause(t *testing.T) {
	s := settings()
	s.Formats, s.Pauses.Head = []pipeline.Format{pipeline.WAV}, 3*time.Second
	_, dir := convert(t, open(t, fake.Options{}, s), story(1))
	require.Equal(t, int64(500), sidecarOf(t, dir).Audible.Start)
	s.NoNotice = true
	_, dir = convert(t, open(t, fake.Options{}, s), story(1))
	require.Equal(t, int64(3000), sidecarOf(t, dir).Chapters[0].Start, "without a notice it is as long as asked for")
}

func TestOtherMusicMakesFilesOutOfDate(t *testing.T) {
	s := settings()
	s.Formats = []pipeline.Format{pipeline.WAV}
	path := wavFile(t, "i.wav", 22050, 1, audiotest.Bursts(22050, time.Second, 1))
	s.Music = openMusic(t, pipeline.MusicFiles{Outro: path})
	a := story(1)
	_, dir := convert(t, open(t, fake.Options{}, s), a)
	out := pipeline.Output{Dir: dir, Name: "story"}
	same := func(s pipeline.Settings) bool {
		_, ok := open(t, fake.Options{}, s).UpToDate(a, out)
		return ok
	}
	require.True(t, same(s))
	moved := filepath.Join(t.TempDir(), "moved.wav")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(moved, data, 0o600))
	s.Music = openMusic(t, pipeline.MusicFiles{Outro: moved})
	require.True(t, same(s), "the sound counts, not its path")
	s.Music = openMusic(t, pipeline.MusicFiles{Intro: path})
	require.False(t, same(s))
	s.Music = nil
	require.False(t, same(s))
}

func TestMusicThatChangesMeanwhileIsAnError(t *testing.T) {
	path := wavFile(t, "i.wav", 22050, 1, audiotest.Bursts(22050, time.Second, 1))
	s := settings()
	s.Music = openMusic(t, pipeline.MusicFiles{Outro: path})
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	data[len(data)-1] ^= 1
	require.NoError(t, os.WriteFile(path, data, 0o600))
	dir := t.TempDir()
	_, err = open(t, fake.Options{}, s).Convert(t.Context(), story(1), pipeline.Output{Dir: dir, Name: "story"}, pipeline.NoProgress{})
	require.ErrorContains(t, err, "audio.outro: "+path+": it has changed since it was opened")
	require.Empty(t, contents(t, dir))
}

func TestHostileMusicIsRefusedBeforeAnythingIsSpoken(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, data, 0o600))
		return path
	}
	good, err := os.ReadFile(wavFile(t, "g.wav", 44100, 1, audiotest.Bursts(44100, time.Second, 1)))
	require.NoError(t, err)
	claims := bytes.Clone(good)
	binary.LittleEndian.PutUint32(claims[40:], 0x7FFFEFFE)
	rf64 := append([]byte("RF64\xff\xff\xff\xffWAVEds64\x1c\x00\x00\x00"), make([]byte, 28)...)
	binary.LittleEndian.PutUint64(rf64[28:], 10<<30)
	rf64 = append(append(rf64, good[12:36]...), "data\xff\xff\xff\xff"...)
	six := bytes.Clone(good)
	binary.LittleEndian.PutUint16(six[22:], 6)
	binary.LittleEndian.PutUint16(six[32:], 12)
	sparse := file("sparse.wav", nil)
	require.NoError(t, os.Truncate(sparse, 10<<30))
	long := wavFile(t, "long.wav", 8000, 1, make([]float32, 121*8000))
	for _, c := range []struct{ name, path, want string }{
		{"nothing there", filepath.Join(dir, "none.wav"), "no such file"},
		{"a folder", dir, "it is not a file"},
		{"empty", file("empty.wav", nil), "no sound file of a known format"},
		{"text", file("text.mp3", []byte("This is no music.")), "no sound file of a known format"},
		{"cut", file("cut.wav", good[:len(good)/2]), "the file ends inside the sound"},
		{"claims 2 GB", file("claims.wav", claims), "the file ends inside the sound"},
		{"claims 10 GB", file("rf64.wav", append(rf64, good[44:]...)), "the file ends inside the sound"},
		{"10 GB", sparse, "it has 10240 MB; at most 256 are read"},
		{"too long", long, "it is longer than 2m0s"},
		{"six channels", file("six.wav", six), "it has 6 channels"},
		{"silence", wavFile(t, "s.wav", 44100, 1, make([]float32, 44100)), "nothing is heard in it"},
		{"no samples", wavFile(t, "n.wav", 44100, 1, nil), "nothing is heard in it"},
		{"a strange rate", wavFile(t, "r.wav", 1000, 1, make([]float32, 1000)), "1000 Hz"},
	} {
		_, err := pipeline.OpenMusic(t.Context(), pipeline.MusicFiles{Intro: c.path}, decoders(t))
		var bad *pipeline.MusicError
		require.ErrorAs(t, err, &bad, c.name)
		require.ErrorContains(t, err, "audio.intro: "+c.path+": ", c.name)
		require.ErrorContains(t, err, c.want, c.name)
	}
	_, err = pipeline.OpenMusic(t.Context(), pipeline.MusicFiles{Outro: filepath.Join(dir, "none")}, decoders(t))
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = pipeline.OpenMusic(t.Context(), pipeline.MusicFiles{Chime: file("chime.wav", good)}, decoders(t))
	require.ErrorContains(t, err, "audio.chime: ")
	require.ErrorContains(t, err, "longer than 400ms")
	m, err := pipeline.OpenMusic(t.Context(), pipeline.MusicFiles{}, decoders(t))
	require.NoError(t, err)
	require.Nil(t, m)
}
