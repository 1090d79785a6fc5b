package c2pa_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
)

func TestKeysAreForTheirOwnerAndOpensslAcceptsThem(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "keys")
	require.NoError(t, c2pa.InitKeys(dir, "Beispielblatt & Söhne", now()))
	if runtime.GOOS != "windows" {
		info, err := os.Stat(filepath.Join(dir, c2pa.KeyFile))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		info, err = os.Stat(dir)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	}
	out, err := exec.CommandContext(t.Context(), "openssl", "verify", "-purpose", "smimesign", "-CAfile", filepath.Join(dir, c2pa.RootFile), filepath.Join(dir, c2pa.CertificateFile)).CombinedOutput()
	require.NoErrorf(t, err, "this test needs openssl: %s", out)
	s, err := c2pa.NewSigner(c2pa.Config{Keys: dir}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.Equal(t, "Beispielblatt & Söhne", s.Name())
	require.Greater(t, time.Until(s.NotAfter()), 9*365*24*time.Hour)
}

func TestKeysAreNotOverwritten(t *testing.T) {
	for _, file := range []string{c2pa.RootFile, c2pa.CertificateFile, c2pa.KeyFile} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte("mine"), 0o600))
		require.ErrorContains(t, c2pa.InitKeys(dir, "Courier", now()), "is not overwritten")
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, entries, 1, "nothing was made beside it")
	}
	require.ErrorContains(t, c2pa.InitKeys(t.TempDir(), "", now()), "1 to 64 bytes")
	require.ErrorContains(t, c2pa.InitKeys(t.TempDir(), strings.Repeat("a", 65), now()), "1 to 64 bytes")
}

// identity is a certificate with its key, in files.
type identity struct{ root, certificate, key string }

// issue makes a root, an authority between if wanted, and a certificate below them with that key.
func issue(t testing.TB, key crypto.Signer, between bool, change func(*x509.Certificate)) identity {
	t.Helper()
	rootKey, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	authority := func(name string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name, Organization: []string{name}},
			NotBefore: now(), NotAfter: now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}
	}
	create := func(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
		require.NoError(t, err)
		c, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		return c
	}
	rootTemplate := authority("Root")
	root := create(rootTemplate, rootTemplate, &rootKey.PublicKey, rootKey)
	parent, parentKey := root, rootKey
	chain := []*x509.Certificate{root}
	if between {
		middleKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		parent, parentKey = create(authority("Between"), root, &middleKey.PublicKey, rootKey), middleKey
		chain = append([]*x509.Certificate{parent}, chain...)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "Courier", Organization: []string{"Courier"}},
		NotBefore: now(), NotAfter: now().AddDate(1, 0, 0), BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
		UnknownExtKeyUsage: []asn1.ObjectIdentifier{{1, 3, 6, 1, 4, 1, 62558, 2, 1}},
	}
	if change != nil {
		change(template)
	}
	leaf := create(template, parent, key.Public(), parentKey)
	dir := t.TempDir()
	id := identity{filepath.Join(dir, "root.pem"), filepath.Join(dir, "chain.pem"), filepath.Join(dir, "key.pem")}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	savePEM(t, id.root, "CERTIFICATE", root.Raw)
	savePEM(t, id.key, "PRIVATE KEY", private)
	all := [][]byte{leaf.Raw}
	for _, c := range chain {
		all = append(all, c.Raw)
	}
	savePEM(t, id.certificate, "CERTIFICATE", all...)
	return id
}

func savePEM(t testing.TB, path, kind string, blocks ...[]byte) {
	t.Helper()
	var b bytes.Buffer
	for _, der := range blocks {
		require.NoError(t, pem.Encode(&b, &pem.Block{Type: kind, Bytes: der}))
	}
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
}

// keysOfEveryKind are one key of each kind that is allowed.
func keysOfEveryKind(t testing.TB) map[string]crypto.Signer {
	t.Helper()
	keys := map[string]crypto.Signer{}
	for name, curve := range map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()} {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		require.NoError(t, err)
		keys[name] = key
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	keys["PS256"] = key
	_, keys["EdDSA"], err = ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return keys
}

func TestAPublishersOwnKeyOfEveryKindIsTrusted(t *testing.T) {
	c := containers()[0]
	bare := bareFile(t, c.extension)
	var cases []judged
	for name, key := range keysOfEveryKind(t) {
		for _, between := range []bool{false, true} {
			id := issue(t, key, between, nil)
			s, err := c2pa.NewSigner(c2pa.Config{Certificate: id.certificate, Key: id.key}, slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			name := fmt.Sprintf("%s, with an authority between: %v", name, between)
			cases = append(cases, judged{name, c, sign(t, s, manifest(t), c, bare), c2pa.Trusted, id.root})
		}
	}
	requireAgreement(t, "", cases...)
}

func TestWhatCannotSignIsAClearError(t *testing.T) {
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	require.NoError(t, err)
	good := issue(t, p256, false, nil)
	stranger := issue(t, other, false, nil)
	text := write(t, "text.pem", []byte("no PEM"))
	encrypted := filepath.Join(t.TempDir(), "encrypted.pem")
	savePEM(t, encrypted, "ENCRYPTED PRIVATE KEY", []byte("secret"))
	unordered := filepath.Join(t.TempDir(), "unordered.pem")
	savePEM(t, unordered, "CERTIFICATE", certificatesOf(t, good.certificate)[0], certificatesOf(t, stranger.certificate)[1])
	certificate := func(change func(*x509.Certificate)) c2pa.Config {
		id := issue(t, p256, false, change)
		return c2pa.Config{Certificate: id.certificate, Key: id.key}
	}
	for name, c := range map[string]struct {
		config c2pa.Config
		want   string
	}{
		"nothing":              {c2pa.Config{}, "name the certificate of the signer, or a folder of keys"},
		"no key":               {c2pa.Config{Certificate: good.certificate}, "name either the private key"},
		"key and command":      {c2pa.Config{Certificate: good.certificate, Key: good.key, Command: []string{"true"}}, "name either the private key"},
		"folder and key":       {c2pa.Config{Keys: t.TempDir(), Key: good.key}, "and not both"},
		"empty folder":         {c2pa.Config{Keys: t.TempDir()}, "signer.pem"},
		"key of somebody else": {c2pa.Config{Certificate: good.certificate, Key: stranger.key}, "does not belong to the certificate"},
		"no certificate in it": {c2pa.Config{Certificate: text, Key: good.key}, "holds no certificate"},
		"no key in it":         {c2pa.Config{Certificate: good.certificate, Key: text}, "holds no private key"},
		"an encrypted key":     {c2pa.Config{Certificate: good.certificate, Key: encrypted}, "the key is encrypted; decrypt it"},
		"a root alone":         {c2pa.Config{Certificate: good.root, Key: good.key}, "a certificate of an authority"},
		"a broken chain":       {c2pa.Config{Certificate: unordered, Key: good.key}, "is not the issuer of one before it"},
		"a missing command":    {c2pa.Config{Certificate: good.certificate, Command: []string{"no-such-program"}}, "signing command"},
		"a bad server":         {c2pa.Config{Certificate: good.certificate, Key: good.key, Timestamp: "ftp://time.example"}, "beginning with http:// or https://"},
		"expired": {certificate(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = now().AddDate(-2, 0, 0), now().AddDate(-1, 0, 0)
		}), "expired on"},
		"not yet valid": {certificate(func(c *x509.Certificate) { c.NotBefore = now().AddDate(0, 6, 0) }), "valid only from"},
		"no purpose": {certificate(func(c *x509.Certificate) {
			c.ExtKeyUsage, c.UnknownExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, nil
		}), "not for signing claims"},
		"any purpose": {certificate(func(c *x509.Certificate) { c.ExtKeyUsage = append(c.ExtKeyUsage, x509.ExtKeyUsageAny) }), "anyExtendedKeyUsage"},
		"no use":      {certificate(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), "digitalSignature"},
		"a forbidden curve": {func() c2pa.Config {
			id := issue(t, p224, false, nil)
			return c2pa.Config{Certificate: id.certificate, Key: id.key}
		}(), "a key of a kind that C2PA does not allow"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c2pa.NewSigner(c.config, slog.New(slog.DiscardHandler))
			require.ErrorContains(t, err, c.want)
		})
	}
}

// certificatesOf are the certificates in a PEM file.
func certificatesOf(t testing.TB, path string) [][]byte {
	t.Helper()
	certificates, err := c2pa.ReadCertificates(path)
	require.NoError(t, err)
	var all [][]byte
	for _, c := range certificates {
		all = append(all, c.Raw)
	}
	return all
}

func TestACertificateThatExpiresWhileWeWorkSignsNothing(t *testing.T) {
	clock := time.Now()
	s, _ := newKeys(t, func(c *c2pa.Config) { c.Now = func() time.Time { return clock } })
	clock = clock.AddDate(11, 0, 0)
	_, err := s.Sign(t.Context(), manifest(t), func([]byte) (c2pa.Layout, error) { return c2pa.Layout{}, nil })
	require.ErrorContains(t, err, "expired on")
}

func TestAKeyThatOthersCanReadIsAWarning(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no such permissions there")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	id := issue(t, key, false, nil)
	for mode, want := range map[os.FileMode]string{0o600: "", 0o640: "others can read the private key"} {
		require.NoError(t, os.Chmod(id.key, mode))
		var log bytes.Buffer
		_, err := c2pa.NewSigner(c2pa.Config{Certificate: id.certificate, Key: id.key}, slog.New(slog.NewTextHandler(&log, nil)))
		require.NoError(t, err)
		require.Equal(t, want == "", log.Len() == 0)
		require.Contains(t, log.String(), want)
	}
}

// TestACommandSignsInPlaceOfAKey lets openssl be the vault: it is given the digest, and prints DER; for others the output is
// turned into each of the forms that are allowed.
func TestACommandSignsInPlaceOfAKey(t *testing.T) {
	c := containers()[0]
	bare := bareFile(t, c.extension)
	keys := keysOfEveryKind(t)
	var cases []judged
	pss := []string{"-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:digest", "-pkeyopt", "digest:sha256"}
	for name, one := range map[string]struct {
		key   string
		extra []string
		pipe  string
	}{
		"P-256, DER":           {"ES256", nil, ""},
		"P-256, base64":        {"ES256", nil, " | base64"},
		"P-256, hex":           {"ES256", nil, " | od -An -v -tx1"},
		"P-384, DER":           {"ES384", nil, ""},
		"P-521, DER":           {"ES512", nil, ""},
		"RSA, raw":             {"PS256", pss, ""},
		"RSA, base64":          {"PS256", pss, " | base64 -w0"},
		"Ed25519, from a file": {"EdDSA", []string{"-rawin"}, ""},
	} {
		id := issue(t, keys[one.key], false, nil)
		command := append([]string{"openssl", "pkeyutl", "-sign", "-inkey", id.key}, one.extra...)
		switch {
		case one.key == "EdDSA": // openssl wants to know the length of the message before
			command = []string{"sh", "-c", `f=$(mktemp) && cat >"$f" && "$@" -in "$f"; rm "$f"`, "sh", "openssl", "pkeyutl", "-sign", "-inkey", id.key, "-rawin"}
		case one.pipe != "":
			command = append([]string{"sh", "-c", `"$@"` + one.pipe, "sh"}, command...)
		}
		s, err := c2pa.NewSigner(c2pa.Config{Certificate: id.certificate, Command: command}, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		cases = append(cases, judged{name, c, sign(t, s, manifest(t), c, bare), c2pa.Trusted, id.root})
	}
	requireAgreement(t, "", cases...)
}

func TestACommandThatFailsIsAClearError(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	id := issue(t, key, false, nil)
	other := issue(t, func() crypto.Signer {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		return k
	}(), false, nil)
	for name, one := range map[string]struct {
		command []string
		want    string
	}{
		"it fails":        {[]string{"sh", "-c", "printf 'no such slot\\033[31m\\nmore' >&2; exit 3"}, "exit status 3: no such slot[31m"},
		"it is silent":    {[]string{"true"}, "what it printed (0 bytes) is no ES256 signature"},
		"it prints much":  {[]string{"sh", "-c", "head -c 200000 /dev/zero"}, "it printed more than 65536 bytes"},
		"another key":     {[]string{"openssl", "pkeyutl", "-sign", "-inkey", other.key}, "is no ES256 signature of the key in the certificate"},
		"it sees its job": {[]string{"sh", "-c", `[ "$VOICEPRESS_ALGORITHM" = ES256 ] && [ "$(wc -c)" -eq 32 ] && echo right >&2; exit 1`}, "right"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := c2pa.NewSigner(c2pa.Config{Certificate: id.certificate, Command: one.command}, slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			_, err = s.Sign(t.Context(), manifest(t), func([]byte) (c2pa.Layout, error) { return c2pa.Layout{}, nil })
			require.ErrorContains(t, err, one.want)
		})
	}
}
