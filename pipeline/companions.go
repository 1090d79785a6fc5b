package pipeline

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/audio/timing"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
)

// Timing is a form in which it is written down when what is heard. Word times as JSON are always written.
type Timing string

// The forms.
const (
	VTT      Timing = "vtt"       // captions, WebVTT
	SRT      Timing = "srt"       // captions, SubRip
	WordVTT  Timing = "vtt-words" // captions with the time of each word, WebVTT
	SMIL     Timing = "smil"      // EPUB 3 media overlay, and the text that it belongs to
	Chapters Timing = "chapters"  // JSON for podcast apps
)

// Timings lists all forms.
func Timings() []Timing { return []Timing{VTT, SRT, WordVTT, SMIL, Chapters} }

// ParseTiming reads the name of a form.
func ParseTiming(name string) (Timing, error) {
	var names []string
	for _, t := range Timings() {
		if string(t) == strings.ToLower(strings.TrimSpace(name)) {
			return t, nil
		}
		names = append(names, string(t))
	}
	return "", fmt.Errorf("unknown form of timings %q; there are %s", name, strings.Join(names, ", "))
}

// The endings of the companion files of the audio. The page is not NAME.html, which may be the article itself.
const (
	DisclosureSuffix = ".disclosure.json"
	AccountSuffix    = ".account.json"
	PlayerSuffix     = ".player.html"
	wordsSuffix      = ".words.json"
	vttSuffix        = ".vtt"
	srtSuffix        = ".srt"
	wordVTTSuffix    = ".words.vtt"
	smilSuffix       = ".smil"
	textSuffix       = ".text.xhtml"
	chaptersSuffix   = ".chapters.json"
	jsonldSuffix     = ".jsonld"
)

// suffixes are the endings of all files of an article, the sidecar last: it is what makes the rest complete.
func (s *Settings) suffixes() []string {
	var all []string
	for _, f := range s.Formats {
		all = append(all, "."+string(f))
	}
	if s.Signer != nil && slices.Contains(s.Formats, Opus) {
		all = append(all, c2pa.SidecarSuffix)
	}
	return append(append(all, s.companionSuffixes()...), DisclosureSuffix)
}

// companionSuffixes are the endings of what lies beside the audio, but for the sidecar.
func (s *Settings) companionSuffixes() []string {
	var all []string
	for _, t := range s.Timings {
		switch t {
		case VTT:
			all = append(all, vttSuffix)
		case SRT:
			all = append(all, srtSuffix)
		case WordVTT:
			all = append(all, wordVTTSuffix)
		case SMIL:
			all = append(all, smilSuffix, textSuffix)
		case Chapters:
			all = append(all, chaptersSuffix)
		}
	}
	if s.Page {
		all = append(all, jsonldSuffix, PlayerSuffix)
	}
	return append(all, wordsSuffix, AccountSuffix)
}

// companion is a file beside the audio.
type companion struct {
	suffix string
	write  func(io.Writer) error
}

// companions are the files beside the audio, but for the sidecar, and what the sidecar says of them.
func (w *Worker) companions(a *article.Article, sc *script.Script, account script.Account, t *Track, d *disclosure.Disclosure, sidecar *disclosure.Sidecar, out Output) ([]companion, *disclosure.Companions) {
	var list []companion
	named := &disclosure.Companions{}
	speech := said(sc, t)
	played := out.Name + "." + string(playedFormat(w.settings.Formats))
	page := disclosure.Page{Base: w.settings.BaseURL, Outputs: sidecar.Outputs}
	if slices.Contains(w.settings.Timings, VTT) {
		page.Captions = out.Name + vttSuffix
	}
	cues := timing.Cues(speeches(sc, speech), t.Duration(), timing.LimitsFor(a.Language))
	for _, suffix := range w.settings.companionSuffixes() {
		name := out.Name + suffix
		var write func(io.Writer) error
		switch suffix {
		case vttSuffix:
			named.VTT = name
			write = func(w io.Writer) error { return timing.WriteVTT(w, cues) }
		case srtSuffix:
			named.SRT = name
			write = func(w io.Writer) error { return timing.WriteSRT(w, cues) }
		case wordVTTSuffix:
			named.WordVTT = name
			write = func(w io.Writer) error { return timing.WriteWordVTT(w, cues) }
		case smilSuffix:
			named.SMIL = name
			write = func(f io.Writer) error {
				return timing.WriteSMIL(f, out.Name+textSuffix, played, pars(speech))
			}
		case textSuffix:
			named.Text = name
			write = func(w io.Writer) error { return writeText(w, a, sc, speech) }
		case chaptersSuffix:
			named.Chapters = name
			write = func(w io.Writer) error { return timing.WriteChapters(w, chapterList(a, sidecar, played)) }
		case jsonldSuffix:
			named.JSONLD = name
			write = func(w io.Writer) error { return writeMade(w, func() ([]byte, error) { return d.JSONLD(page) }) }
		case PlayerSuffix:
			named.Player = name
			write = func(w io.Writer) error { return writeMade(w, func() ([]byte, error) { return d.Player(page) }) }
		case wordsSuffix:
			named.Words = name
			write = func(w io.Writer) error { return timing.WriteWords(w, t.Timeline.Words, sentences(sc, speech)) }
		case AccountSuffix:
			named.Account = name
			if t.checked {
				account.Quality = &t.Quality
			}
			write = func(w io.Writer) error { return writeJSON(w, account) }
		}
		list = append(list, companion{suffix, write})
	}
	return list, named
}

// writeMade writes what a function makes.
func writeMade(w io.Writer, encode func() ([]byte, error)) error {
	text, err := encode()
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// playedFormat is the format that other files refer to: one that readers of EPUB must play (MP3, AAC and Opus: EPUB 3.3, 3.2)
// and podcast apps do; the first where none is.
func playedFormat(formats []Format) Format {
	for _, f := range []Format{MP3, M4A, Opus} {
		if slices.Contains(formats, f) {
			return f
		}
	}
	return formats[0]
}

// spoken is an utterance in the recording.
type spoken struct {
	Interval
	utterance int // index into Script.Utterances
	words     []timing.Word
}

// said is all that is heard, in order: the utterances, and the notice again wherever it reminds.
func said(sc *script.Script, t *Track) []spoken {
	var list []spoken
	for i, at := range t.Timeline.Utterances {
		list = append(list, spoken{Interval: at, utterance: i})
	}
	for _, again := range t.Timeline.Reminders {
		for i, u := range sc.Utterances {
			if u.Role == script.Notice {
				at := t.Timeline.Utterances[i]
				shift := again - t.Timeline.Utterances[0].Start
				list = append(list, spoken{Interval: Interval{at.Start + shift, at.End + shift}, utterance: i})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b spoken) int { return cmp.Compare(a.Start, b.Start) })
	words := t.Timeline.Words
	for i := range list {
		n := len(words)
		if i+1 < len(list) {
			n = 0
			for n < len(words) && words[n].From < list[i+1].Start.Milliseconds() {
				n++
			}
		}
		list[i].words, words = words[:n], words[n:]
	}
	return list
}

// speeches are what is heard, for cues in the words of the article.
func speeches(sc *script.Script, list []spoken) []timing.Speech {
	all := make([]timing.Speech, 0, len(list))
	for _, s := range list {
		u := sc.Utterances[s.utterance]
		speech := timing.Speech{Text: u.Written, Start: s.Start, End: s.End}
		for _, w := range s.words {
			if w.Block == u.Block && w.Start >= u.Start && w.End <= u.End {
				w.Start, w.End = w.Start-u.Start, w.End-u.Start
				speech.Words = append(speech.Words, w)
			}
		}
		all = append(all, speech)
	}
	return all
}

// sentences are what is heard, with its places in the article.
func sentences(sc *script.Script, list []spoken) []timing.Sentence {
	all := make([]timing.Sentence, 0, len(list))
	for _, s := range list {
		u, from := sc.Utterances[s.utterance], s.Start.Milliseconds()
		all = append(all, timing.Sentence{Block: u.Block, Start: u.Start, End: u.End, From: from, To: max(s.End.Milliseconds(), from+1)})
	}
	return all
}

// chapterList are the chapters for podcast apps, the first being the notice.
func chapterList(a *article.Article, sidecar *disclosure.Sidecar, audio string) timing.Chapters {
	list := timing.Chapters{Title: a.Title, Podcast: a.Site, FileName: audio}
	for _, c := range sidecar.Chapters {
		list.Chapters = append(list.Chapters, timing.Chapter{Start: float64(c.Start) / 1000, End: float64(c.End) / 1000, Title: c.Title})
	}
	return list
}

// Companions gives the paths of the account and of the word times that belong to one of the files of an article: its
// audio, its captions, its sidecar, or one of the two. It is not ok for the path of any other file. That they exist is
// not checked.
func Companions(path string) (account, words string, ok bool) {
	suffixes := []string{
		wordVTTSuffix, vttSuffix, srtSuffix, smilSuffix, textSuffix, chaptersSuffix, wordsSuffix, AccountSuffix, DisclosureSuffix,
		PlayerSuffix, jsonldSuffix, c2pa.SidecarSuffix,
	}
	for _, f := range Formats() {
		suffixes = append(suffixes, "."+string(f))
	}
	for _, suffix := range suffixes {
		if base, ok := strings.CutSuffix(path, suffix); ok {
			return base + AccountSuffix, base + wordsSuffix, true
		}
	}
	return "", "", false
}
