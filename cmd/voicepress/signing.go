package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/pipeline/watermark"
)

type signingConfig struct {
	Keys        string   `mapstructure:"keys"`
	Certificate string   `mapstructure:"certificate"`
	Key         string   `mapstructure:"key"`
	Command     []string `mapstructure:"command"`
	Timestamp   string   `mapstructure:"timestamp"`
	Trust       []string `mapstructure:"trust"`
}

// signs says whether a signer is configured.
func (c signingConfig) signs() bool {
	return c.Keys != "" || c.Certificate != "" || c.Key != "" || len(c.Command) > 0
}

type watermarkConfig struct {
	Model    string `mapstructure:"model"`
	SHA256   string `mapstructure:"sha256"`
	Detector string `mapstructure:"detector"`
	Payload  uint16 `mapstructure:"payload"`
}

// openSigner is the configured signer; nil where none is.
func (s *settings) openSigner(log *slog.Logger) (*c2pa.Signer, error) {
	c := s.Signing
	if !c.signs() {
		return nil, nil //nolint:nilnil // no signer is a choice, and no mistake
	}
	if flag := s.flags.Lookup("keys"); flag != nil && flag.Changed { // wins over the other way to name a key
		c.Certificate, c.Key, c.Command = "", "", nil
	}
	signer, err := c2pa.NewSigner(c2pa.Config{
		Keys: s.path("signing.keys", c.Keys), Certificate: s.path("signing.certificate", c.Certificate),
		Key: s.path("signing.key", c.Key), Command: c.Command, Timestamp: c.Timestamp,
	}, log)
	if err != nil {
		hint := "see signing in the configuration, or leave it out; docs/disclosure.md has examples"
		if errors.Is(err, fs.ErrNotExist) && c.Keys != "" {
			hint = fmt.Sprintf("`voicepress keys init %s` makes keys", printable(c.Keys))
		}
		return nil, &credentialError{err, hint}
	}
	return signer, nil
}

// soon is how long before its end a certificate is worth a warning.
const soon = 30 * 24 * time.Hour

// checkSigner is what doctor says of the signer.
func checkSigner(c *settings, log *slog.Logger, now time.Time) finding {
	f := finding{Check: "signing", Required: c.Signing.signs()}
	signer, err := c.openSigner(log)
	switch {
	case err != nil:
		f.Detail, f.Hint = err.Error(), hintOf(err)
	case signer == nil:
		f.Detail, f.Hint = "nothing is signed", "`voicepress keys init DIR` makes keys; name them with signing.keys or --keys"
	default:
		f.OK = true
		f.Detail = fmt.Sprintf("%s, certificate valid until %s", signer.Name(), signer.NotAfter().UTC().Format(time.DateOnly))
		if signer.NotAfter().Sub(now) < soon {
			f.Detail += ", which is SOON"
		}
		if c.Signing.Timestamp == "" {
			f.Detail += "; no time stamp server"
		}
	}
	return f
}

// openWatermark loads the configured models: the one that marks, or the one that finds marks. It is nil where none is
// configured.
func (s *settings) openWatermark(find bool) (*watermark.AudioSeal, error) {
	c := s.Watermark
	data, err := s.dataDir()
	if err != nil {
		return nil, err
	}
	o := watermark.Options{
		SHA256: c.SHA256, Payload: c.Payload, Data: data,
	}
	if runtime, ok := s.Backends["piper"]["runtime"].(string); ok { // a process can load one only
		o.Runtime = runtime
	}
	if find {
		o.Detector = s.path("watermark.detector", c.Detector)
	} else {
		o.Model = s.path("watermark.model", c.Model)
	}
	if o.Detector == "" && o.Model == "" {
		return nil, nil //nolint:nilnil // no watermark is a choice, and no mistake
	}
	w, err := watermark.Open(o)
	var pin *watermark.PinError
	if errors.As(err, &pin) {
		return nil, usagef(pin.Hint(), "%w", err)
	}
	return w, err
}

// path is a path that a key holds. One that the configuration file names begins at the folder of that file.
func (s *settings) path(key, path string) string {
	if path = strings.TrimSpace(path); path == "" || filepath.IsAbs(path) || s.file == "" || s.origin(key) != s.file {
		return path
	}
	return filepath.Join(filepath.Dir(s.file), path)
}
