package dot

// product is portable in SSE, which every x86-64 processor has: a third of the time. The compiler has no such vectors.
//
//go:noescape
func product(x, h []float32) float32
