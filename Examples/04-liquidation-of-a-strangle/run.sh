#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
"$FULCRUM" liquidation --batch <pools.jsonl \
  | python3 ../pick.py excess liquidationBelow liquidationAbove distanceDown distanceUp liquidationPrices
