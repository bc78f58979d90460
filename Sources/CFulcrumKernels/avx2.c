// The shared text for processors with avx2: 16 doubles at a time, more lanes than a register has, so
// that the chains of one hide the latency of the other.
#if defined(__x86_64__)
#include "level.h"
#include "coefficients.h"
#define W 16
#define FK_LEVEL avx2
#define FK_CONVERT 0  // integers to doubles by instruction
#define FK_FMA 1
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2"))), apply_to = function)
#include "kernels.inc"
#pragma clang attribute pop
#endif
