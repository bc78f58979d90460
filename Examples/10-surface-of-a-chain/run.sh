#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
"$FULCRUM" surface --market ../../Demo/market.json --coin BTC --format csv | python3 -c '
import csv, sys
for row in csv.DictReader(sys.stdin):
    print(row["expiry"][:10], row["model"], row["strikes"], "strikes",
          "forward %.2f" % float(row["forward"]), "ATM %.1f %%" % (100 * float(row["atmVol"])),
          "skew %.2f" % float(row["atmSkew"]), "arbitrage", row["arbitrage"])
'
