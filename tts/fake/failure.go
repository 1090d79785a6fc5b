package fake

import (
	"errors"
	"strings"

	"github.com/voicepress/voicepress/tts"
)

// errPlanned is the reason of every failure.
var errPlanned = errors.New("a failure as planned")

// fits says whether the failure is meant for the nth request with this text.
func (f Failure) fits(nth int, text string) bool {
	return (f.Nth == 0 || f.Nth == nth) && strings.Contains(text, f.Text)
}

// err is the error of the failure's kind, or nil if there is no such kind.
func (f Failure) err(info tts.Info) error {
	switch f.Kind {
	case "rate_limited":
		return &tts.RateLimited{After: f.After, Err: errPlanned}
	case "too_long":
		return &tts.TooLong{Limit: info.Limit}
	case "no_such_voice":
		return &tts.NoSuchVoice{Voice: "planned"}
	case "not_authorised":
		return &tts.NotAuthorised{Err: errPlanned}
	case "refused":
		return &tts.Refused{Err: errPlanned}
	case "temporary":
		return &tts.Temporary{Err: errPlanned}
	case "permanent":
		return errPlanned
	default:
		return nil
	}
}
