package google

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"

	"github.com/voicepress/voicepress/tts"
	"github.com/voicepress/voicepress/tts/internal/remote"
)

const (
	defaultKeyEnv = "GOOGLE_API_KEY"
	// scope is the only one that the method takes.
	scope = "https://www.googleapis.com/auth/cloud-platform"
	// early is how long before its end a token is no longer used.
	early = time.Minute
)

// auth signs requests: with an API key where the options or the environment name one, else with the Application Default
// Credentials of the machine (a service account, a login of gcloud, the metadata server), which are looked for when the
// first request is made.
type auth struct {
	key     remote.Key
	useKey  bool
	project string

	turn  chan struct{} // holds the fields below; a channel, so that a call that waits for it ends with its context
	token *oauth2.Token
	payer string // the project in the credentials
}

func newAuth(o Options) *auth {
	a := &auth{key: remote.Key{Env: o.APIKeyEnv, File: o.APIKeyFile}, project: o.QuotaProject, turn: make(chan struct{}, 1)}
	if a.key.Env == "" {
		a.key.Env = defaultKeyEnv
	}
	a.useKey = o.APIKeyEnv != "" || o.APIKeyFile != "" || os.Getenv(a.key.Env) != ""
	return a
}

// sign adds what proves who asks. It never goes into an address.
func (a *auth) sign(ctx context.Context, header http.Header) error {
	if a.useKey {
		key, err := a.key.Read()
		if err != nil {
			return err
		}
		header.Set("X-Goog-Api-Key", key)
		return nil
	}
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if a.token == nil || !a.token.Expiry.IsZero() && time.Until(a.token.Expiry) < early {
		if err := a.renew(ctx); err != nil {
			return err
		}
	}
	header.Set("Authorization", "Bearer "+a.token.AccessToken)
	if payer := a.project; payer != "" {
		header.Set("X-Goog-User-Project", payer)
	} else if a.payer != "" {
		header.Set("X-Goog-User-Project", a.payer)
	}
	return nil
}

// renew gets a token. The credentials are read anew each time, because those that x/oauth2 makes keep the context that
// they were made with.
func (a *auth) renew(ctx context.Context) error {
	credentials, err := google.FindDefaultCredentials(ctx, scope)
	if err != nil {
		return refused(ctx, err)
	}
	token, err := credentials.TokenSource.Token()
	if err != nil {
		return refused(ctx, err)
	}
	var file struct {
		QuotaProject string `json:"quota_project_id"`
	}
	_ = json.Unmarshal(credentials.JSON, &file) // there is none on a machine of Google's
	a.token, a.payer = token, file.QuotaProject
	return nil
}

// forget drops a token that the service did not take.
func (a *auth) forget(ctx context.Context, token string) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return
	}
	if a.token != nil && a.token.AccessToken == token {
		a.token = nil
	}
}

// refused is the error for credentials that gave no token.
func refused(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var answer *oauth2.RetrieveError
	var network *url.Error
	switch {
	case errors.As(err, &answer):
		message := fmt.Errorf("log in: status %d: %s", answer.Response.StatusCode, remote.Message(answer.Body))
		if answer.Response.StatusCode >= 500 || answer.Response.StatusCode == http.StatusTooManyRequests {
			return &tts.Temporary{Err: message}
		}
		return &tts.NotAuthorised{Err: remote.Hint(message, hintLogin)}
	case errors.As(err, &network):
		return &tts.Temporary{Err: fmt.Errorf("log in: %w", network.Err)}
	}
	return &tts.NotAuthorised{Err: remote.Hint(errors.New(remote.Message([]byte("log in: "+err.Error()))), hintLogin)}
}
