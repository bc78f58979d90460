import csv, json, sys

for row in csv.DictReader(sys.stdin):
    print(json.dumps({
        "id": f"{row['strike']}-{row['right']}",
        "type": {"C": "call", "P": "put"}[row["right"]],
        "F": float(row["forward"]), "K": float(row["strike"]),
        "T": float(row["days"]) / 365, "price": float(row["price"]),
    }))
