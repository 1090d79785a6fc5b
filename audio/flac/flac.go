// Package flac reads and writes the metadata blocks of FLAC files.
//
// Source: RFC 9639 (2024), "Free Lossless Audio Codec (FLAC)".
package flac
