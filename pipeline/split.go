package pipeline

import (
	"fmt"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline/article"
	"github.com/voicepress/voicepress/pipeline/script"
	"github.com/voicepress/voicepress/pipeline/script/lexicon"
	"github.com/voicepress/voicepress/pipeline/script/normalize"
	"github.com/voicepress/voicepress/tts"
)

// Split turns an article into its script: the spoken notice, the title and the sentences of the body, each as written
// and as spoken. With it comes the account of what became of every byte of the article, which has been checked.
func Split(a *article.Article, info tts.Info, s Settings) (*script.Script, script.Account, error) {
	language := a.Language
	if info.NormalizesText {
		language = "und" // no language's rules: numbers and signs stay as they are written
	}
	rules := normalize.New(language)
	entries := s.Lexicon.For(lexicon.Scope{Language: a.Language, URL: a.URL, Section: a.Section})
	o := script.Options{
		Normalizer: s.Reading.Normalizer(rules.With(entries), a.Language),
		NoticeBy:   rules,
		Fits:       info.PieceLimit().Fits,
		MaxRunes:   s.MaxRunes,
		Pauses:     s.Pauses,
	}
	if !s.NoNotice {
		o.Notice = disclosure.WordingFrom(s.Notices, a.Language, info.SourceType).Spoken
	}
	sc, err := script.Build(a, o)
	if err != nil {
		return nil, script.Account{}, fmt.Errorf("split %s: %w", a.Name, err)
	}
	account := script.NewAccount(a, sc)
	if err := account.Balance(); err != nil {
		return nil, script.Account{}, fmt.Errorf("split %s: %w", a.Name, err)
	}
	return sc, account, nil
}
