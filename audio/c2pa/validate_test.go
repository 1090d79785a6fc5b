package c2pa_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
	"github.com/voicepress/voicepress/audio/c2pa/c2patest"
)

// soundOffsets are n places in the sound of a file, spread evenly.
func soundOffsets(t testing.TB, c container, signed []byte, n int) []int {
	t.Helper()
	_, hole := c.find(t, signed)
	from, to := int(hole.Start+hole.Length)+512, len(signed)
	if c.name == "WAV" {
		from, to = 256, int(hole.Start)
	}
	if c.name == "M4A" {
		from = bytes.Index(signed, []byte("mdat")) + 4
		to = from + int(binary.BigEndian.Uint32(signed[from-8:])) - 8
	}
	var offsets []int
	for i := range n {
		offsets = append(offsets, from+int(math.Round(float64(to-from-1)*float64(i)/float64(n-1))))
	}
	return offsets
}

// trust is what Validate is to believe: the certificates in a file, now.
func trust(t testing.TB, root string) c2pa.Trust {
	t.Helper()
	if root == "" {
		return c2pa.Trust{Now: time.Now()}
	}
	anchors, err := c2pa.ReadCertificates(root)
	require.NoError(t, err)
	return c2pa.Trust{Anchors: anchors, Now: time.Now()}
}

// validate checks a file in which the store lies.
func validate(t testing.TB, c container, signed []byte, root string) c2pa.Report {
	t.Helper()
	store, hole := c.find(t, signed)
	return c2pa.Validate(signed[store.Start:store.Start+store.Length], section(signed), hole, trust(t, root))
}

func codes(list []c2pa.Status) []string {
	var all []string
	for _, s := range list {
		all = append(all, s.Code)
	}
	return all
}

func TestEveryInvertedByteOfSoundIsFound(t *testing.T) {
	const flips = 200
	s, root := newKeys(t)
	var files []c2patest.File
	for _, c := range containers() {
		signed := sign(t, s, manifest(t), c, bareFile(t, c.extension))
		offsets := soundOffsets(t, c, signed, flips)
		for _, at := range offsets {
			signed[at] ^= 0xFF
			r := validate(t, c, signed, root)
			signed[at] ^= 0xFF
			require.Equal(t, c2pa.Invalid, r.State, "%s, byte %d", c.name, at)
			require.Len(t, r.Failure, 1)
		}
		require.Equal(t, c2pa.Trusted, validate(t, c, signed, root).State)
		files = append(files, c2patest.File{Path: write(t, "a"+c.extension, signed), Format: c.format, Flips: offsets})
	}
	for i, a := range c2patest.RequireTrusted(t, root, files...) {
		want := slices.Repeat([]string{c2patest.Invalid}, flips)
		require.Equal(t, want, a.Flipped.Node, files[i].Format)
		require.Equal(t, want, a.Flipped.Wasm, files[i].Format)
	}
}

// definition is a manifest as c2pa-node wants it.
func definition(version int) map[string]any {
	return map[string]any{
		"claim_version":        version,
		"claim_generator_info": []any{map[string]any{"name": "another program", "version": "2"}},
		"title":                "A tone",
		"assertions": []any{map[string]any{"label": "c2pa.actions", "data": map[string]any{"actions": []any{map[string]any{
			"action":            "c2pa.created",
			"digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
		}}}}},
	}
}

// judged is a file that ours and both reference readers are asked about.
type judged struct {
	name  string
	c     container
	file  []byte
	state c2pa.State // that is expected
}

func TestOurValidatorAgreesWithBothReaders(t *testing.T) {
	s, root := newKeys(t)
	_, otherRoot := newKeys(t)
	var cases, strangers []judged
	for _, c := range containers() {
		bare := bareFile(t, c.extension)
		good := sign(t, s, manifest(t), c, bare)
		cases = append(cases, judged{"good", c, good, c2pa.Trusted})
		strangers = append(strangers, judged{"untrusted", c, good, c2pa.Valid})
		store, _ := c.find(t, good)
		for _, mark := range []string{"A tone", "c2pa.created", "c2pa.signature", "urn:c2pa:6", "instanceID", "voicepress", "Courier", "jumd"} {
			altered := bytes.Clone(good)
			altered[int(store.Start)+bytes.Index(altered[store.Start:], []byte(mark))+1] ^= 1
			cases = append(cases, judged{"altered at " + mark, c, altered, c2pa.Invalid})
		}
		for version := 1; version <= 2; version++ {
			foreign := signForeign(t, root, c, bare, definition(version))
			name := fmt.Sprintf("foreign, claim version %d", version)
			cases = append(cases, judged{name, c, foreign, c2pa.Trusted})
			strangers = append(strangers, judged{name, c, foreign, c2pa.Valid})
			altered := bytes.Clone(foreign)
			altered[soundOffsets(t, c, altered, 3)[1]] ^= 1
			cases = append(cases, judged{name + ", altered", c, altered, c2pa.Invalid})
		}
	}
	requireAgreement(t, root, cases...)
	requireAgreement(t, otherRoot, strangers...)
	requireAgreement(t, "", strangers...)
}

// signForeign signs a bare file with another program, with the keys beside root.
func signForeign(t testing.TB, root string, c container, bare []byte, definition map[string]any) []byte {
	t.Helper()
	keys, to := filepath.Dir(root), write(t, "foreign"+c.extension, nil)
	c2patest.Sign(t, write(t, "bare"+c.extension, bare), to, c.format,
		filepath.Join(keys, c2pa.CertificateFile), filepath.Join(keys, c2pa.KeyFile), "", definition)
	foreign, err := os.ReadFile(to)
	require.NoError(t, err)
	return foreign
}

// requireAgreement demands that ours and both reference readers come to the expected state. A reader that gives up
// counts as one that finds a file invalid.
func requireAgreement(t *testing.T, root string, cases ...judged) {
	t.Helper()
	files := make([]c2patest.File, len(cases))
	for i, one := range cases {
		files[i] = c2patest.File{Path: write(t, "a"+one.c.extension, one.file), Format: one.c.format}
	}
	for i, a := range c2patest.Read(t, root, files...) {
		one := cases[i]
		t.Run(one.c.name+", "+one.name, func(t *testing.T) {
			ours := validate(t, one.c, one.file, root)
			t.Logf("ours %s %v %v", ours.State, ours.Failure, codes(ours.Informational))
			t.Logf("node %s %v %v %s", a.Node.State, a.Node.Failure, a.Node.Informational, a.Node.Error)
			t.Logf("wasm %s %v %v %s", a.Wasm.State, a.Wasm.Failure, a.Wasm.Informational, a.Wasm.Error)
			require.Equal(t, one.state, ours.State)
			for _, reading := range []c2patest.Reading{a.Node, a.Wasm} {
				require.Equal(t, string(one.state), strings.ReplaceAll(reading.State, c2patest.Error, c2patest.Invalid))
			}
			if one.state != c2pa.Invalid {
				require.ElementsMatch(t, a.Node.Failure, codes(ours.Failure))
				// What holds of ingredients is in another list of theirs.
				own := slices.DeleteFunc(codes(ours.Success), func(code string) bool { return strings.HasPrefix(code, "ingredient.") })
				require.ElementsMatch(t, a.Node.Success, own)
			}
		})
	}
}

// TestNoReaderTrustsAManifestWithAnInvertedByte inverts bytes of the store itself. Where the length of a box is wrong the
// reference readers go on as long as they can, and ours says that the box is damaged.
func TestNoReaderTrustsAManifestWithAnInvertedByte(t *testing.T) {
	s, root := newKeys(t)
	c := containers()[0]
	signed := sign(t, s, manifest(t), c, bareFile(t, c.extension))
	store, _ := c.find(t, signed)
	f := c2patest.File{Path: write(t, "a"+c.extension, signed), Format: c.format}
	for at := store.Start; at < store.Start+store.Length; at += 7 {
		f.Flips = append(f.Flips, int(at))
	}
	a := c2patest.Read(t, root, f)[0]
	for i, at := range f.Flips {
		altered := bytes.Clone(signed)
		altered[at] ^= 0xFF
		ours := c2pa.Validate(altered[store.Start:store.Start+store.Length], section(altered), store, trust(t, root))
		require.Equal(t, c2pa.Invalid, ours.State, "byte %d", at-int(store.Start))
		if a.Flipped.Node[i] == c2patest.Trusted || a.Flipped.Wasm[i] == c2patest.Trusted {
			require.Equal(t, []string{"general.error"}, codes(ours.Failure), "byte %d", at-int(store.Start))
			require.Contains(t, ours.Failure[0].Explanation, "damaged box")
		}
	}
}

// signWithHole signs a bare file with a manifest that leaves n bytes of the sound out of the hash too.
func signWithHole(t testing.TB, s *c2pa.Signer, c container, bare []byte, n int64) []byte {
	t.Helper()
	layout := func(store []byte) (c2pa.Layout, error) {
		l := c.layout(t, bare, store)
		last := len(l.Parts) - 1
		l.Parts[last] = c2pa.Part{Source: io.NewSectionReader(bytes.NewReader(bare), 0, 4096)}
		l.Parts = append(l.Parts, c2pa.Part{Bytes: bare[4096 : 4096+n], Hole: true}, c2pa.Part{Bytes: bare[4096+n:]})
		return l, nil
	}
	signed, err := s.Sign(t.Context(), manifest(t), layout)
	require.NoError(t, err)
	l, err := layout(signed.Store)
	require.NoError(t, err)
	return file(t, l)
}

func TestAllReadersSayWhatElseIsLeftOut(t *testing.T) {
	s, root := newKeys(t)
	c := containers()[0]
	signed := signWithHole(t, s, c, bareFile(t, c.extension), 100)
	requireAgreement(t, root, judged{"a hole in the sound", c, signed, c2pa.Trusted})
	require.Equal(t, []string{"assertion.dataHash.additionalExclusionsPresent"}, codes(validate(t, c, signed, root).Informational))
}

// TestAllReadersAgreeOnFilesWithAHistory: files that another program edited or updated, and those that we did.
func TestAllReadersAgreeOnFilesWithAHistory(t *testing.T) {
	s, root := newKeys(t)
	var cases []judged
	for _, c := range containers() {
		bare := bareFile(t, c.extension)
		first := sign(t, s, manifest(t), c, bare)
		edit := map[string]any{"intent": "edit", "claim_generator_info": []any{map[string]any{"name": "editor"}}}
		edited := signForeign(t, root, c, first, edit)
		twice := signForeign(t, root, c, edited, edit)
		altered := bytes.Clone(twice)
		altered[soundOffsets(t, c, twice, 3)[1]] ^= 1
		// An assertion of the first manifest, deep in the store.
		rewritten := bytes.Clone(twice)
		store, _ := c.find(t, twice)
		rewritten[int(store.Start)+bytes.Index(twice[store.Start:], []byte("trainedAlgo"))] ^= 1
		cases = append(cases,
			judged{"edited", c, edited, c2pa.Trusted}, judged{"edited twice", c, twice, c2pa.Trusted},
			judged{"edited and altered", c, altered, c2pa.Invalid}, judged{"edited, its origin rewritten", c, rewritten, c2pa.Invalid})
		if c.name == "M4A" { // an update goes into a box of its own there, which is not for this package to find
			continue
		}
		update := map[string]any{"intent": "update", "claim_generator_info": []any{map[string]any{"name": "updater"}}}
		updated := signForeign(t, root, c, first, update)
		updatedAltered := bytes.Clone(updated)
		updatedAltered[soundOffsets(t, c, updated, 3)[1]] ^= 1
		cases = append(cases,
			// None of the readers allows for the store to grow.
			judged{"updated", c, updated, c2pa.Invalid}, judged{"updated and altered", c, updatedAltered, c2pa.Invalid})
	}
	requireAgreement(t, root, cases...)
}
