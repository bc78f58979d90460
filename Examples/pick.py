"""Prints named numbers of JSON Lines, rounded: enough for the examples to need no other tool.

    ... | python3 pick.py NAME [NAME ...]
"""
import json
import sys


def brief(value):
    if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
        return f"{value:.6g}"
    if isinstance(value, list):
        return "[" + ", ".join(brief(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


for line in sys.stdin:
    row = json.loads(line)
    label = row.get("id", "")
    if "error" in row:
        error = row["error"]
        print(f"{label or 'line ' + str(error['line'])}: refused: {error['path']}: saw {error['seen']}; {error['fix']}")
        continue
    print(f"{label}:" if label else "", "  ".join(f"{name} {brief(row.get(name))}" for name in sys.argv[1:]), sep=" " if label else "")
