#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
vectors=../../Tests/Vectors
"$FULCRUM" verify "$vectors/greeks.json" "$vectors/liquidation.json" >/dev/null
echo "greeks and liquidation: certified"
status=0
"$FULCRUM" verify spoilt.json >/dev/null 2>&1 || status=$?
echo "spoilt file: exit code $status"
