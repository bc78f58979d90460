#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
status=0
"$FULCRUM" report --book positions.json --market ../../Demo/market.json \
  --pools pools.json --collateral collateral.csv || status=$?
[ "$status" -eq 0 ] || [ "$status" -eq 2 ] || exit "$status"
echo "exit code $status"
