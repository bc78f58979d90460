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
// The two uniforms of a block of n paths, and their normals as fk_walk draws them.
void fk_draws(int level, size_t n, const fk_step *step, double *u0, double *u1, double *z0, double *z1);

#endif
