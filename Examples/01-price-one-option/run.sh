#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
echo "linear, USD per coin:"
"$FULCRUM" price --type call --F 60000 --K 66000 --T 0.019178082191780823 --sigma 0.55 \
  | python3 ../pick.py price delta gamma vega theta
echo "inverse, coin per coin:"
"$FULCRUM" price --type call --F 60100 --K 66000 --T 0.019178082191780823 --sigma 0.55 --index 60000 \
  | python3 ../pick.py coinPrice bsDelta netDelta usdAtIndex
