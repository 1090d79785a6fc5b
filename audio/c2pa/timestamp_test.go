package c2pa_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/c2pa/c2patest"
)

// serve answers time stamp requests with what answer makes of the body.
func serve(t testing.TB, answer func(w http.ResponseWriter, body []byte)) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			answer(w, body)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// forward asks another server.
func forward(t testing.TB, url string, body []byte) []byte {
	t.Helper()
	r, err := http.Post(url, "application/timestamp-query", bytes.NewReader(body))
	require.NoError(t, err)
	defer r.Body.Close()
	reply, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return reply
}

func TestAWrongTimestampIsAnErrorAndSignsNothing(t *testing.T) {
	honest := c2patest.NewTimestampServer(t, nil).URL
	early := c2patest.NewTimestampServer(t, func() time.Time { return now().AddDate(-1, 0, 0) }).URL
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter, body []byte)
		want   string
	}{
		"an error":  {func(w http.ResponseWriter, _ []byte) { http.Error(w, "busy", http.StatusServiceUnavailable) }, "the server answers 503"},
		"no answer": {func(http.ResponseWriter, []byte) {}, "no answer to a time stamp request"},
		"a page":    {func(w http.ResponseWriter, _ []byte) { fmt.Fprint(w, "<html>sign in first</html>") }, "no answer to a time stamp request"},
		"a refusal": {func(w http.ResponseWriter, _ []byte) {
			_, _ = w.Write([]byte{0x30, 0x0C, 0x30, 0x0A, 0x02, 0x01, 0x02, 0x30, 0x05, 0x0C, 0x03, 'n', 'o', '!'})
		}, "the server refuses (status 2)"},
		"a long answer": {func(w http.ResponseWriter, _ []byte) { _, _ = w.Write(make([]byte, 1<<20)) }, "longer than 262144 bytes"},
		"an altered one": {func(w http.ResponseWriter, body []byte) {
			reply := forward(t, honest, body)
			reply[len(reply)-5] ^= 1
			_, _ = w.Write(reply)
		}, "its signature is wrong"},
		"of something else": {func(w http.ResponseWriter, body []byte) {
			body = bytes.Clone(body)
			body[40] ^= 1
			_, _ = w.Write(forward(t, honest, body))
		}, "the time stamp is of something else"},
		"for another request": {func(w http.ResponseWriter, body []byte) {
			body = bytes.Clone(body)
			body[len(body)-6] ^= 1
			_, _ = w.Write(forward(t, honest, body))
		}, "the answer is to another request"},
		"of another time": {func(w http.ResponseWriter, body []byte) { _, _ = w.Write(forward(t, early, body)) }, "valid only from"},
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, c.answer)
			s, _ := newKeys(t, func(config *c2pa.Config) { config.Timestamp = url })
			_, err := s.Sign(t.Context(), manifest(t), func([]byte) (c2pa.Layout, error) { return c2pa.Layout{}, nil })
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "time stamp from "+url)
		})
	}
}

func TestASlowTimestampServerIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	url := serve(t, func(http.ResponseWriter, []byte) { <-release })
	s, _ := newKeys(t, func(c *c2pa.Config) { c.Timestamp, c.Client = url, &http.Client{Timeout: 50 * time.Millisecond} })
	_, err := s.Sign(t.Context(), manifest(t), func([]byte) (c2pa.Layout, error) { return c2pa.Layout{}, nil })
	require.ErrorContains(t, err, "time stamp from "+url)
	var failed *c2pa.TimestampError
	require.ErrorAs(t, err, &failed)
	require.True(t, failed.Temporary())
	require.Contains(t, failed.Hint(), "signing.timestamp")
}

func TestWhetherATimestampServerMayAnswerLater(t *testing.T) {
	for status, later := range map[int]bool{http.StatusServiceUnavailable: true, http.StatusTooManyRequests: true, http.StatusNotFound: false, http.StatusOK: false} {
		url := serve(t, func(w http.ResponseWriter, _ []byte) { w.WriteHeader(status) })
		s, _ := newKeys(t, func(c *c2pa.Config) { c.Timestamp = url })
		_, err := s.Sign(t.Context(), manifest(t), func([]byte) (c2pa.Layout, error) { return c2pa.Layout{}, nil })
		var failed *c2pa.TimestampError
		require.ErrorAs(t, err, &failed)
		require.Equal(t, later, failed.Temporary(), "%d: %v", status, err)
	}
}

// opensslServer is a server whose time stamps openssl makes, with RSA and as many certificates in them as wanted.
func opensslServer(t testing.TB, extra int) (url, root string) {
	t.Helper()
	dir := t.TempDir()
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	require.NoError(t, err)
	id := issue(t, key, true, func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: "openssl"}
		c.ExtKeyUsage, c.UnknownExtKeyUsage = nil, nil
		c.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 37}, Critical: true, Value: []byte{0x30, 0x0A, 0x06, 0x08, 0x2B, 6, 1, 5, 5, 7, 3, 8}}}
	})
	chain := certificatesOf(t, id.certificate)
	server, more := filepath.Join(dir, "server.pem"), filepath.Join(dir, "more.pem")
	savePEM(t, server, "CERTIFICATE", chain[0])
	others := chain[1:2]
	for i := range extra {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		template := &x509.Certificate{SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: fmt.Sprintf("%0500d", i)}, NotBefore: now(), NotAfter: now().AddDate(1, 0, 0)}
		der, err := x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k)
		require.NoError(t, err)
		others = append(others, der)
	}
	savePEM(t, more, "CERTIFICATE", others...)
	config := filepath.Join(dir, "tsa.cnf")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, "[tsa]\ndefault_tsa=t\n[t]\nserial=%s/serial\nsigner_cert=%s\ncerts=%s\nsigner_key=%s\nsigner_digest=sha512\ndefault_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1,millisecs:500\nordering=yes\ntsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n", dir, server, more, id.key), 0o600))
	url = serve(t, func(w http.ResponseWriter, body []byte) {
		query, reply := filepath.Join(dir, "q.tsq"), filepath.Join(dir, "r.tsr")
		if err := os.WriteFile(query, body, 0o600); err != nil {
			return
		}
		if out, err := exec.CommandContext(t.Context(), "openssl", "ts", "-reply", "-config", config, "-queryfile", query, "-out", reply).CombinedOutput(); err != nil {
			http.Error(w, string(out), http.StatusInternalServerError)
			return
		}
		b, err := os.ReadFile(reply)
		if err == nil {
			_, _ = w.Write(b)
		}
	})
	return url, id.root
}

func TestTimestampsOfOpensslAreTrusted(t *testing.T) {
	var cases []judged
	for name, extra := range map[string]int{"small": 0, "larger than the room at first": 6} {
		url, serverRoot := opensslServer(t, extra)
		s, root := newKeys(t, func(c *c2pa.Config) { c.Timestamp = url })
		both := c2patest.Anchors(t, root, serverRoot)
		for _, c := range judgedContainers() {
			signed := sign(t, s, manifest(t), c, bareFile(t, c.extension))
			cases = append(cases, judged{name, c, signed, c2pa.Trusted, both})
			require.True(t, validate(t, c, signed, both).TimeTrusted)
		}
	}
	requireAgreement(t, "", cases...)
}
