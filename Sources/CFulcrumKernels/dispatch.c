// Asks the processor once which level it has, and sends each batch to the level named.
#include "level.h"

#if defined(__x86_64__)
#define DECLARE(name, result, types, call) \
  result fk_##name##_portable types; result fk_##name##_avx2 types; result fk_##name##_avx512 types;
#else
#define DECLARE(name, result, types, call) result fk_##name##_portable types;
#endif
FK_EXPORTS(DECLARE)

int fk_best_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") ||
      !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2"))
    return FK_PORTABLE;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") ||
      !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl"))
    return FK_AVX2;
  return FK_AVX512;
#else
  return FK_PORTABLE;
#endif
}

#if defined(__x86_64__)
#define SEND(name, call) \
  switch (level) { \
    case FK_AVX512: return fk_##name##_avx512 call; \
    case FK_AVX2: return fk_##name##_avx2 call; \
    default: return fk_##name##_portable call; \
  }
#else
#define SEND(name, call) return fk_##name##_portable call;
#endif

int fk_black(int level, int set, size_t n, const fk_options *in, double *const *out) {
  SEND(black, (set, n, in, out))
}
int fk_implied(int level, int coin, size_t n, const fk_options *in, const double *price,
               double *volatility, double *vega, uint8_t *status) {
  SEND(implied, (coin, n, in, price, volatility, vega, status))
}
void fk_normal_cdf(int level, size_t n, const double *x, double *out) { SEND(normal_cdf, (n, x, out)) }
void fk_normal_pdf(int level, size_t n, const double *x, double *out) { SEND(normal_pdf, (n, x, out)) }
int fk_normal_quantile(int level, size_t n, const double *p, double *out) {
  SEND(normal_quantile, (n, p, out))
}
void fk_grid(int level, size_t legs, const fk_legs *in, size_t nodes, const fk_nodes *at, double *sum,
             double *carry) {
  SEND(grid, (legs, in, nodes, at, sum, carry))
}
void fk_walk(int level, size_t n, const fk_step *step, double *x, double *survival) {
  SEND(walk, (n, step, x, survival))
}
void fk_draws(int level, size_t n, const fk_step *step, double *u, double *z, uint16_t *spare) {
  SEND(draws, (n, step, u, z, spare))
}
void fk_scattered(int level, int normal, size_t n, const fk_step *step, const uint32_t *column,
                  const uint32_t *block, double *first, double *second) {
  SEND(scattered, (normal, n, step, column, block, first, second))
}
size_t fk_arrivals(int level, size_t n, size_t rows, size_t stride, const uint16_t *spare,
                   const uint16_t *threshold, uint32_t *places) {
  SEND(arrivals, (n, rows, stride, spare, threshold, places))
}
void fk_accumulate(int level, size_t n, size_t rows, const double *drift, const double *deviation,
                   const uint8_t *jumped, double *x, double *landed) {
  SEND(accumulate, (n, rows, drift, deviation, jumped, x, landed))
}
void fk_look_up(int level, size_t n, size_t rows, const double *values, const size_t *start,
                double lowest, double inverseSpacing, size_t cells, const uint8_t *jumped,
                const double *x, const double *landed, double *out) {
  fk_table table = {values, start, lowest, inverseSpacing, (double)cells};
  SEND(look_up, (n, rows, &table, jumped, x, landed, out))
}
void fk_pool_walk(int level, size_t n, const fk_pool *pool, const double *diffused,
                  const double *landed, const double *values, const double *lower,
                  const double *upper, const double *length, const double *scale,
                  const uint8_t *marks, const double *stays, uint8_t *kind, double *record,
                  uint32_t *counts) {
  fk_pool_columns columns = {*pool, diffused, landed, values, lower, upper, length,
                             scale, stays, marks, kind, record, counts};
  SEND(pool_walk, (n, &columns))
}
