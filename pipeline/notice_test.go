package pipeline_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline"
	"github.com/voicepress/voicepress/tts/fake"
)

func TestOwnWordingIsSpokenAndWritten(t *testing.T) {
	s := settings()
	s.Notices = map[string]disclosure.Own{
		"en": {Spoken: `You hear <break time="9s"/> our AI voice. Enjoy.`, Written: "Read by <b>AI</b>."},
		"de": {Spoken: "Hier liest die KI."},
	}
	a := story(3)
	w := open(t, fake.Options{}, s)
	_, dir := convert(t, w, a)
	sidecar, files := sidecarOf(t, dir), contents(t, dir)
	require.Equal(t, s.Notices["en"].Spoken, sidecar.Audible.Text)
	require.Equal(t, map[string]string{"en": "Read by <b>AI</b>."}, sidecar.Statement)
	vtt := strings.ReplaceAll(string(files["story.vtt"]), "\n", " ")
	require.Contains(t, vtt, "You hear &lt;break time=\"9s\"/&gt; our AI voice.")
	said := wordsOf(t, files)
	require.InDelta(t, said.Words[0].From, sidecar.Audible.Start, 1)
	last := int64(0)
	for _, word := range said.Words {
		if word.Block == -2 {
			last = word.To
		}
	}
	require.InDelta(t, last, sidecar.Audible.End, 1)
	require.Equal(t, sidecar.Audible.End, sidecar.Chapters[0].End)

	out := pipeline.Output{Dir: dir, Name: "story"}
	upToDate := func() bool {
		_, ok := open(t, fake.Options{}, s).UpToDate(a, out)
		return ok
	}
	require.True(t, upToDate())
	s.Notices["de"] = disclosure.Own{Spoken: "Unsere KI liest."}
	require.True(t, upToDate(), "no word of this article")
	s.Notices["en"] = disclosure.Own{Spoken: "Our AI voice."}
	require.False(t, upToDate())

	s.Notices["en"] = disclosure.Own{Spoken: "Our lovely voice."}
	backend, err := fake.New(fake.Options{})
	require.NoError(t, err)
	defer backend.Close()
	_, err = pipeline.New(t.Context(), backend, s, discard)
	var wording *disclosure.WordingError
	require.ErrorAs(t, err, &wording)
}
