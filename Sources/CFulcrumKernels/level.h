// What a level exports to the dispatcher.
#ifndef FK_LEVEL_H
#define FK_LEVEL_H
#include "include/CFulcrumKernels.h"
#define FK_EXPORTS(X) \
  X(black, int, (int set, size_t n, const fk_options *in, double *const *out), (set, n, in, out)) \
  X(implied, int, \
    (int coin, size_t n, const fk_options *in, const double *price, double *volatility, double *vega, \
     uint8_t *status), \
    (coin, n, in, price, volatility, vega, status)) \
  X(normal_cdf, void, (size_t n, const double *x, double *out), (n, x, out)) \
  X(normal_pdf, void, (size_t n, const double *x, double *out), (n, x, out)) \
  X(normal_quantile, int, (size_t n, const double *p, double *out), (n, p, out)) \
  X(grid, void, \
    (size_t legs, const fk_legs *in, size_t nodes, const fk_nodes *at, double *sum, double *carry), \
    (legs, in, nodes, at, sum, carry)) \
  X(walk, void, (size_t n, const fk_step *step, double *x, double *survival), (n, step, x, survival)) \
  X(draws, void, \
    (size_t n, const fk_step *step, double *u0, double *u1, double *z0, double *z1), \
    (n, step, u0, u1, z0, z1))
#endif
