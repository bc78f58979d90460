#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
"$FULCRUM" leverage --batch <pools.jsonl \
  | python3 ../pick.py capitalAtRisk deltaCash deltaLeverage secantLeverage stressMultiple
