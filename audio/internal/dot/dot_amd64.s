#include "textflag.h"

// func product(x, h []float32) float32
TEXT ·product(SB), NOSPLIT, $0-52
	MOVQ  x_base+0(FP), SI
	MOVQ  x_len+8(FP), CX
	MOVQ  h_base+24(FP), DI
	XORPS X0, X0
	XORQ  AX, AX

loop:
	MOVUPS (SI)(AX*4), X1
	MOVUPS (DI)(AX*4), X2
	MOVUPS 16(SI)(AX*4), X3
	MOVUPS 16(DI)(AX*4), X4
	MULPS  X2, X1
	MULPS  X4, X3
	ADDPS  X1, X0
	ADDPS  X3, X0
	ADDQ   $8, AX
	CMPQ   AX, CX
	JLT    loop

	// X0 holds a, b, c, d.
	MOVAPS  X0, X1
	SHUFPS  $0xB1, X1, X1 // b, a, d, c
	ADDPS   X0, X1        // a+b, a+b, c+d, c+d
	MOVHLPS X1, X0        // c+d
	ADDSS   X0, X1
	MOVSS   X1, ret+48(FP)
	RET
