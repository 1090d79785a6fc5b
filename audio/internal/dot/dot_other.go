//go:build !amd64

package dot

func product(x, h []float32) float32 { return portable(x, h) }
