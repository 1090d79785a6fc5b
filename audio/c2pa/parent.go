package c2pa

import "fmt"

// ParentFields are what an ingredient assertion says about the manifest that the ingredient has: where it is in the store,
// its hash and that of its signature, and what was found when it was checked (C2PA 18.15). The store is to be given to Sign as
// Manifest.Older.
func ParentFields(store []byte, r Report) (map[string]any, error) {
	root, err := readStore(store)
	if err != nil {
		return nil, fmt.Errorf("manifest of the ingredient: %w", err)
	}
	all := manifests(root)
	if len(all) == 0 || len(all) >= maxManifests {
		return nil, fmt.Errorf("manifest of the ingredient: %d manifests in the store", len(all))
	}
	active := all[len(all)-1]
	url := "self#jumbf=/" + storeLabel + "/" + active.label
	fields := map[string]any{
		"activeManifest":    HashedURI{URL: url, Alg: "sha256", Hash: boxHash(active.raw)},
		"validationResults": map[string]any{"activeManifest": r.results()},
	}
	if signature := active.byLabel[signatureLabel]; signature != nil {
		fields["claimSignature"] = HashedURI{URL: url + "/" + signatureLabel, Alg: "sha256", Hash: boxHash(signature.raw)}
	}
	return fields, nil
}

// results are the findings as an ingredient assertion has them.
func (r *Report) results() map[string]any {
	list := func(all []Status) []map[string]string {
		entries := []map[string]string{}
		for _, s := range all[:min(len(all), maxShown)] {
			entries = append(entries, map[string]string{"code": s.Code, "url": s.URL})
		}
		return entries
	}
	return map[string]any{"success": list(r.Success), "informational": list(r.Informational), "failure": list(r.Failure)}
}
