#include <stddef.h>
#include <stdint.h>
#include "limit_coefficients.h"
#pragma clang diagnostic ignored "-Wpsabi"
#if defined(__x86_64__)
#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,bmi,bmi2"), min_vector_width(512))), apply_to = function)
#define W 16
#define FN limit_avx512
#define ATTR
#include "limit.inc"
#pragma clang attribute pop
#endif
