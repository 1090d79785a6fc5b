package polly

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/polly"
	"github.com/aws/aws-sdk-go-v2/service/polly/types"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/plain"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/ssml"
)

// transport has the SDK use the client that all services share: answers of bounded size, no redirects, signs of life.
type transport struct{ client *remote.Client }

func (t transport) Do(r *http.Request) (*http.Response, error) {
	answer, err := t.client.Do(r.Context(), r, remote.MaxBody)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: answer.Status, Header: answer.Header, Request: r,
		Body: io.NopCloser(bytes.NewReader(answer.Body)), ContentLength: int64(len(answer.Body)),
	}, nil
}

// written is a request as it is sent.
type written struct {
	text     string
	kind     types.TextType
	document *ssml.Document // nil for plain text
	phonemes bool           // whether pronunciations are in it
	warnings []string
}

const notUsed = "the lexicon's pronunciations were not used: "

// write writes the text of a request: as it is, or with tags where a rate or a pronunciation asks for them.
func (b *Backend) write(r tts.Request) (written, error) {
	var w written
	phonemes := r.Phonemes
	if len(phonemes) > 0 && !b.engine.phonemes {
		w.warnings = append(w.warnings, notUsed+"generative voices of Polly take them only in part")
		phonemes = nil
	}
	speed := r.Speed()
	if percent := math.Round(100 * speed); percent < 20 || percent > 200 {
		return w, fmt.Errorf("a rate of %g is not between 0.2 and 2", speed)
	}
	if len(phonemes) == 0 && speed == 1 {
		w.text, w.kind = plain.Text(r.Text), types.TextTypeText
		return w, nil
	}
	spec := ssml.Spec{Text: r.Text, Around: []ssml.Element{{Name: "speak"}}, Phonemes: phonemes}
	if speed != 1 {
		spec.Around = append(spec.Around, ssml.Element{
			Name: "prosody", Attributes: []ssml.Attribute{{Name: "rate", Value: fmt.Sprintf("%.0f%%", 100*speed)}},
		})
	}
	document := ssml.Build(spec)
	if document.Runes > maxTotal && len(phonemes) > 0 {
		w.warnings = append(w.warnings, notUsed+"with them the text is longer than one request may be")
		spec.Phonemes = nil
		document = ssml.Build(spec)
	}
	if document.Runes > maxTotal {
		return w, &tts.TooLong{Limit: b.info.Limit}
	}
	w.text, w.kind, w.document, w.phonemes = document.SSML, types.TextTypeSsml, document, document.Phonemes > 0
	return w, nil
}

// say asks for the sound of a request, and for its word times.
func (b *Backend) say(ctx context.Context, r tts.Request) (*tts.Speech, error) {
	w, err := b.write(r)
	if err != nil {
		return nil, err
	}
	body, speech, err := b.ask(ctx, r.Voice, w, b.format)
	if errors.Is(err, errInvalid) && w.phonemes {
		// One pronunciation with a sound that the voice's language has not spoils the whole text.
		r.Phonemes = nil
		speech, err := b.say(ctx, r)
		if err == nil {
			speech.Bill.Requests++
			speech.Warnings = append(speech.Warnings, notUsed+"Polly finds a mistake in one of them")
		}
		return speech, err
	}
	if err != nil {
		return nil, err
	}
	expect := remote.Expect{Rate: b.info.SampleRate}
	if b.format == types.OutputFormatPcm {
		expect.Raw = pcmRate
	}
	if speech.Clip, err = remote.Sound(body, "", expect); err != nil {
		return nil, err
	}
	speech.Warnings = w.warnings
	if !b.wordTimes {
		return speech, nil
	}
	lines, more, err := b.ask(ctx, r.Voice, w, types.OutputFormatJson)
	if err != nil {
		return nil, fmt.Errorf("ask for word times: %w", err)
	}
	speech.Bill = speech.Bill.Add(more.Bill)
	speech.Marks, err = marks(lines, w, speech.Clip)
	if err != nil {
		return nil, fmt.Errorf("read the word times: %w", err)
	}
	return speech, nil
}

// ask makes one request. The Speech holds its bill alone.
func (b *Backend) ask(ctx context.Context, voice string, w written, format types.OutputFormat) ([]byte, *tts.Speech, error) {
	if _, err := b.credentials.Retrieve(ctx); err != nil {
		return nil, nil, noCredentials(err)
	}
	input := &polly.SynthesizeSpeechInput{
		Text: &w.text, TextType: w.kind, VoiceId: types.VoiceId(voice), Engine: b.engineName, OutputFormat: format,
	}
	if format == types.OutputFormatJson {
		input.SpeechMarkTypes = []types.SpeechMarkType{types.SpeechMarkTypeWord}
	} else {
		input.SampleRate = aws.String(fmt.Sprint(b.info.SampleRate))
	}
	output, err := b.service.SynthesizeSpeech(ctx, input)
	if err != nil {
		return nil, nil, b.failure(err, voice)
	}
	defer output.AudioStream.Close()
	body, err := io.ReadAll(output.AudioStream) // from memory, see transport
	if err != nil {
		return nil, nil, fmt.Errorf("read the answer: %w", err)
	}
	return body, &tts.Speech{Bill: tts.Bill{Requests: 1, Characters: int(output.RequestCharacters)}}, nil
}
