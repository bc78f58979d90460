"""Writes prices.csv: SYNTHETIC daily bars of a coin, no market's, with a quiet and a rough stretch.

They are scaled so that the last close before the demo market is valued is its index of BTC.

    python3 make_prices.py > prices.csv
"""

import datetime
import json
import math
import pathlib
import random

market = json.loads((pathlib.Path(__file__).parent / "../../Demo/market.json").read_text())
valued = datetime.date.fromisoformat(market["asOf"][:10])
random.seed(20261125)
day = datetime.date(2025, 6, 1)
price, level = 1.0, 0.02
rows = {}
while day <= datetime.date(2026, 11, 24):
    level = math.exp(0.95 * math.log(level) + 0.05 * math.log(0.022) + 0.12 * random.gauss(0, 1))
    if day == datetime.date(2026, 3, 12):
        level = 0.09
    opened = price
    steps = [opened]
    for _ in range(24):
        steps.append(steps[-1] * math.exp(random.gauss(0.0000418, level / math.sqrt(24))))
    price = steps[-1]
    rows[day] = [opened, max(steps), min(steps), price]
    day += datetime.timedelta(days=1)
scale = float(market["index"]["BTC"]) / rows[valued - datetime.timedelta(days=1)][3]
print("timestamp,open,high,low,close")
for day, row in rows.items():
    print(day.isoformat() + "," + ",".join(f"{scale * value:.2f}" for value in row))
