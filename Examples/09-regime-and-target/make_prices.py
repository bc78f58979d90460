"""Writes prices.csv: SYNTHETIC daily bars of a coin, no market's, with a quiet and a rough stretch.

    python3 make_prices.py > prices.csv
"""

import datetime
import math
import random

random.seed(20261125)
day = datetime.date(2025, 6, 1)
price, level = 60000.0, 0.02
print("timestamp,open,high,low,close")
while day <= datetime.date(2026, 11, 24):
    level = math.exp(0.95 * math.log(level) + 0.05 * math.log(0.022) + 0.12 * random.gauss(0, 1))
    if day == datetime.date(2026, 3, 12):
        level = 0.09
    opened = price
    steps = [opened]
    for _ in range(24):
        steps.append(steps[-1] * math.exp(random.gauss(0.0000418, level / math.sqrt(24))))
    price = steps[-1]
    row = [opened, max(steps), min(steps), price]
    print(day.isoformat() + "," + ",".join(f"{value:.2f}" for value in row))
    day += datetime.timedelta(days=1)
