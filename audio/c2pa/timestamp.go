package c2pa

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"time"
)

const (
	timestampTimeout = 20 * time.Second
	timestampReply   = 256 << 10 // bytes that are read of an answer
	// timestampRoom is how many bytes are kept free for a time stamp at first. Tokens have 1 to 7 kB, depending on how
	// many certificates are in them; where one is larger, this signer keeps more room from then on.
	timestampRoom     = 4608
	timestampRoomStep = 512
	timestampRoomMost = 64 << 10
)

// tooLarge is a time stamp for which there was no room.
type tooLarge struct {
	error
	size int
}

// growRoom makes more room after a time stamp was too large. It is false where err is something else.
func (s *Signer) growRoom(err error) (int64, bool) {
	var large tooLarge
	if !errors.As(err, &large) || !errors.Is(large.error, errNoRoom) {
		return 0, false
	}
	now := s.room.Load()
	want := (int64(large.size)/timestampRoomStep + 1) * timestampRoomStep
	if want <= now {
		want = now + timestampRoomStep
	}
	if want > timestampRoomMost {
		return 0, false
	}
	s.room.CompareAndSwap(now, want)
	return want, true
}

func checkTimestampURL(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("time stamp server %q: an address beginning with http:// or https:// is needed", address)
	}
	return nil
}

// stamp is a time stamp that was checked.
type stamp struct {
	token []byte
	time  time.Time
}

// requestTimestamp asks the server for a time stamp of content, and checks what it answers (RFC 3161, 2.4 and 3.4).
func (s *Signer) requestTimestamp(ctx context.Context, content []byte) (stamp, error) {
	got, err := s.askTimestamp(ctx, content)
	if err != nil {
		return stamp{}, &TimestampError{s.timestamp, err}
	}
	return got, nil
}

// TimestampError says that a server gave no time stamp that can be used.
type TimestampError struct {
	Server string
	Err    error
}

func (e *TimestampError) Error() string {
	return fmt.Sprintf("time stamp from %s: %v", e.Server, e.Err)
}
func (e *TimestampError) Unwrap() error { return e.Err }

// Temporary says whether the server could not be reached or was busy, which may pass.
func (e *TimestampError) Temporary() bool {
	var unreachable *url.Error
	var answer *answerError
	return errors.As(e.Err, &unreachable) || errors.As(e.Err, &answer) && (answer.status >= 500 || answer.status == http.StatusTooManyRequests)
}

// Hint is what the user can do about it.
func (e *TimestampError) Hint() string {
	if e.Temporary() {
		return "try again later, or name another server in signing.timestamp"
	}
	return "check the address in signing.timestamp, or name another server"
}

// answerError is an answer that says that there is none.
type answerError struct{ status int }

func (e *answerError) Error() string {
	return fmt.Sprintf("the server answers %d %s", e.status, http.StatusText(e.status))
}

func (s *Signer) askTimestamp(ctx context.Context, content []byte) (stamp, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return stamp{}, err
	}
	request, err := asn1.Marshal(timestampRequest{
		Version: 1,
		Imprint: messageImprint{Algorithm: sha256Identifier(), Hash: sum256(content)},
		Nonce:   nonce,
		Certs:   true,
	})
	if err != nil {
		return stamp{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, timestampTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.timestamp, bytes.NewReader(request))
	if err != nil {
		return stamp{}, err
	}
	r.Header.Set("Content-Type", "application/timestamp-query")
	response, err := s.client.Do(r)
	if err != nil {
		return stamp{}, err
	}
	defer response.Body.Close()
	reply, err := io.ReadAll(io.LimitReader(response.Body, timestampReply+1))
	switch {
	case err != nil:
		return stamp{}, err
	case response.StatusCode != http.StatusOK:
		return stamp{}, &answerError{response.StatusCode}
	case len(reply) > timestampReply:
		return stamp{}, fmt.Errorf("the answer is longer than %d bytes", timestampReply)
	}
	token, err := tokenOf(reply)
	if err != nil {
		return stamp{}, err
	}
	t, err := parseToken(token)
	if err != nil {
		return stamp{}, err
	}
	if err := t.matches(content); err != nil {
		return stamp{}, err
	}
	if t.info.Nonce == nil || t.info.Nonce.Cmp(nonce) != 0 {
		return stamp{}, errors.New("the answer is to another request")
	}
	if err := s.inTime(t.info.Time); err != nil {
		return stamp{}, err
	}
	return stamp{token, t.info.Time}, nil
}
