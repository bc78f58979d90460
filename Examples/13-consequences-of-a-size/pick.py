"""A few numbers of every size, rounded to what the number of paths can say."""

import json
import sys

report = json.load(sys.stdin)
for size in report["sizes"]:
    cost = size["cost"]
    print(f"{size['multiple']:g} x  leverage {size['leverageOnEquity']:.2f}"
          f"  growth {100 * size['growth']['value']:.0f} %"
          f"  cost {cost['value']:.3f} {report['currency']} {cost['side']}"
          f"  liquidated {100 * size['liquidation']['value']:.1f} %"
          f"  backstop 99 % {size['badDebt']['backstop'][1]['value']:.3f}")
print("best:", report["optimum"]["status"], f"{report['optimum']['multiple']:.1f} x")
print("convergence:", report["convergence"]["status"])
