// Package configs holds the two files that ship inside the program: voicepress.yaml, every option with its default
// and a comment, which is the one source of defaults; and assets.yaml, the catalogue of voices and runtimes. It is not
// for reading a user's configuration.
package configs

import _ "embed"

// Defaults is voicepress.yaml.
//
//go:embed voicepress.yaml
var Defaults []byte

// Assets is assets.yaml.
//
//go:embed assets.yaml
var Assets []byte
