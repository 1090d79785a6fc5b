package pipeline

import "strings"

// Companions gives the paths of the account and of the word times that belong to one of the files of an article: its
// audio, its captions, its sidecar, or one of the two. It is not ok for the path of any other file. That they exist is
// not checked.
func Companions(path string) (account, words string, ok bool) {
	suffixes := []string{cuesSuffix, wordsSuffix, AccountSuffix, DisclosureSuffix}
	for _, f := range Formats() {
		suffixes = append(suffixes, "."+string(f))
	}
	for _, suffix := range suffixes {
		if base, ok := strings.CutSuffix(path, suffix); ok {
			return base + AccountSuffix, base + wordsSuffix, true
		}
	}
	return "", "", false
}
