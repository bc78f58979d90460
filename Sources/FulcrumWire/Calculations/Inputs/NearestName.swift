/// The one of several names that a misspelt or foreign word most likely means.
package enum NearestName {
  /// Words of other tools for the fields and results here.
  private static let synonyms: [String: [String]] = [
    "strike": ["K"], "k": ["K"], "forward": ["F", "S"], "f": ["F"],
    "underlyingprice": ["F", "forward"],
    "vol": ["sigma", "markIV"], "iv": ["sigma", "markIV"], "volatility": ["sigma", "markIV"],
    "impliedvol": ["sigma", "markIV"], "impliedvolatility": ["sigma", "markIV"],
    "sigma": ["markIV"], "markiv": ["sigma"], "expiry": ["T"], "years": ["T"], "maturity": ["T"],
    "tau": ["T"],
    "t": ["T"], "days": ["T"], "rate": ["r"], "spot": ["index", "S"], "s": ["S", "index"],
    "indexprice": ["index"], "quantity": ["qty"], "size": ["qty", "multiplier"],
    "amount": ["qty"], "contracts": ["qty"], "contractsize": ["multiplier", "faceUsd"],
    "face": ["faceUsd"], "right": ["type"], "optiontype": ["type"], "flag": ["type"],
    "collateral": ["cash"], "averageprice": ["entry"], "entryprice": ["entry"],
    "barrier": ["B", "logBarrier"], "drift": ["mu", "logDrift"], "premium": ["price"],
    "omega": ["elasticity"], "lambda": ["elasticity"], "leverage": ["deltaLeverage"],
    "liquidationprice": ["liquidationPrices"], "car": ["capitalAtRisk"],
  ]

  /// Nil when nothing is near: a wrong guess helps nobody.
  package static func of(_ word: String, among names: [String]) -> String? {
    let folded = word.lowercased().filter { $0.isLetter || $0.isNumber }
    if let same = names.first(where: { $0.lowercased() == folded }) { return same }
    if let known = synonyms[folded]?.first(where: names.contains) { return known }
    guard folded.count >= 3 else { return nil }
    let starting = names.filter { $0.lowercased().hasPrefix(folded) }
    if let shortest = starting.min(by: { $0.count < $1.count }) { return shortest }
    let limit = max(1, folded.count / 3)
    let near = names.map { ($0, distance(folded, $0.lowercased())) }.min { $0.1 < $1.1 }
    guard let near, near.1 <= limit else { return nil }
    return near.0
  }

  /// Insertions, deletions and replacements that turn one word into the other (Levenshtein 1966).
  ///
  /// Words beyond 64 characters are cut: they are no names of ours.
  static func distance(_ first: String, _ second: String) -> Int {
    let a = Array(first.prefix(64))
    let b = Array(second.prefix(64))
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let replaced = diagonal + (letter == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
