package c2pa_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"

	"github.com/voicepress/voicepress/audio/c2pa"
)

func jumbfBox(name string, content ...[]byte) []byte {
	all := bytes.Join(content, nil)
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(all)))
	return append(append(b, name...), all...)
}

func superbox(code, label string, boxes ...[]byte) []byte {
	description := jumbfBox("jumd", []byte(code), []byte("\x00\x11\x00\x10\x80\x00\x00\xAA\x00\x38\x9B\x71\x03"+label+"\x00"))
	return jumbfBox("jumb", append([][]byte{description}, boxes...)...)
}

// claimed is a store with this claim and these assertions.
func claimed(claim []byte, assertions ...[]byte) []byte {
	return superbox("c2pa", "c2pa", superbox("c2ma", "urn:c2pa:1", superbox("c2as", "c2pa.assertions", assertions...),
		superbox("c2cl", "c2pa.claim.v2", jumbfBox("cbor", claim)), superbox("c2cs", "c2pa.signature", jumbfBox("cbor", []byte{0xD2, 0x84}))))
}

// withToken is a signed store with a time stamp in its signature, which that does not cover.
func withToken(t testing.TB, store, token []byte) []byte {
	t.Helper()
	at := bytes.Index(store, []byte("cbor\xD2\x84")) - 4
	require.Positive(t, at)
	var message cbor.Tag
	require.NoError(t, cbor.Unmarshal(store[at+8:], &message))
	parts := message.Content.([]any)
	parts[1] = map[string]any{"sigTst2": map[string]any{"tstTokens": []any{map[string]any{"val": token}}}}
	content, err := cbor.Marshal(message)
	require.NoError(t, err)
	grown := append(bytes.Clone(store[:at]), jumbfBox("cbor", content)...)
	// Every box around it reaches to the end of the store.
	for _, around := range []int{0, bytes.Index(store, []byte("jumdc2ma")) - 12, bytes.Index(store, []byte("jumdc2cs")) - 12} {
		binary.BigEndian.PutUint32(grown[around:], uint32(len(grown)-around))
	}
	return grown
}

// hostileStores are stores that are made to break a reader.
func hostileStores(t testing.TB) map[string][]byte {
	t.Helper()
	deep := []byte{}
	for range 2000 {
		deep = superbox("c2pa", "c2pa", deep)
	}
	encode := func(v any) []byte {
		b, err := cbor.Marshal(v)
		require.NoError(t, err)
		return b
	}
	claim := func(fields map[string]any) []byte {
		all := map[string]any{"instanceID": "a", "signature": "self#jumbf=c2pa.signature", "alg": "sha256", "claim_generator_info": map[string]any{"name": "x"}}
		for k, v := range fields {
			all[k] = v
		}
		return encode(all)
	}
	many := make([]map[string]any, 16000)
	for i := range many {
		many[i] = map[string]any{"url": "self#jumbf=c2pa.assertions/x", "hash": []byte{1}}
	}
	// A thousand actions that each point a thousand times to one large assertion.
	uris := many[:1000]
	actions := make([]map[string]any, 1000)
	for i := range actions {
		actions[i] = map[string]any{"action": "c2pa.edited", "parameters": map[string]any{"ingredients": uris}}
	}
	actions[0]["action"] = "c2pa.created"
	pointing := encode(map[string]any{"actions": actions})
	circle := func(label, next string) []byte {
		i := superbox("cbor", "c2pa.ingredient.v3", jumbfBox("cbor", encode(map[string]any{"relationship": "componentOf", "activeManifest": map[string]any{"url": "self#jumbf=/c2pa/" + next, "hash": []byte{1}}})))
		return superbox("c2ma", label, superbox("c2as", "c2pa.assertions", i),
			superbox("c2cl", "c2pa.claim.v2", jumbfBox("cbor", claim(map[string]any{"created_assertions": []any{map[string]any{"url": "self#jumbf=c2pa.assertions/c2pa.ingredient.v3", "hash": []byte{1}}}}))),
			superbox("c2cs", "c2pa.signature", jumbfBox("cbor", []byte{0xA0})))
	}
	return map[string][]byte{
		"nothing":             {},
		"half a header":       {0, 0, 0},
		"a size of 4 GiB":     []byte("\xFF\xFF\xFF\xFFjumb\x00\x00\x00\x00"),
		"a size of 2^64-1":    []byte("\x00\x00\x00\x01jumb\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00\x00\x00\x10jumd"),
		"a size below itself": []byte("\x00\x00\x00\x07jumb\x00"),
		"boxes 2000 deep":     deep,
		"20000 boxes":         superbox("c2pa", "c2pa", bytes.Repeat(superbox("c2ma", ""), 20000)),
		"no manifest":         superbox("c2pa", "c2pa"),
		"a label twice":       superbox("c2pa", "c2pa", superbox("c2ma", "a"), superbox("c2ma", "a")),
		"a label without end": jumbfBox("jumb", jumbfBox("jumd", []byte("c2pa\x00\x11\x00\x10\x80\x00\x00\xAA\x00\x38\x9B\x71\x03c2pa"))),
		"300 manifests": superbox("c2pa", "c2pa", func() (all []byte) {
			for i := range 300 {
				all = append(all, superbox("c2ma", fmt.Sprint(i))...)
			}
			return all
		}()),
		"a claim nested 1000000 deep":     claimed(bytes.Repeat([]byte{0x81}, 1_000_000)),
		"a claim of 2^63 elements":        claimed([]byte("\x9B\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF")),
		"a claim of 2^32 pairs":           claimed([]byte("\xBA\xFF\xFF\xFF\xFF")),
		"a claim with a text of 2^40":     claimed([]byte("\xA1\x7B\x00\x00\x01\x00\x00\x00\x00\x00a")),
		"a claim of endless texts":        claimed(append([]byte{0x7F}, bytes.Repeat([]byte{0x60}, 100_000)...)),
		"a claim with a key twice":        claimed([]byte("\xA2aaaaaaab")),
		"a claim of tags":                 claimed(bytes.Repeat([]byte{0xC1}, 100_000)),
		"16000 assertions":                claimed(claim(map[string]any{"created_assertions": many})),
		"an assertion in another file":    claimed(claim(map[string]any{"created_assertions": []any{map[string]any{"url": "https://example.com/a", "hash": []byte{1}}}})),
		"an unknown hash":                 claimed(claim(map[string]any{"alg": "md5", "created_assertions": many[:1]}), superbox("cbor", "x", jumbfBox("cbor", []byte{0xA0}))),
		"a million hashes of a large box": claimed(claim(map[string]any{"created_assertions": []any{map[string]any{"url": "self#jumbf=c2pa.assertions/c2pa.actions.v2", "hash": []byte{1}}}}), superbox("cbor", "c2pa.actions.v2", jumbfBox("cbor", pointing)), superbox("cbor", "x", jumbfBox("bidb", make([]byte, 1<<20)))),
		"ingredients in a circle":         superbox("c2pa", "c2pa", circle("urn:c2pa:1", "urn:c2pa:2"), circle("urn:c2pa:2", "urn:c2pa:1")),
		"long labels":                     superbox("c2pa", "c2pa", superbox("c2ma", strings.Repeat("a", 5000))),
	}
}

func TestHostileStoresAreInvalidWithACode(t *testing.T) {
	for name, store := range hostileStores(t) {
		t.Run(name, func(t *testing.T) {
			r := c2pa.Validate(store, section([]byte("sound")), c2pa.Range{}, c2pa.Trust{})
			require.Equal(t, c2pa.Invalid, r.State)
			require.NotEmpty(t, r.Failure)
			require.NotEmpty(t, r.Failure[0].Code)
			require.Less(t, len(r.Failure), 20_000)
		})
	}
}

// TestHostileExclusionsAreInvalid signs hashes with exclusions that lie, as a hostile signer may.
func TestHostileExclusionsAreInvalid(t *testing.T) {
	boxes := []byte("\x00\x00\x00\x0CftypM4A " + strings.Repeat("\x00\x00\x00\x08free", 20_000))
	condition := map[string]any{"offset": 4, "value": []byte("free")}
	conditions := make([]any, 1000)
	for i := range conditions {
		conditions[i] = condition
	}
	for name, c := range map[string]struct {
		label string
		hash  map[string]any
	}{
		"behind the end":    {"c2pa.hash.data", map[string]any{"exclusions": []any{map[string]any{"start": 1 << 40, "length": 1}}}},
		"below zero":        {"c2pa.hash.data", map[string]any{"exclusions": []any{map[string]any{"start": -5, "length": 2}}}},
		"of negative size":  {"c2pa.hash.data", map[string]any{"exclusions": []any{map[string]any{"start": 1, "length": -2}}}},
		"overflowing":       {"c2pa.hash.data", map[string]any{"exclusions": []any{map[string]any{"start": 1 << 62, "length": int64(1)<<62 + 5}}}},
		"no hash":           {"c2pa.hash.data", map[string]any{}},
		"a path of nothing": {"c2pa.hash.bmff.v3", map[string]any{"exclusions": []any{map[string]any{"xpath": "//"}}}},
		"the sound":         {"c2pa.hash.bmff.v3", map[string]any{"exclusions": []any{map[string]any{"xpath": "/mdat"}}}},
		"a box number of 0": {"c2pa.hash.bmff.v3", map[string]any{"exclusions": []any{map[string]any{"xpath": "/free[0]"}}}},
		"a negative subset": {"c2pa.hash.bmff.v3", map[string]any{"exclusions": []any{map[string]any{"xpath": "/free", "subset": []any{map[string]any{"offset": -1, "length": 3}}}}}},
		"many conditions":   {"c2pa.hash.bmff.v3", map[string]any{"exclusions": []any{map[string]any{"xpath": "/free", "data": conditions}}}},
		"pieces":            {"c2pa.hash.bmff.v3", map[string]any{"exclusions": []any{}, "merkle": []any{1}}},
		"version 1":         {"c2pa.hash.bmff", map[string]any{"exclusions": []any{}}},
	} {
		t.Run(name, func(t *testing.T) {
			hash, err := cbor.Marshal(c.hash)
			require.NoError(t, err)
			claim, err := cbor.Marshal(map[string]any{
				"instanceID": "a", "signature": "self#jumbf=c2pa.signature", "alg": "sha256", "claim_generator_info": map[string]any{"name": "x"},
				"created_assertions": []any{map[string]any{"url": "self#jumbf=c2pa.assertions/" + c.label, "hash": []byte{1}}},
			})
			require.NoError(t, err)
			r := c2pa.Validate(claimed(claim, superbox("cbor", c.label, jumbfBox("cbor", hash))), section(boxes), c2pa.Range{}, c2pa.Trust{})
			require.Equal(t, c2pa.Invalid, r.State)
			found := codes(r.Failure)
			require.True(t, strings.Contains(strings.Join(found, " "), "assertion.dataHash.m") || strings.Contains(strings.Join(found, " "), "assertion.bmffHash.m") || strings.Contains(strings.Join(found, " "), "algorithm.unsupported"), "%v", found)
		})
	}
}
