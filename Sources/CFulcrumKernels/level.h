// What a level exports to the dispatcher.
#ifndef FK_LEVEL_H
#define FK_LEVEL_H
#include "include/CFulcrumKernels.h"

typedef struct {
  const double *values;
  const size_t *start;
  double lowest, inverseSpacing, cells;
} fk_table;

// All that fk_pool_walk is given.
typedef struct {
  fk_pool pool;
  const double *diffused, *landed, *values, *lower, *upper, *length, *scale, *stays;
  const uint8_t *marks;
  uint8_t *kind;
  double *record;
  uint32_t *counts;
} fk_pool_columns;

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
  X(draws, void, (size_t n, const fk_step *step, double *u, double *z, uint16_t *spare), \
    (n, step, u, z, spare)) \
  X(scattered, void, \
    (int normal, size_t n, const fk_step *step, const uint32_t *column, const uint32_t *block, \
     double *first, double *second), \
    (normal, n, step, column, block, first, second)) \
  X(arrivals, size_t, \
    (size_t n, size_t rows, size_t stride, const uint16_t *spare, const uint16_t *threshold, \
     uint32_t *places), \
    (n, rows, stride, spare, threshold, places)) \
  X(accumulate, void, \
    (size_t n, size_t rows, const double *drift, const double *deviation, const uint8_t *jumped, \
     double *x, double *landed), \
    (n, rows, drift, deviation, jumped, x, landed)) \
  X(look_up, void, \
    (size_t n, size_t rows, const fk_table *table, const uint8_t *jumped, const double *x, \
     const double *landed, double *out), \
    (n, rows, table, jumped, x, landed, out)) \
  X(pool_walk, void, (size_t n, const fk_pool_columns *columns), (n, columns))
#endif
