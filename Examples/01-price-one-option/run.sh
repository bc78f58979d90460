#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
echo "linear, USD per coin:"
"$FULCRUM" price --type call --forward 60000 --strike 66000 --days 7 --vol 55%
echo
echo "inverse, coin per coin:"
"$FULCRUM" price --type call --forward 60100 --strike 66000 --days 7 --vol 55% --index 60000
