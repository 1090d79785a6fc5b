package elevenlabs

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/voices"
)

// failure is the error for an answer that is none. The quota that is used up comes with status 401, like a wrong key, and
// so the code counts before the status.
func (b *Backend) failure(answer *remote.Answer, voice string) error {
	code, message := parse(answer.Body)
	said := errors.New(message)
	if code != "" {
		said = fmt.Errorf("%s: %s", code, message)
	}
	switch code {
	case "quota_exceeded", "insufficient_credits", "payment_required":
		return &tts.QuotaExceeded{Err: said, Remedy: "look at the credits of the account, or have usage-based billing switched on"}
	case "invalid_api_key", "needs_authorization", "missing_api_key":
		return &tts.NotAuthorised{Err: remote.Hint(said, "check the key")}
	case "missing_permissions":
		return &tts.NotAuthorised{Err: remote.Hint(said, "give the key the permission for text to speech")}
	case "detected_unusual_activity":
		return &tts.NotAuthorised{Err: remote.Hint(said, "the service has blocked the account or the address; a paid plan is usually let in")}
	case "too_many_concurrent_requests", "concurrent_limit_exceeded", "system_busy", "rate_limit_exceeded":
		return &tts.RateLimited{After: remote.RetryAfter(answer.Header), Err: said}
	case "voice_not_found", "voice_does_not_exist", "invalid_voice_id":
		return &tts.NoSuchVoice{Voice: voice, Known: voices.Others(b.info.Voices, voice), Remedy: "see that the voice is among those of the account: " + message}
	case "invalid_uid": // what voices of the library get on plans without it
		return &tts.NoSuchVoice{Voice: voice, Known: voices.Others(b.info.Voices, voice), Remedy: "the ID is wrong, or the plan does not include voices of the library: " + message}
	case "model_not_found", "unsupported_model", "invalid_model_id":
		return remote.Hint(said, "set backends.elevenlabs.model to a model for text to speech")
	case "max_character_limit_exceeded", "text_too_long":
		return fmt.Errorf("%w (%s)", &tts.TooLong{Limit: b.info.Limit}, message)
	case "content_against_policy", "content_policy_violation", "moderation_blocked", "against_terms_of_service":
		return &tts.Refused{Err: said}
	case "output_format_not_allowed", "subscription_required", "only_for_creator+", "paid_plan_required":
		return &tts.NotAuthorised{Err: remote.Hint(said, "the plan does not include this")}
	}
	if answer.Status == http.StatusNotFound && strings.Contains(strings.ToLower(message), "voice") {
		return &tts.NoSuchVoice{Voice: voice, Known: voices.Others(b.info.Voices, voice), Remedy: "the service says: " + message}
	}
	return remote.Kind(answer.Status, answer.Header, said)
}

// parse reads what the service says: {"detail": {"status" or "code", "message"}}, or for a request that it cannot read
// {"detail": [{"loc", "msg"}]}.
func parse(body []byte) (code, message string) {
	var answer struct {
		Detail json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return "", remote.Message(body)
	}
	var one struct {
		Status  string `json:"status"`
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	if json.Unmarshal(answer.Detail, &one) == nil && one.Message != "" {
		if one.Status == "" {
			one.Status = one.Code
		}
		return short(one.Status), remote.Message([]byte(one.Message))
	}
	var list []struct {
		Loc []any  `json:"loc"`
		Msg string `json:"msg"`
	}
	if json.Unmarshal(answer.Detail, &list) == nil && len(list) > 0 && list[0].Msg != "" {
		return "", remote.Message(fmt.Appendf(nil, "%s (%v)", list[0].Msg, list[0].Loc))
	}
	var text string
	if json.Unmarshal(answer.Detail, &text) == nil && text != "" {
		return "", remote.Message([]byte(text))
	}
	return "", remote.Message(body)
}

// short is a code, or nothing where it cannot be one.
func short(code string) string {
	if len(code) > 64 || remote.Message([]byte(code)) != code {
		return ""
	}
	return code
}
