package openai

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/voices"
)

// problem is what a server says is wrong, in any of the shapes that servers use.
type problem struct {
	code    string // of OpenAI's codes: "invalid_api_key"
	kind    string // "invalid_request_error"
	about   string // the field of the request: "voice"
	message string
}

// failure is the error for an answer that is none.
func (b *Backend) failure(answer *remote.Answer, voice string) error {
	p := parse(answer.Body)
	said := errors.New(p.message)
	has := func(codes ...string) bool { return slices.Contains(codes, p.code) || slices.Contains(codes, p.kind) }
	client := answer.Status >= 400 && answer.Status < 500
	switch {
	case has("insufficient_quota", "billing_hard_limit_reached", "billing_not_active"):
		return &tts.QuotaExceeded{Err: said, Remedy: "look at the balance and the limits of the account with the service"}
	case has("content_policy_violation", "content_filter", "moderation_blocked"):
		return &tts.Refused{Err: said}
	case has("invalid_api_key"):
		return remote.Kind(http.StatusUnauthorized, answer.Header, said)
	case has("model_not_found"):
		return remote.Hint(said, "set backends.openai.model to a model of the server")
	case client && p.isAboutVoice():
		return &tts.NoSuchVoice{Voice: voice, Known: voices.Others(b.info.Voices, voice), Remedy: "the server says: " + p.message}
	case client && strings.Contains(p.message, "response_format"):
		return remote.Hint(said, "set backends.openai.response_format to the other of wav and pcm")
	case client && (p.about == "input" && strings.Contains(p.message, "long") || has("string_above_max_length")):
		return remote.Hint(fmt.Errorf("%w (%s)", &tts.TooLong{Limit: b.info.Limit}, p.message), "set backends.openai.max_runes to what the server takes")
	case answer.Status == http.StatusNotFound && b.options.Server == kokoro:
		return remote.Hint(said, "the server has no word times: leave backends.openai.server empty, or check base_url")
	case b.key() == (remote.Key{}) && (answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden):
		return &tts.NotAuthorised{Err: remote.Hint(said, "the server wants a key: name the environment variable with it in backends.openai.api_key_env")}
	}
	err := remote.Kind(answer.Status, answer.Header, said)
	var temporary *tts.Temporary
	if errors.As(err, &temporary) && answer.Header.Get("X-Should-Retry") == "false" { // OpenAI's server knows better
		return temporary.Err
	}
	return err
}

// isAboutVoice says whether the voice is what is wrong.
func (p problem) isAboutVoice() bool {
	if p.about == "voice" || p.code == "voice_not_found" {
		return true
	}
	text := strings.ToLower(p.message)
	return strings.Contains(text, "voice") && slices.ContainsFunc(
		[]string{"not found", "invalid", "unknown", "unsupported", "not supported", "does not exist", "no such"},
		func(words string) bool { return strings.Contains(text, words) })
}

// parse reads what a server says: OpenAI's {"error": {"message", "type", "code", "param"}}, where some servers have a number
// for a code; FastAPI's {"detail": "..."}, {"detail": {"message", "type"}} and {"detail": [{"loc", "msg"}]}; and words.
func parse(body []byte) problem {
	var answer struct {
		Error  json.RawMessage `json:"error"`
		Detail json.RawMessage `json:"detail"`
	}
	plain := problem{message: remote.Message(body)}
	if json.Unmarshal(body, &answer) != nil {
		return plain
	}
	for _, raw := range []json.RawMessage{answer.Error, answer.Detail} {
		var text string
		if json.Unmarshal(raw, &text) == nil && text != "" {
			return problem{message: remote.Message([]byte(text))}
		}
		var object struct {
			Message string `json:"message"`
			Type    string `json:"type"`
			Code    any    `json:"code"`
			Param   string `json:"param"`
		}
		if json.Unmarshal(raw, &object) == nil && object.Message != "" {
			code, _ := object.Code.(string)
			return problem{code: code, kind: object.Type, about: object.Param, message: remote.Message([]byte(object.Message))}
		}
		var list []struct {
			Loc []any  `json:"loc"`
			Msg string `json:"msg"`
		}
		if json.Unmarshal(raw, &list) == nil && len(list) > 0 && list[0].Msg != "" {
			p := problem{message: remote.Message([]byte(list[0].Msg))}
			if n := len(list[0].Loc); n > 0 {
				p.about, _ = list[0].Loc[n-1].(string)
			}
			return p
		}
	}
	return plain
}
