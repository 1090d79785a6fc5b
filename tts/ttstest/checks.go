package ttstest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"

	"golang.org/x/sync/errgroup"
	"golang.org/x/text/language"

	"github.com/voicepress/voicepress/tts"
)

func describesItself(_ context.Context, b tts.Backend) error {
	info := b.Info()
	switch {
	case info.Name == "" || strings.ToLower(info.Name) != info.Name:
		return fmt.Errorf("the name is %q", info.Name)
	case info.Fingerprint == "":
		return errors.New("there is no fingerprint")
	case info.SourceType == "":
		return errors.New("there is no digital source type")
	case len(info.Voices) == 0:
		return errors.New("there are no voices")
	case info.SampleRate < 0 || info.Concurrency < 0 || info.RequestsPerMinute < 0 || info.PricePerMillion < 0 || info.Limit.N < 0:
		return errors.New("a number is negative")
	case info.Limit.N > 0 && info.Limit.Unit != tts.Runes && info.Limit.Unit != tts.Bytes:
		return fmt.Errorf("the limit's unit is %q", info.Limit.Unit)
	case info.Timing < tts.TimingNone || info.Timing > tts.TimingPhoneme:
		return fmt.Errorf("the timing is %d", info.Timing)
	case !reflect.DeepEqual(info, b.Info()):
		return errors.New("two calls of Info differ")
	}
	seen := map[string]bool{}
	for _, voice := range info.Voices {
		if voice.ID == "" || seen[voice.ID] {
			return fmt.Errorf("the voice ID %q is empty or there twice", voice.ID)
		}
		seen[voice.ID] = true
		// A language that the registry does not know is no syntax error.
		if _, err := language.Parse(voice.Language); err != nil && !errors.As(err, new(language.ValueError)) {
			return fmt.Errorf("voice %s: language %q: %w", voice.ID, voice.Language, err)
		}
	}
	return nil
}

func speaks(ctx context.Context, b tts.Backend) error {
	for _, r := range []tts.Request{
		{Text: text(b)},
		{Text: text(b), Rate: 1, Voice: b.Info().Voices[0].ID, Language: b.Info().Voices[0].Language},
		{Text: text(b), Seed: 12345, Before: "Yesterday it rained.", After: "Today the sun shines."},
		{Text: "Yes."},
		{Text: "a"},
		{Text: "7"},
	} {
		speech, err := say(ctx, b, r)
		if err != nil {
			return fmt.Errorf("%+v: %w", r, err)
		}
		// A listener hears 2 to 8 words a second; engines that speak in tones or slowly are let pass.
		words, seconds := float64(len(strings.Fields(r.Text))), speech.Clip.Duration().Seconds()
		if seconds < words/20 || seconds > 3*words+5 {
			return fmt.Errorf("%+v: %.1f s for %.0f words", r, seconds, words)
		}
		if finest := b.Info().Timing; finest >= tts.TimingSentence && !hasMark(speech, finest) {
			return fmt.Errorf("%+v: no mark of the kind that Info promises (%v)", r, finest)
		}
	}
	return nil
}

func hasMark(speech *tts.Speech, kind tts.Timing) bool {
	for _, mark := range speech.Marks {
		if mark.Kind == kind {
			return true
		}
	}
	return false
}

func speaksItsLanguages(ctx context.Context, b tts.Backend) error {
	for i, voice := range b.Info().Voices {
		if i == 3 {
			break // enough: some backends have hundreds
		}
		if _, err := say(ctx, b, tts.Request{Text: "2 taxi, 3 radio.", Voice: voice.ID, Language: voice.Language}); err != nil {
			return fmt.Errorf("voice %s: %w", voice.ID, err)
		}
	}
	return nil
}

func hasNothingToSay(ctx context.Context, b tts.Backend) error {
	for _, text := range []string{"", " ", "\n\t\r\n", "...", "—", "“ ”", "?!", "\x00", "\x1b", "\u200b", "[[]]", "</>", "\xff"} {
		if _, err := b.Speak(ctx, tts.Request{Text: text}); !errors.Is(err, tts.ErrNothingToSay) {
			return fmt.Errorf("%q: the error is %w, not ErrNothingToSay", text, orNil(err))
		}
	}
	return nil
}

// orNil makes the absence of an error an error that says so.
func orNil(err error) error {
	if err == nil {
		return errors.New("nil")
	}
	return err
}

func refusesTooLongText(ctx context.Context, b tts.Backend) error {
	limit := b.Info().Limit
	if limit.N == 0 {
		return nil
	}
	long := strings.Repeat("é ", limit.N)
	for limit.Fits(long[:len(long)-3]) {
		long = long[:len(long)-3]
	}
	for _, text := range []string{long, strings.Repeat("word ", limit.N)} {
		_, err := b.Speak(ctx, tts.Request{Text: text})
		var refusal *tts.TooLong
		if !errors.As(err, &refusal) {
			return fmt.Errorf("%d bytes: the error is %w, not *TooLong", len(text), orNil(err))
		}
		if refusal.Limit != limit {
			return fmt.Errorf("%d bytes: the refusal names the limit %v; Info says %v", len(text), refusal.Limit, limit)
		}
	}
	return nil
}

// hostile are texts that have broken speech programs.
func hostile() []string {
	return []string{
		"<speak><voice name=\"de\">hello</voice><audio src=\"file:///etc/passwd\"/></speak>",
		"a < b & c > d &amp; &#0; &bogus;",
		"[[h@loU]] hello", "[[ hello", "hello ]]", "{voice} {rate} {marks}", "%s %d %n", "$(echo hello) `echo hello` ${HOME}",
		"-v de", "--help", "--stdin", "-", "--", "@file", "../../etc/passwd",
		"hello\x00world", "\x00hello", "hello\x1b[31mworld\x07", "a\x01b\x02c\x03d", "tab\there\vand\fthere",
		"one\ntwo\r\nthree\rfour\u2028five\u2029six\u0085seven", "\n\n\nhello\n\n\n", "   hello   ",
		"caf\xe9 \xff\xfe\xfd hello", "\xed\xa0\x80 surrogate", "\xf4\x90\x80\x80 beyond", "hello\xc3",
		"שלום עולם hello", "مرحبا بالعالم", "\u202eright to left\u202c hello", "日本語の文章です。", "ภาษาไทยไม่มีช่องว่าง", "नमस्ते दुनिया",
		"😀 hello 👩‍👩‍👧‍👦 🏳️‍🌈", "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307 zalgo", "\ufeffhello", "hello\u200b\u200d\u2060world", "ﬁne ﬂow",
		"a" + strings.Repeat("\u0301", 200), strings.Repeat("a", 400), strings.Repeat("ha ", 100), strings.Repeat("?!", 100) + " what",
		"1234567890123456789012345678901234567890", "1e400 0x7fffffff -0", "x" + strings.Repeat(".", 300) + "y",
		"AAAAAAAAAAAAAAAAAAAAA", "bcdfghjklmnpqrstvwxz", "\\n \\0 \\\\", "'quoted' \"double\" “curly” ‘single’ «guillemets»", "\U0010ffff hello \ue000",
	}
}

func survivesHostileText(ctx context.Context, b tts.Backend) error {
	var group errgroup.Group
	group.SetLimit(max(1, b.Info().Concurrency))
	for _, text := range hostile() {
		if !b.Info().Limit.Fits(text) {
			continue
		}
		group.Go(func() error {
			// A voice need not know every script; it must not fail in a way of its own.
			_, err := say(ctx, b, tts.Request{Text: text})
			if err != nil && !errors.Is(err, tts.ErrNothingToSay) && !errors.As(err, new(*tts.Refused)) {
				return fmt.Errorf("%.60q: %w", text, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if _, err := say(ctx, b, tts.Request{Text: text(b)}); err != nil {
		return fmt.Errorf("ordinary text after hostile text: %w", err)
	}
	return nil
}

// doesNotReadMarkup makes sure that markup changes nothing: what is asked for in it must not happen.
func doesNotReadMarkup(ctx context.Context, b tts.Backend) error {
	const pause = `one <break time="60s"/> two`
	speech, err := say(ctx, b, tts.Request{Text: pause})
	if err != nil {
		return err
	}
	if seconds := speech.Clip.Duration().Seconds(); seconds > 30 {
		return fmt.Errorf("%q: %.0f s: the markup was obeyed", pause, seconds)
	}
	return nil
}

func refusesUnknownVoices(ctx context.Context, b tts.Backend) error {
	for _, voice := range []string{"no-such-voice", "-h", "../../etc/passwd", "\x00", "a b", strings.Repeat("v", 10000)} {
		_, err := b.Speak(ctx, tts.Request{Text: text(b), Voice: voice})
		var missing *tts.NoSuchVoice
		if !errors.As(err, &missing) {
			return fmt.Errorf("voice %.40q: the error is %w, not *NoSuchVoice", voice, orNil(err))
		}
		if missing.Voice != voice || len(missing.Known) == 0 {
			return fmt.Errorf("voice %.40q: the error names %.40q and knows %d voices", voice, missing.Voice, len(missing.Known))
		}
	}
	return nil
}

// followsTheRate wants a rate to be heard. A backend whose engine has none says so in a warning.
func followsTheRate(ctx context.Context, b tts.Backend) error {
	seconds, said := map[float64]float64{}, true
	for _, rate := range []float64{0, 0.5, 1, 2} {
		speech, err := say(ctx, b, tts.Request{Text: text(b), Rate: rate})
		if err != nil {
			return fmt.Errorf("rate %v: %w", rate, err)
		}
		seconds[rate] = speech.Clip.Duration().Seconds()
		if speed := (tts.Request{Rate: rate}).Speed(); (len(speech.Warnings) > 0) != (speed != 1) {
			said = false
		}
	}
	// A third is well below the double that is asked for: silence around the speech need not follow.
	followed := seconds[0.5] >= seconds[1]*4/3 && seconds[1] >= seconds[2]*4/3
	if !followed && !said || math.Abs(seconds[0]-seconds[1]) > seconds[1]/4 {
		return fmt.Errorf("seconds by rate: %v, and no warning", seconds)
	}
	for _, rate := range []float64{-1, math.NaN(), math.Inf(1)} {
		if _, err := b.Speak(ctx, tts.Request{Text: text(b), Rate: rate}); err == nil {
			return fmt.Errorf("rate %v is taken", rate)
		}
	}
	return nil
}

func takesPhonemes(ctx context.Context, b tts.Backend) error {
	request := tts.Request{Text: "Hello there."}
	plain, err := say(ctx, b, request)
	if err != nil {
		return err
	}
	request.Phonemes = []tts.Phonemes{{Start: 0, End: 5, IPA: "bˈɑːnənənənə"}}
	speech, err := say(ctx, b, request)
	if err != nil {
		return err
	}
	if len(speech.Warnings) == 0 && same(plain, speech) {
		return errors.New("the pronunciation was neither used nor warned about")
	}
	return nil
}
