// Package all lists the backends that voicepress comes with. It is the one place to add another.
package all

import (
	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/azure"
	"github.com/voicepress/voicepress/tts/command"
	"github.com/voicepress/voicepress/tts/elevenlabs"
	"github.com/voicepress/voicepress/tts/espeak"
	"github.com/voicepress/voicepress/tts/fake"
	"github.com/voicepress/voicepress/tts/google"
	"github.com/voicepress/voicepress/tts/httppiper"
	"github.com/voicepress/voicepress/tts/kokoro"
	"github.com/voicepress/voicepress/tts/openai"
	"github.com/voicepress/voicepress/tts/piper"
	"github.com/voicepress/voicepress/tts/polly"
	"github.com/voicepress/voicepress/tts/wyoming"
)

// Registry is a new registry with every backend, the one that most users want first.
func Registry() *tts.Registry {
	r := &tts.Registry{}
	r.Register(piper.Factory())
	r.Register(kokoro.Factory())
	r.Register(espeak.Factory())
	r.Register(azure.Factory())
	r.Register(elevenlabs.Factory())
	r.Register(google.Factory())
	r.Register(httppiper.Factory())
	r.Register(openai.Factory())
	r.Register(polly.Factory())
	r.Register(wyoming.Factory())
	r.Register(command.Factory())
	r.Register(fake.Factory())
	return r
}
