#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
python3 to_lines.py <quotes.csv | "$FULCRUM" iv --batch | python3 ../pick.py sigma status
