// Limit kernels: price, delta, gamma, vega, theta of n options (a multiple of 16); isCall is 0 or 1.
#ifndef CLIMIT_KERNELS_H
#define CLIMIT_KERNELS_H
#include <stddef.h>

#include "heap.h"

#define LIMIT(name) \
  void name(size_t n, const double *forward, const double *strike, const double *years, \
            const double *volatility, const double *isCall, double *price, double *delta, \
            double *gamma, double *vega, double *theta)
LIMIT(limit_portable);
#if defined(__x86_64__)
LIMIT(limit_avx2);
LIMIT(limit_avx512);
#endif
#endif
