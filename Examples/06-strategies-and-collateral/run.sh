#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
status=0
"$FULCRUM" report --book positions.json --market ../../Demo/market.json \
  --pools pools.json --collateral collateral.csv || status=$?
echo "exit code $status"
