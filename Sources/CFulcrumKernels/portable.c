// The shared text in the instructions that every processor of the architecture has, without fused
// multiply-add also where there is one, so that it gives the same bits everywhere.
#include "level.h"
#include "coefficients.h"
#define W 8
#define FK_LEVEL portable
#define FK_CONVERT 0  // integers to doubles by instruction
#define FK_FMA 0
#include "kernels.inc"

int fk_in_domain(double F, double K, double T, double S, double rate) {
  typedef double D2 __attribute__((ext_vector_type(2)));
  D2 pair = {T, T};
  double lo = F <= K ? F : K, hi = F <= K ? K : F, w = S * __builtin_elementwise_sqrt(pair)[0];
  double exponent = -rate * T;
  return lo >= 0x1p-300 && hi <= 0x1p300 && hi <= lo * 0x1p64 && w >= 1e-12 && w <= 1e4 &&
         exponent <= LARGEST_EXPONENT && exponent >= -LARGEST_EXPONENT && rate <= 1e300 && rate >= -1e300;
}
