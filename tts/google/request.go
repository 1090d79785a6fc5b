package google

import (
	"strings"
	"unicode/utf8"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/ssml"
)

// The request of method text:synthesize, v1beta1
// (docs.cloud.google.com/text-to-speech/docs/reference/rest/v1beta1/text/synthesize).
type request struct {
	Input              input       `json:"input"`
	Voice              selection   `json:"voice"`
	AudioConfig        audioConfig `json:"audioConfig"`
	EnableTimePointing []string    `json:"enableTimePointing,omitempty"`
}

// input is text or SSML, never both.
type input struct {
	Text                 string                `json:"text,omitempty"`
	SSML                 string                `json:"ssml,omitempty"`
	CustomPronunciations *customPronunciations `json:"customPronunciations,omitempty"`
}

type customPronunciations struct {
	Pronunciations []pronunciation `json:"pronunciations"`
}

// pronunciation counts for every place where the phrase stands in the text.
type pronunciation struct {
	Phrase           string `json:"phrase"`
	PhoneticEncoding string `json:"phoneticEncoding"`
	Pronunciation    string `json:"pronunciation"`
}

type selection struct {
	LanguageCode string `json:"languageCode"`
	Name         string `json:"name"`
}

type audioConfig struct {
	AudioEncoding   string  `json:"audioEncoding"`
	SpeakingRate    float64 `json:"speakingRate,omitempty"`
	SampleRateHertz int     `json:"sampleRateHertz"`
}

// written is a request as it is sent, with what is needed to understand the answer.
type written struct {
	body           request
	text           string         // of tts.Request
	document       *ssml.Document // nil where plain text is sent
	characters     int            // as the service bills them
	pronunciations int            // how many are told
	warnings       []string
}

// untold is what the editor is told about pronunciations that did not reach the voice.
func untold(voice tts.Voice) string {
	return "not all pronunciations of the lexicon could be told to the voice " + voice.ID
}

// write chooses how a request is sent. Voices that take SSML get it where times are wanted or pronunciations are given,
// with as much as fits the service's limit: marks and pronunciations, pronunciations alone, or nothing but the text, which
// always fits (Info.Limit). The limit counts what is
// sent; the bill counts the same in characters, without marks (cloud.google.com/text-to-speech/pricing).
func write(r tts.Request, voice tts.Voice, times bool) written {
	f := familyOf(voice.ID)
	times = times && f.marks
	w := written{text: r.Text, body: request{
		Voice:       selection{LanguageCode: voice.Language, Name: voice.ID},
		AudioConfig: audioConfig{AudioEncoding: "LINEAR16", SampleRateHertz: sampleRate},
	}}
	if r.Speed() != 1 {
		w.body.AudioConfig.SpeakingRate = r.Speed()
	}
	if f.ssml && (times || len(r.Phonemes) > 0) && w.fit(r, times) {
		w.pronunciations = w.document.Phonemes
	} else {
		w.body.Input.Text = ssml.Clean(r.Text)
		w.characters = utf8.RuneCountInString(w.body.Input.Text)
		if f.pronunciations {
			w.pronunciations = w.pronounce(r, voice)
		}
	}
	if w.pronunciations < len(r.Phonemes) {
		w.warnings = append(w.warnings, untold(voice))
	}
	return w
}

// fit writes the SSML that fits, if any does.
func (w *written) fit(r tts.Request, marks bool) bool {
	spec := ssml.Spec{Text: r.Text, Around: []ssml.Element{{Name: "speak"}}, Marks: marks, Phonemes: r.Phonemes}
	document := ssml.Build(spec)
	if len(document.SSML) > limit && marks {
		spec.Marks = false
		document = ssml.Build(spec)
	}
	if len(document.SSML) > limit {
		return false
	}
	w.document, w.body.Input.SSML = document, document.SSML
	w.characters = document.Runes - document.TagRunes["mark"]
	if spec.Marks {
		w.body.EnableTimePointing = []string{"SSML_MARK"}
	}
	return true
}

// pronounce writes pronunciations beside plain text, and says how many. The service applies one to every place where its
// phrase stands, so only phrases are told that sound the same everywhere in the text. It takes them in English, French,
// Italian, German and Spanish (SynthesisInput.customPronunciations).
func (w *written) pronounce(r tts.Request, voice tts.Voice) int {
	language, _, _ := strings.Cut(voice.Language, "-")
	if !strings.Contains(" en fr it de es ", " "+language+" ") {
		return 0
	}
	sounds, places, order := map[string]string{}, map[string]int{}, []string(nil)
	for _, p := range r.Phonemes {
		if p.Start < 0 || p.Start >= p.End || p.End > len(r.Text) {
			continue
		}
		phrase, ipa := ssml.Clean(r.Text[p.Start:p.End]), strings.TrimSpace(ssml.Clean(p.IPA))
		if places[phrase] == 0 {
			sounds[phrase] = ipa
			order = append(order, phrase)
		}
		if sounds[phrase] == ipa {
			places[phrase]++
		}
	}
	used := 0
	var list []pronunciation
	for _, phrase := range order {
		if sounds[phrase] == "" || strings.Count(w.body.Input.Text, phrase) != places[phrase] {
			continue
		}
		list = append(list, pronunciation{phrase, "PHONETIC_ENCODING_IPA", sounds[phrase]})
		used += places[phrase]
	}
	if len(list) > 0 {
		w.body.Input.CustomPronunciations = &customPronunciations{list}
	}
	return used
}
