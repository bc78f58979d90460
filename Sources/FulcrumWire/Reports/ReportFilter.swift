import FulcrumModel
import FulcrumRisk

/// Which pools are shown: every term must hold.
///
/// A term is a word that the pool's id, strategy, underlying or an instrument contains, or a key
/// with a comparison: `leverage>10`, `capital<100`, `delta>=5000`, `stress>1`, `liquidation<0.1`,
/// `underlying=BTC`, `currency=USDC`, `status=riskless`. Amounts are USD, ratios plain numbers.
public struct ReportFilter: Hashable, Sendable {
  enum Key: String, CaseIterable {
    case leverage, capital, delta, stress, secant, liquidation
    case underlying, currency, status, id

    var isText: Bool {
      switch self {
      case .underlying, .currency, .status, .id: true
      case .leverage, .capital, .delta, .stress, .secant, .liquidation: false
      }
    }
  }

  enum Relation: String, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    case equal = "="

    func holds(_ a: Double, _ b: Double) -> Bool {
      switch self {
      case .atLeast: a >= b
      case .atMost: a <= b
      case .above: a > b
      case .below: a < b
      case .equal: a == b
      }
    }
  }

  enum Term: Hashable {
    case word(String)
    case text(Key, String)
    case number(Key, Relation, Double)
  }

  let terms: [Term]

  public static let all = ReportFilter(terms: [])

  init(terms: [Term]) { self.terms = terms }

  /// Terms separated by spaces or commas; an empty text keeps everything.
  ///
  /// - Throws: `Issue` for an unknown key or a value that is not a number.
  public init(_ text: String, source: String = "--filter") throws {
    var terms: [Term] = []
    for part in text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "\t" }) {
      terms.append(try Self.term(String(part), source: source))
    }
    self.terms = terms
  }

  private static func term(_ text: String, source: String) throws -> Term {
    guard let relation = Relation.allCases.first(where: { text.contains($0.rawValue) }),
      let place = text.firstRange(of: relation.rawValue)
    else { return .word(text.lowercased()) }
    let name = String(text[..<place.lowerBound])
    let value = String(text[place.upperBound...])
    guard let key = Key(rawValue: name) else {
      throw Issue(
        source: source, path: text, seen: "\"\(name)\"",
        allowed: Key.allCases.map(\.rawValue).joined(separator: ", "),
        fix: "write for example leverage>10, or a plain word")
    }
    if key.isText {
      guard relation == .equal else {
        throw Issue(
          source: source, path: text, seen: relation.rawValue, allowed: "= after \(name)",
          fix: "write \(name)=\(value)")
      }
      return .text(key, value.lowercased())
    }
    guard let number = Double(value), number.isFinite else {
      throw Issue(
        source: source, path: text, seen: "\"\(value)\"", allowed: "a number after \(name)",
        fix: "write for example \(name)\(relation.rawValue)10")
    }
    return .number(key, relation, number)
  }

  func keeps(_ pool: PoolReport, basis: CapitalBasis) -> Bool {
    terms.allSatisfy { holds($0, pool, basis) }
  }

  private func holds(_ term: Term, _ pool: PoolReport, _ basis: CapitalBasis) -> Bool {
    switch term {
    case .word(let word):
      let names =
        [pool.id, pool.strategy ?? ""] + pool.underlyings.map(\.description)
        + pool.legs.map(\.instrument.id.name)
      return names.contains { $0.lowercased().contains(word) }
    case .text(let key, let value):
      return texts(key, pool).contains { $0.lowercased() == value }
    case .number(let key, let relation, let value):
      guard let number = number(key, pool, basis) else { return false }
      return relation.holds(number, value)
    }
  }

  private func texts(_ key: Key, _ pool: PoolReport) -> [String] {
    switch key {
    case .underlying: pool.underlyings.map(\.description)
    case .currency: [pool.currency.code]
    case .status: [pool.measures?.status.rawValue ?? "notValued"]
    case .id: [pool.id]
    case .leverage, .capital, .delta, .stress, .secant, .liquidation: []
    }
  }

  private func number(_ key: Key, _ pool: PoolReport, _ basis: CapitalBasis) -> Double? {
    switch key {
    case .leverage: known(pool.headline(basis))
    case .capital: pool.capitalIsKnown ? pool.measures?.capitalAtRiskUsd : nil
    case .delta: pool.measures?.deltaMagnitude
    case .stress: pool.measures.flatMap { known($0.stressMultiple) }
    case .secant: known(pool.worstSecant)
    case .liquidation: pool.nearestLiquidation
    case .underlying, .currency, .status, .id: nil
    }
  }

  private func known(_ measure: Measure) -> Double? {
    measure.absence == nil ? measure.severity : nil
  }
}
