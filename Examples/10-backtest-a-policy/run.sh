#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
out=$(mktemp -d) && trap 'rm -rf "$out"' EXIT
"$FULCRUM" policy init -o "$out/policy.yaml"
"$FULCRUM" backtest --prices ../09-regime-and-target/prices.csv --policy "$out/policy.yaml" \
  --strategy strategy.yaml --width 110
# The same as a page with pictures: --format html -o backtest.html
"$FULCRUM" backtest --prices ../09-regime-and-target/prices.csv --policy "$out/policy.yaml" \
  --strategy strategy.yaml --format html -o "$out/backtest.html"
grep -c '<svg viewBox="0 0 380' "$out/backtest.html"
# A policy that contradicts itself is refused with its line.
sed 's/stressed: 40%/stressed: 90%/' "$out/policy.yaml" >"$out/bad.yaml"
(cd "$out" && ! "$FULCRUM" policy check bad.yaml)
