#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
"$FULCRUM" consequences --book ../../Demo/book.json --market ../../Demo/market.json --pool perp-long-3x \
  --model merton --drift 30% --wealth 120000 --paths 8192 --step 6h --format json | python3 pick.py
# Jumps that alone are wilder than the volatility asked for make no law.
! "$FULCRUM" consequences --book ../../Demo/book.json --market ../../Demo/market.json --pool perp-long-3x \
  --model merton --vol 20%
