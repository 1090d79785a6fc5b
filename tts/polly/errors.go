package polly

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote"
	"github.com/voicepress/voicepress/tts/internal/voices"
)

// failure is the error of the right kind for what the SDK reports. The service's own code counts first: it throttles
// with status 400.
func (b *Backend) failure(err error, voice string) error {
	var send *smithyhttp.RequestSendError
	if errors.As(err, &send) {
		return send.Err // of the transport, which knows the kinds
	}
	status, header := 0, http.Header{}
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		status = response.HTTPStatusCode()
		if response.Response != nil && response.Response.Response != nil {
			header = response.Response.Header
		}
	}
	code, said := "", errors.New("no message")
	var api smithy.APIError
	if errors.As(err, &api) {
		code = api.ErrorCode()
		said = fmt.Errorf("%s: %s", remote.Message([]byte(code)), remote.Message([]byte(api.ErrorMessage())))
	}
	switch code {
	case "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded":
		return &tts.RateLimited{After: remote.RetryAfter(header), Err: said}
	case "TextLengthExceededException":
		return &tts.TooLong{Limit: b.info.Limit}
	case "InvalidSsmlException":
		return fmt.Errorf("%w: %w", errInvalid, said)
	case "EngineNotSupportedException":
		return b.noVoice(voice, "set backends.polly.engine to one that the voice has, or choose another voice with --voice")
	case "LanguageNotSupportedException":
		return b.noVoice(voice, "choose another voice with --voice")
	case "ValidationException", "ValidationError":
		if strings.Contains(strings.ToLower(api.ErrorMessage()), "voiceid") {
			return b.noVoice(voice, "choose a voice of docs.aws.amazon.com/polly/latest/dg/available-voices.html with --voice")
		}
	case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch",
		"IncompleteSignature", "MissingAuthenticationToken", "MissingAuthenticationTokenException":
		return &tts.NotAuthorised{Err: remote.Hint(said, "the service does not take the key: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile")}
	case "ExpiredToken", "ExpiredTokenException":
		return &tts.NotAuthorised{Err: remote.Hint(said, "the session is over: log in again (aws sso login), or get new keys")}
	case "RequestExpired", "RequestTimeTooSkewed":
		return &tts.NotAuthorised{Err: remote.Hint(said, "set this machine's clock")}
	case "AccessDenied", "AccessDeniedException", "NotAuthorized", "OptInRequired":
		return &tts.NotAuthorised{Err: remote.Hint(said, "allow these credentials polly:SynthesizeSpeech in this region")}
	case "LimitExceededException", "ServiceQuotaExceededException":
		return &tts.QuotaExceeded{Err: said, Remedy: "ask for more under Service Quotas in the AWS console, or lower concurrency"}
	case "ServiceFailureException", "InternalFailure", "InternalServerError", "ServiceUnavailable", "ServiceUnavailableException":
		return &tts.Temporary{Err: said}
	}
	if status == 0 || status >= 200 && status < 300 {
		return &tts.BadAnswer{Err: fmt.Errorf("the SDK does not understand it: %s", remote.Message([]byte(err.Error()))), Remedy: "check base_url"}
	}
	return remote.Kind(status, header, said)
}

// errInvalid says that the service finds fault with the tags.
var errInvalid = errors.New("invalid SSML") //nolint:gochecknoglobals // an error to compare with

// noVoice is the refusal of a voice.
func (b *Backend) noVoice(voice, remedy string) error {
	return &tts.NoSuchVoice{Voice: voice, Known: tts.Nearest(voice, voices.Others(b.info.Voices, voice), 8), Remedy: fmt.Sprintf("for the engine %s: %s", b.engineName, remedy)}
}

// noCredentials is the error where none are found.
func noCredentials(err error) error {
	return &tts.NotAuthorised{Err: remote.Hint(fmt.Errorf("find credentials for AWS: %s", remote.Message([]byte(err.Error()))),
		"set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in (aws configure, aws sso login) and name the profile with backends.polly.profile")}
}
