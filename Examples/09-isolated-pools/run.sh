#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
FULCRUM_STORE=$(mktemp -d)/pools.fulcrum
export FULCRUM_STORE
trap 'rm -rf "$(dirname "$FULCRUM_STORE")"' EXIT
pool() { "$FULCRUM" pool "$@"; }
clock=(--at 2026-11-20T08:00:30Z)

pool init >/dev/null
for owner in anna maker; do
  pool owner "$owner" --key "owner-$owner" "${clock[@]}"
  pool deposit "$owner" '10 BTC' --key "deposit-$owner" "${clock[@]}"
  pool open "$owner-perp" --owner "$owner" --asset BTC --key "open-$owner" "${clock[@]}"
done
pool fund anna-perp '0.5 BTC' --key fund-anna "${clock[@]}"
pool fund maker-perp '10 BTC' --key fund-maker "${clock[@]}"

echo "--- what a trade would do"
trade=(anna-perp BTC-PERPETUAL --size 138000 --price 91000 --market market.json "${clock[@]}")
pool trade "${trade[@]}" --key trade-anna --dry-run
echo "--- the trade, and the same key again"
pool trade "${trade[@]}" --key trade-anna
pool trade "${trade[@]}" --key trade-anna
pool trade maker-perp BTC-PERPETUAL --size -138000 --price 91000 --recorded --key trade-maker "${clock[@]}"
pool show anna-perp --market market.json

echo "--- more than is free"
pool release anna-perp '0.5 BTC' --market market.json --key release "${clock[@]}" || echo "exit code $?"

echo "--- a falling market, twice"
pool watch <falling.jsonl
pool watch <falling.jsonl

echo "--- what is left"
pool list --all
"$FULCRUM" ledger audit | sed "s/, digest.*//"
echo "--- balances, 0.00000001 BTC, from the postings alone"
"$FULCRUM" ledger export --format csv |
  awk -F, 'NR > 1 { n = int($7 * 1e8 + 0.5); sum[$5] += n; sum[$6] -= n }
    END { for (a in sum) { printf "%s %d\n", a, sum[a]; all += sum[a] }; printf "together %d\n", all }' |
  sort
