package pipeline

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/decode"
	"github.com/voicepress/voicepress/audio/disclosure"
	"github.com/voicepress/voicepress/pipeline/article/fetch"
)

// Verifier checks what audio says about itself, in files and at addresses. It is safe for concurrent use.
type Verifier struct {
	Anchors     []*x509.Certificate // roots that are trusted
	Watermarker Watermarker         // finds watermarks; nil: nobody looks for one
	Libraries   decode.Libraries    // to decode what may hold a watermark
	Fetch       fetch.Client        // gets what has an address
}

// Verify checks the file at a path or at an http or https address. What is missing or changed is in the report; an error
// is for what cannot be looked at. Of an address it gets the file and, where they are there, the sidecar and the manifest
// beside it; a path needs no network.
func (v *Verifier) Verify(ctx context.Context, input string) (*disclosure.Report, error) {
	if !IsAddress(input) {
		return v.file(ctx, input)
	}
	dir, err := os.MkdirTemp("", "voicepress-verify-")
	if err != nil {
		return nil, fmt.Errorf("verify %s: %w", input, err)
	}
	defer os.RemoveAll(dir)
	file, err := v.download(ctx, input, dir)
	if err != nil {
		return nil, fmt.Errorf("verify %s: %w", input, err)
	}
	report, err := v.file(ctx, file)
	var unverifiable *disclosure.UnverifiableError
	if errors.As(err, &unverifiable) {
		unverifiable.Path = input
	}
	if report != nil {
		report.File = input
	}
	return report, err
}

// IsAddress says whether an input is an address of the web and not a path.
func IsAddress(input string) bool {
	scheme, _, ok := strings.Cut(input, "://")
	return ok && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

func (v *Verifier) file(ctx context.Context, path string) (*disclosure.Report, error) {
	check := disclosure.Verifier{Anchors: v.Anchors}
	if v.Watermarker != nil {
		check.Watermark = v.findWatermark
	}
	return check.Verify(ctx, path)
}

// findWatermark looks for a watermark in the sound of a file.
func (v *Verifier) findWatermark(ctx context.Context, src *io.SectionReader) (*disclosure.Watermark, error) {
	sound, err := decode.Open(ctx, src, v.Libraries)
	if err != nil {
		return nil, err
	}
	defer sound.Close()
	found, err := v.Watermarker.Detect(ctx, sound, sound.Rate)
	if err != nil || !found.Found() {
		return nil, err
	}
	return &disclosure.Watermark{Algorithm: v.Watermarker.Algorithm(), Payload: payload(found.Payload)}, nil
}

// The most bytes of what lies beside a file.
const (
	maxBeside = 16 << 20
	longName  = 200
)

// download puts the file at an address, and what lies beside it, into dir. The sidecar knows the file by its name, so it
// keeps that.
func (v *Verifier) download(ctx context.Context, address, dir string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", &fetch.BadAddress{Why: "it cannot be parsed"}
	}
	name := path.Base(u.Path)
	if name == "." || name == ".." || len(name) > longName || strings.ContainsAny(name, `/\`) {
		name = "audio"
	}
	file := filepath.Join(dir, name)
	if err := save(ctx, v.Fetch, address, file); err != nil {
		return "", err
	}
	beside := v.Fetch
	beside.MaxBytes = maxBeside
	for _, suffix := range []string{DisclosureSuffix, c2pa.SidecarSuffix} {
		there := *u
		there.Path = strings.TrimSuffix(u.Path, path.Ext(u.Path)) + suffix
		there.RawPath, there.RawQuery, there.Fragment = "", "", ""
		target := strings.TrimSuffix(file, filepath.Ext(file)) + suffix
		if target == file {
			continue
		}
		err := save(ctx, beside, there.String(), target)
		var status *fetch.Status
		switch {
		case err == nil:
		case errors.As(err, &status) && !status.Temporary():
			_ = os.Remove(target) // it is not there, which verifying will say
		default:
			return "", err
		}
	}
	return file, nil
}

func save(ctx context.Context, client fetch.Client, address, path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = client.File(ctx, address, file)
	return errors.Join(err, file.Close())
}
