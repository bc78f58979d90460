#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
status=0
answers=$("$FULCRUM" iv --batch <quotes.jsonl 2>/dev/null) || status=$?
python3 ../pick.py sigma status <<<"$answers"
echo "exit code $status"
