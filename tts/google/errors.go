package google

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote"
)

// status is the body of an error: google.rpc.Status as JSON (google.aip.dev/193).
type status struct {
	Error struct {
		Message string   `json:"message"`
		Status  string   `json:"status"` // a google.rpc.Code: "INVALID_ARGUMENT"
		Details []detail `json:"details"`
	} `json:"error"`
}

// detail is a google.rpc.ErrorInfo or a google.rpc.RetryInfo.
type detail struct {
	Reason     string            `json:"reason"` // a google.api.ErrorReason: "RATE_LIMIT_EXCEEDED"
	Metadata   map[string]string `json:"metadata"`
	RetryDelay string            `json:"retryDelay"` // "12.5s"
}

// failure is the error for an answer that is one.
//
//	reason SERVICE_DISABLED, BILLING_DISABLED, API_KEY_..., ACCESS_TOKEN_..., CREDENTIALS_MISSING,
//	CONSUMER_..., and UNAUTHENTICATED, PERMISSION_DENIED   *tts.NotAuthorised, with what to switch on
//	RESOURCE_EXHAUSTED by a quota of a day or more          *tts.QuotaExceeded
//	RESOURCE_EXHAUSTED else                                 *tts.RateLimited, with the wait of RetryInfo
//	INVALID_ARGUMENT about the length                       *tts.TooLong
//	INVALID_ARGUMENT about the voice                        *tts.NoSuchVoice
//	UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL, ABORTED       *tts.Temporary
//	other                                                   by the HTTP status, see remote.Kind
func failure(a *remote.Answer, info tts.Info, voice tts.Voice) error {
	var s status
	if err := json.Unmarshal(a.Body, &s); err != nil || s.Error.Message == "" && s.Error.Status == "" {
		return remote.Kind(a.Status, a.Header, errors.New(remote.Message(a.Body)))
	}
	message := s.Error.Message
	err := fmt.Errorf("%s: %s", remote.Message([]byte(s.Error.Status)), remote.Message([]byte(message)))
	if hint := s.hint(); hint != "" {
		return &tts.NotAuthorised{Err: remote.Hint(err, hint)}
	}
	switch s.Error.Status {
	case "RESOURCE_EXHAUSTED":
		if s.lasts() {
			return &tts.QuotaExceeded{Err: err, Remedy: "raise the quota in the Google Cloud console (IAM & Admin, Quotas), or go on tomorrow: what was spoken is kept"}
		}
		return &tts.RateLimited{After: s.after(a), Err: err}
	case "INVALID_ARGUMENT":
		switch {
		case strings.Contains(message, "is longer than the limit"):
			return &tts.TooLong{Limit: info.Limit}
		case strings.Contains(message, "sentences that are too long"):
			// How long a sentence may be is written down nowhere.
			return fmt.Errorf("%w (%s)", &tts.TooLong{Limit: info.Limit}, remote.Message([]byte(message)))
		case strings.Contains(message, "does not exist") && strings.Contains(message, "oice"):
			return &tts.NoSuchVoice{Voice: voice.ID, Remedy: "Google lists its voices at " + source}
		}
		return &invalidArgument{remote.Kind(a.Status, a.Header, err)}
	case "UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "ABORTED", "CANCELLED", "UNKNOWN":
		return &tts.Temporary{Err: err}
	}
	return remote.Kind(a.Status, a.Header, err)
}

// invalidArgument is a refusal without a reason that is known.
type invalidArgument struct{ error }

func (e *invalidArgument) Unwrap() error { return e.error }

// hint is what to do about credentials that are refused, or "" where they are not.
func (s status) hint() string {
	for _, d := range s.Error.Details {
		switch {
		case d.Reason == "SERVICE_DISABLED":
			return "switch the API on: gcloud services enable texttospeech.googleapis.com"
		case d.Reason == "BILLING_DISABLED":
			return "switch billing on for the project: https://console.cloud.google.com/billing"
		case d.Reason == "API_KEY_SERVICE_BLOCKED":
			return "the key is restricted to other APIs: allow it the Cloud Text-to-Speech API"
		case d.Reason == "API_KEY_INVALID":
			return "check the key in GOOGLE_API_KEY or the file of api_key_file: https://console.cloud.google.com/apis/credentials"
		case strings.HasPrefix(d.Reason, "API_KEY_"):
			return "the key is restricted to other callers: see its restrictions at https://console.cloud.google.com/apis/credentials"
		case d.Reason == "USER_PROJECT_DENIED":
			return "set backends.google.quota_project to a project that you may charge"
		case strings.HasPrefix(d.Reason, "ACCESS_TOKEN_"), d.Reason == "CREDENTIALS_MISSING":
			return hintLogin
		case strings.HasPrefix(d.Reason, "CONSUMER_"):
			return "the project is suspended or gone: see it at https://console.cloud.google.com"
		}
	}
	message := s.Error.Message
	switch {
	case strings.Contains(message, "API key not valid"), strings.Contains(message, "API key expired"):
		return "check the key in GOOGLE_API_KEY or the file of api_key_file: https://console.cloud.google.com/apis/credentials"
	case strings.Contains(message, "quota project"):
		return "set backends.google.quota_project to the project that pays"
	}
	switch s.Error.Status {
	case "UNAUTHENTICATED":
		return hintLogin
	case "PERMISSION_DENIED":
		return "switch the Cloud Text-to-Speech API on, and let the key or account use it"
	}
	return ""
}

const hintLogin = "give an API key in GOOGLE_API_KEY, a service account in GOOGLE_APPLICATION_CREDENTIALS, or log in with: gcloud auth application-default login"

// lasts says whether a quota that is used up is one of a day or longer.
func (s status) lasts() bool {
	text := strings.ToLower(s.Error.Message)
	for _, d := range s.Error.Details {
		if d.Reason == "RESOURCE_QUOTA_EXCEEDED" {
			return true
		}
		text += " " + strings.ToLower(d.Metadata["quota_limit"])
	}
	for _, span := range []string{"per day", "perday", "per month", "permonth"} {
		if strings.Contains(text, span) {
			return true
		}
	}
	return false
}

// after is how long the service asks to wait.
func (s status) after(a *remote.Answer) time.Duration {
	for _, d := range s.Error.Details {
		if wait, err := time.ParseDuration(d.RetryDelay); err == nil && wait > 0 {
			return min(wait, 24*time.Hour)
		}
	}
	return remote.RetryAfter(a.Header)
}
