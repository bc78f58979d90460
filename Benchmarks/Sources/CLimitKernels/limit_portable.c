#include <stddef.h>
#include <stdint.h>
#include "limit_coefficients.h"
#pragma clang diagnostic ignored "-Wpsabi"
#define W 8
#define FN limit_portable
#define ATTR
#include "limit.inc"
