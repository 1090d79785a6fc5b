//go:build !cgo

package main

// neuralBuilt says whether the in-process neural backends are part of this build; they need cgo.
const neuralBuilt = false
