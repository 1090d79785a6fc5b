package c2pa_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/c2pa/c2patest"
)

// oldKeys makes keys that expired, and a signer to which that has not happened yet.
func oldKeys(t testing.TB, timestamp string) (s *c2pa.Signer, root string, then time.Time) {
	t.Helper()
	then = time.Now().AddDate(-11, 0, 0)
	dir := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, c2pa.InitKeys(dir, "Courier", then))
	s, err := c2pa.NewSigner(c2pa.Config{Keys: dir, Timestamp: timestamp, Now: func() time.Time { return then }}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s, filepath.Join(dir, c2pa.RootFile), then
}

func TestAnExpiredCertificateIsInvalidForAllReaders(t *testing.T) {
	s, root, _ := oldKeys(t, "")
	var cases []judged
	for _, c := range judgedContainers() {
		cases = append(cases, judged{"expired", c, sign(t, s, manifest(t), c, bareFile(t, c.extension)), c2pa.Invalid, ""})
	}
	requireAgreement(t, root, cases...)
	require.True(t, hasCode(validate(t, cases[0].c, cases[0].file, root).Failure, "signingCredential.expired"))
}

func TestATimestampIsTrustedByAllReaders(t *testing.T) {
	server := c2patest.NewTimestampServer(t, nil)
	s, root := newKeys(t, func(c *c2pa.Config) { c.Timestamp = server.URL })
	both := c2patest.Anchors(t, root, server.Root)
	var cases []judged
	for _, c := range judgedContainers() {
		bare := bareFile(t, c.extension)
		signed := sign(t, s, manifest(t), c, bare)
		store, _ := c.find(t, signed)
		require.LessOrEqual(t, store.Length, int64(9000))
		cases = append(cases, judged{"stamped", c, signed, c2pa.Trusted, ""})
		r := validate(t, c, signed, both)
		require.NotNil(t, r.Time)
		require.WithinDuration(t, time.Now(), *r.Time, time.Minute)
		require.True(t, r.TimeTrusted)
		require.NotContains(t, string(signed), "com.voicepress.timestamp")
	}
	requireAgreement(t, both, cases...)
}

func TestATimestampKeepsAFileValidAfterTheCertificateExpired(t *testing.T) {
	var then time.Time
	server := c2patest.NewTimestampServer(t, func() time.Time { return time.Now().AddDate(-11, 0, 0) })
	s, root, then := oldKeys(t, server.URL)
	c := containers()[0]
	signed := sign(t, s, manifest(t), c, bareFile(t, c.extension))
	requireAgreement(t, c2patest.Anchors(t, root, server.Root), judged{"expired but stamped", c, signed, c2pa.Trusted, ""})
	r := validate(t, c, signed, c2patest.Anchors(t, root, server.Root))
	require.WithinDuration(t, then, *r.Time, time.Minute)
	// Nobody vouches for the server, so nobody knows that it was in time.
	requireAgreement(t, root, judged{"expired and stamped by a stranger", c, signed, c2pa.Invalid, ""})
}

func TestATimestampOfAStrangerDoesNoHarm(t *testing.T) {
	server := c2patest.NewTimestampServer(t, nil)
	s, root := newKeys(t, func(c *c2pa.Config) { c.Timestamp = server.URL })
	c := containers()[0]
	signed := sign(t, s, manifest(t), c, bareFile(t, c.extension))
	requireAgreement(t, root, judged{"stamped by a stranger", c, signed, c2pa.Trusted, ""})
	require.False(t, validate(t, c, signed, root).TimeTrusted)
}

func hasCode(list []c2pa.Status, code string) bool {
	for _, s := range list {
		if s.Code == code {
			return true
		}
	}
	return false
}
