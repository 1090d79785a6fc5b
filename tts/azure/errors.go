package azure

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote"
)

// failure is the error for an answer that is one. The speech service says little, often with an empty body; the gateway
// in front of it, which knows keys and quotas, says {"error":{"code","message"}} or {"statusCode","message"}.
//
//	"Out of call volume quota", "Quota exceeded", with 403 or 429   *tts.QuotaExceeded
//	400 about the voice, or without a word                          *tts.NoSuchVoice
//	401, 403                                                        *tts.NotAuthorised, with a hint at key and region
//	other                                                           see remote.Kind
//
// A 429 is usual while the service grows with the load: it asks for slower growth, not for an end.
func failure(a *remote.Answer, voice tts.Voice) error {
	var body struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
		Message string `json:"message"`
	}
	message := string(a.Body)
	if json.Unmarshal(a.Body, &body) == nil && body.Error.Message+body.Message != "" {
		message = body.Error.Message + body.Message
	}
	err := errors.New(remote.Message([]byte(message)))
	lower := strings.ToLower(message)
	switch {
	case strings.Contains(lower, "out of call volume quota"), strings.Contains(lower, "quota exceeded"):
		return &tts.QuotaExceeded{Err: err, Remedy: "change the Speech resource to a tier that is paid, or wait until the quota is renewed; what was spoken is kept"}
	case a.Status == http.StatusBadRequest && (strings.TrimSpace(message) == "" || strings.Contains(lower, "voice")):
		// The document is well-formed by construction, so a refusal without a reason is one of the voice.
		return &tts.NoSuchVoice{Voice: voice.ID, Remedy: "check the name, and that the region has the voice: " + source}
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden:
		return &tts.NotAuthorised{Err: remote.Hint(err, "check the key, and that backends.azure.region is the region of its Speech resource")}
	}
	return remote.Kind(a.Status, a.Header, err)
}
