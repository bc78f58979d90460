// Vector kernels of option mathematics. One shared text (kernels.inc), compiled once per level; the
// Swift side owns every buffer, checks every length and answers the rows that are left to it.
// Formulas, branches and measured errors: docs/numerics/kernels.md.
#ifndef CFULCRUM_KERNELS_H
#define CFULCRUM_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Levels, worst first. A level above fk_best_level() must not be asked for: its instructions do not
// exist on this processor.
enum { FK_PORTABLE = 0, FK_AVX2 = 1, FK_AVX512 = 2 };
int fk_best_level(void);

// What is computed of each option, and the order of the output columns.
enum {
  FK_PRICE = 0,       // B
  FK_FIRST = 1,       // B, delta, gamma, vega, theta
  FK_SECOND = 2,      // the above, dualDelta, vanna, volga, charm, veta
  FK_ALL = 3,         // the above (discounted), rho, rhoSpot, speed, color, zomma, ultima
  FK_COIN_PRICE = 4,  // c
  FK_COIN_FIRST = 5,  // c, net delta, net gamma, coin vega, coin theta
  FK_COIN_SECOND = 6  // the above, Black delta, slope, convexity, coin vanna, coin volga
};
enum { FK_COLUMNS = 16 };

// Five columns of one length; sign is +1 for a call, -1 for a put. rate may be null: r = 0.
typedef struct {
  const double *forward, *strike, *years, *volatility, *sign, *rate;
} fk_options;

// Values rows 0..<n. Returns nonzero if any row is outside the vector domain (fk_in_domain); what is
// written in such a row means nothing and the caller must replace it.
int fk_black(int level, int set, size_t n, const fk_options *in, double *const *out);

// Whether fk_black answers a row of this kind itself.
int fk_in_domain(double forward, double strike, double years, double volatility, double rate);

// Implied volatility of prices (coin = 0: USD; 1: coins). status 0: solved; 1: left to the caller.
// vega is that of the undiscounted USD price.
int fk_implied(int level, int coin, size_t n, const fk_options *in, const double *price,
               double *volatility, double *vega, uint8_t *status);

// Normal distribution function, density and quantile. The quantile leaves p outside [1e-250, 1) and
// the ends to the caller: it returns nonzero if there is any, and writes 0 there.
void fk_normal_cdf(int level, size_t n, const double *x, double *out);
void fk_normal_pdf(int level, size_t n, const double *x, double *out);
int fk_normal_quantile(int level, size_t n, const double *p, double *out);

// Revaluation of legs over nodes. A node scales forwards, scales and then shifts volatilities:
// F' = F f, sigma' = max(sigma g + h, 0). Adds weight * B of each leg, in order, to sum with the
// rounding error of the addition to carry (Neumaier). Legs must be in the domain of
// fk_leg_in_domain, factors within [2^-20, 2^20].
typedef struct {
  const double *logMoneyness;  // ln(F/K)
  const double *forward, *strike, *rootYears, *volatility, *sign, *weight;
} fk_legs;
typedef struct {
  const double *factor, *logFactor, *volatilityFactor, *volatilityShift;
} fk_nodes;
void fk_grid(int level, size_t legs, const fk_legs *in, size_t nodes, const fk_nodes *at,
             double *sum, double *carry);

// Steps of a walk on Philox4x32-10 draws at (path, block, purpose); see docs/numerics/kernels.md.
typedef struct {
  uint64_t seed, firstPath;
  uint32_t block, blocks, purpose;  // blocks block..<block + blocks
  double drift, deviation;   // of one step in ln S
  double logBarrier;         // ln(B/S0)
  int below;                 // 1: barrier below, 0: above
} fk_step;
// Two log-Euler steps of n paths from each block: x is ln(S/S0), survival is multiplied by the
// probability that a bridge does not touch the barrier.
void fk_walk(int level, size_t n, const fk_step *step, double *x, double *survival);

// The kernels below take n paths in columns and steps in rows of n; n is a multiple of FK_LANES.
enum { FK_LANES = 16 };
// Uniforms and normals of the blocks of `step`, two rows to a block, as fk_walk draws them, and the 11
// bits of each draw that its uniform leaves over; what is null is left out.
void fk_draws(int level, size_t n, const fk_step *step, double *u, double *z, uint16_t *spare);
// The two uniforms of n blocks in no order, each of the path firstPath + column; normal: N^-1 of the
// second instead of it.
void fk_scattered(int level, int normal, size_t n, const fk_step *step, const uint32_t *column,
                  const uint32_t *block, double *first, double *second);
// Places row * n + path where every stride-th row of spare, `rows` of them, is at least the threshold of
// its row. Returns how many; places has room for rows * n.
size_t fk_arrivals(int level, size_t n, size_t rows, size_t stride, const uint16_t *spare,
                   const uint16_t *threshold, uint32_t *places);
// x: normals in, ln(S/S0) at the end of each step's diffusion out. Where jumped, landed: sizes of jumps
// in, ln(S/S0) after them out.
void fk_accumulate(int level, size_t n, size_t rows, const double *drift, const double *deviation,
                   const uint8_t *jumped, double *x, double *landed);

// What a table of each row has at x (where jumped: at landed): cells + 1 values of equal spacing from
// lowest on, starting at values[start[row]]; linear between, flat beyond the ends; cells >= 1.
void fk_look_up(int level, size_t n, size_t rows, const double *values, const size_t *start,
                double lowest, double inverseSpacing, size_t cells, const uint8_t *jumped,
                const double *x, const double *landed, double *out);

// A pool of one size, followed on each path until something happens to it.
enum { FK_QUIET = 0, FK_BELOW = 1, FK_ABOVE = 2, FK_GAP = 3, FK_SETTLED = 4, FK_UNCLEAR = 5 };
// Of a step: landed counts; its end has to be looked at; all of it has to be.
enum { FK_MARK_JUMPED = 1, FK_MARK_SETTLES = 2, FK_MARK_UNCLEAR = 4 };
typedef struct {
  size_t steps;
  double units, cash, start;  // equity is cash + units * value; start is the first peak
  int ownScale;               // scale has a row for each step, none of it 0
} fk_pool;
// Rows of steps: diffused, landed, values. By node, steps + 1: lower, upper (may be infinite). By step:
// length, scale = -2/variance (0 without diffusion), marks. stays: two rows of uniforms; a path has
// touched a bound where the chance of not having done so falls to its uniform.
// Out: kind; record, rows of peak, spell, longest spell, deepest drawdown, lowest equity; counts, rows of
// the step in which it happened and of steps more than 5, 10 and 20 % under the peak. The record is that
// of the steps before; for FK_SETTLED with it.
void fk_pool_walk(int level, size_t n, const fk_pool *pool, const double *diffused,
                  const double *landed, const double *values, const double *lower,
                  const double *upper, const double *length, const double *scale,
                  const uint8_t *marks, const double *stays, uint8_t *kind, double *record,
                  uint32_t *counts);

#endif
