package c2pa_test

import (
	"bytes"
	"crypto/x509"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
)

// fuzzFiles are a signed file with box hash and one with data hash, both small, with their stores and anchors.
func fuzzFiles(f *testing.F) (stores, files [][]byte, anchors []*x509.Certificate) {
	f.Helper()
	dir := filepath.Join(f.TempDir(), "keys")
	require.NoError(f, c2pa.InitKeys(dir, "Courier", now()))
	s, err := c2pa.NewSigner(c2pa.Config{Keys: dir}, slog.New(slog.DiscardHandler))
	require.NoError(f, err)
	anchors, err = c2pa.ReadCertificates(filepath.Join(dir, c2pa.RootFile))
	require.NoError(f, err)
	boxes := []byte("\x00\x00\x00\x0CftypM4A \x00\x00\x00\x10moovstco\x00\x00\x00\x00\x00\x00\x00\x0Bmdatabc")
	for _, layout := range []func(store []byte) c2pa.Layout{
		func(store []byte) c2pa.Layout { return id3Layout(f, []byte("sound"), store) },
		func([]byte) c2pa.Layout { return c2pa.Layout{Parts: []c2pa.Part{{Bytes: boxes}}, BMFF: true} },
		func([]byte) c2pa.Layout { return c2pa.Layout{Parts: []c2pa.Part{{Bytes: []byte("sound")}}} },
	} {
		signed, err := s.Sign(f.Context(), manifest(f), func(store []byte) (c2pa.Layout, error) { return layout(store), nil })
		require.NoError(f, err)
		stores = append(stores, signed.Store)
		files = append(files, file(f, layout(signed.Store)))
	}
	return stores, files, anchors
}

// FuzzValidate feeds stores and files. A panic is not allowed, and neither is trust beside a failure.
func FuzzValidate(f *testing.F) {
	stores, files, anchors := fuzzFiles(f)
	for i := range stores {
		f.Add(stores[i], files[i])
	}
	for _, h := range hostileStores(f) {
		f.Add(h, files[0])
	}
	f.Fuzz(func(t *testing.T, store, file []byte) {
		for _, hole := range []c2pa.Range{{}, {Start: 61, Length: int64(len(store))}} {
			r := c2pa.Validate(store, section(file), hole, c2pa.Trust{Anchors: anchors, Now: now().Add(time.Minute)})
			require.NotEmpty(t, r.State)
			require.Equal(t, r.State == c2pa.Trusted, len(r.Failure) == 0)
			_, _ = c2pa.ParentFields(store, r)
		}
	})
}

// FuzzClaim puts a claim that nobody signed into a store that is otherwise right.
func FuzzClaim(f *testing.F) {
	stores, files, anchors := fuzzFiles(f)
	f.Add([]byte("\xA1jinstanceIDaa"))
	for _, store := range stores {
		at := bytes.Index(store, []byte("c2pa.claim.v2\x00")) + len("c2pa.claim.v2\x00") + 8
		end := bytes.Index(store, []byte("c2pa.signature\x00")) - 8 - 17 - 8
		f.Add(store[at:end])
	}
	f.Fuzz(func(t *testing.T, claim []byte) {
		box := superbox("c2cl", "c2pa.claim.v2", jumbfBox("cbor", claim))
		store := superbox("c2pa", "c2pa", superbox("c2ma", "urn:c2pa:1", superbox("c2as", "c2pa.assertions"), box, superbox("c2cs", "c2pa.signature", jumbfBox("cbor", []byte{0xA0}))))
		r := c2pa.Validate(store, section(files[0]), c2pa.Range{}, c2pa.Trust{Anchors: anchors, Now: now()})
		require.Equal(t, c2pa.Invalid, r.State)
	})
}

// FuzzTimestamp feeds what stands in the header for a time stamp.
func FuzzTimestamp(f *testing.F) {
	stores, files, anchors := fuzzFiles(f)
	f.Add([]byte{0x30, 0x03, 0x02, 0x01, 0x00})
	f.Fuzz(func(t *testing.T, token []byte) {
		store := withToken(t, stores[2], token)
		r := c2pa.Validate(store, section(files[2]), c2pa.Range{}, c2pa.Trust{Anchors: anchors, Now: now().Add(time.Minute)})
		require.Equal(t, c2pa.Trusted, r.State, "a time stamp that nobody can read does no harm: %v", r.Failure)
		require.Nil(t, r.Time)
	})
}
