"""Which way arrives with which trades, and what stands in the way of the others."""

import json
import sys

plan = json.load(sys.stdin)
print("reachable:", plan["reachable"])
for way in plan["proposals"]:
    trades = ", ".join(f"{trade['contracts']:g} {trade['instrument']}" for trade in way["trades"])
    print(f"  {way['way']}: {'arrives' if way['reached'] else way['shortfall']} ({trades})")
for refusal in plan["refusals"]:
    print(f"  {refusal['way']}: {refusal['reason']}")
