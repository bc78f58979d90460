#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
book="--book ../../Demo/book.json --market ../../Demo/market.json"
"$FULCRUM" hedge $book --pool perp-long-3x --to leverage=2x --width 110
"$FULCRUM" hedge $book --pool weekly-strangle --to max-loss=0.3 --format json | python3 pick.py
# No way arrives: the exit code is 2, and the reasons are there.
"$FULCRUM" hedge $book --pool weekly-strangle --to max-loss=0.0001 --format json | python3 pick.py || true
