#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
out=$(mktemp -d) && trap 'rm -rf "$out"' EXIT
"$FULCRUM" regime --prices prices.csv --width 100
"$FULCRUM" policy init -o "$out/policy.yaml"
# Pools that cannot be steered make the run partial (exit 2): one is on another coin.
"$FULCRUM" target --book book.json --market ../../Demo/market.json --prices prices.csv --coin BTC \
  --policy "$out/policy.yaml" --log "$out/decisions.json" --width 100 || [ $? -eq 2 ]
"$FULCRUM" verify "$out/decisions.json" | sed 's/  [^ ]*decisions.json//'
