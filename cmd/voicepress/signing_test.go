package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
)

func keysAt(t *testing.T, at time.Time) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, c2pa.InitKeys(dir, "The Courier", at))
	return dir
}

func TestKeysThatCannotSignAreRefusedAndLeaveNoFile(t *testing.T) {
	good, other := keysAt(t, time.Now()), keysAt(t, time.Now())
	broken := func(name, text string) string {
		dir := keysAt(t, time.Now())
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		return dir
	}
	swapped := keysAt(t, time.Now())
	require.NoError(t, os.Rename(filepath.Join(other, c2pa.KeyFile), filepath.Join(swapped, c2pa.KeyFile)))
	root := keysAt(t, time.Now())
	require.NoError(t, os.Rename(filepath.Join(root, c2pa.RootFile), filepath.Join(root, c2pa.CertificateFile)))
	article := filepath.Join(t.TempDir(), "story.txt")
	require.NoError(t, os.WriteFile(article, []byte("The council met on Monday and agreed on a plan."), 0o600))
	for name, c := range map[string]struct{ keys, says string }{
		"expired":             {keysAt(t, time.Now().AddDate(-11, 0, 0)), "expired on"},
		"not valid yet":       {keysAt(t, time.Now().AddDate(1, 0, 0)), "valid only from"},
		"key of another":      {swapped, "does not belong to the certificate"},
		"no key":              {filepath.Join(good, "nowhere"), "no such file"},
		"damaged key":         {broken(c2pa.KeyFile, "no key"), c2pa.KeyFile},
		"damaged certificate": {broken(c2pa.CertificateFile, "no certificate"), c2pa.CertificateFile},
		"the root itself":     {root, c2pa.CertificateFile},
	} {
		t.Run(name, func(t *testing.T) {
			for _, command := range [][]string{
				{"convert", article, "--backend", "fake"}, {"batch", article, "--backend", "fake"}, {"disclose", article},
			} {
				dir := t.TempDir()
				code, _, stderr := call(t, nil, append(command, "-o", dir, "--keys", c.keys)...)
				require.Equal(t, exitCredentials, code, stderr)
				require.Contains(t, stderr, c.says)
				require.Contains(t, stderr, "hint: ")
				require.Empty(t, visible(t, dir))
			}
		})
	}
}

func TestTheKeysFlagWinsOverTheOtherWayToNameAKey(t *testing.T) {
	keys := keysAt(t, time.Now())
	c, err := load(t, "signing: {certificate: a.pem, key: a.key}", "--keys", keys)
	require.NoError(t, err)
	signer, err := c.openSigner(nil)
	require.NoError(t, err)
	require.Equal(t, "The Courier", signer.Name())
	c, err = load(t, "signing: {certificate: a.pem, key: a.key}")
	require.NoError(t, err)
	_, err = c.openSigner(nil)
	require.ErrorContains(t, err, filepath.Join(filepath.Dir(c.file), "a.pem"))
	c, err = load(t, "")
	require.NoError(t, err)
	signer, err = c.openSigner(nil)
	require.NoError(t, err)
	require.Nil(t, signer)
}
