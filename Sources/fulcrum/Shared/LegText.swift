import ArgumentParser
import FulcrumModel
import FulcrumWire

/// A leg on the command line: `type=call,K=66000,days=7,vol=55%,qty=40`.
///
/// An option has type, K, days (or T, years), vol and qty; a future or perpetual kind=perp or
/// kind=future, entry and qty. m is coins per contract (1 where absent, so that qty is coins), A the
/// USD face of one inverse future, F the leg's own forward or mark.
struct LegText {
  /// As the calculation families take it, apart from what the pool decides: style and F.
  private(set) var object = JSONObject()

  private enum Key: String, CaseIterable {
    case kind, type, strike = "K", days, years = "T", volatility = "vol", quantity = "qty"
    case multiplier = "m", face = "A", forward = "F", entry

    static let spellings: [String: Key] = [
      "strike": .strike, "k": .strike, "t": .years, "iv": .volatility, "sigma": .volatility,
      "size": .quantity, "multiplier": .multiplier, "faceusd": .face, "face": .face, "a": .face,
      "f": .forward, "forward": .forward, "mark": .forward, "years": .years,
    ]

    init?(text: String) {
      guard let key = Key(rawValue: text) ?? Self.spellings[text.lowercased()] else { return nil }
      self = key
    }
  }

  /// - Throws: a usage error that names the part of the text at fault.
  init(parsing text: String) throws {
    for part in text.split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1).map {
        $0.filter { !$0.isWhitespace }
      }
      guard sides.count == 2 else {
        throw ValidationError("\"\(part)\" is not key=value, such as K=66000")
      }
      guard let key = Key(text: sides[0]) else {
        let known = Key.allCases.map(\.rawValue)
        let near = NearestName.of(sides[0], among: known).map { "did you mean \($0)?" }
        throw ValidationError(
          "\"\(sides[0])\" is no part of a leg; "
            + (near ?? "its parts are \(known.joined(separator: ", "))"))
      }
      try set(key, sides[1])
    }
    if object["kind"] == nil {
      object["kind"] = .string(object["entry"] == nil ? "option" : "perp")
    }
  }

  private mutating func set(_ key: Key, _ text: String) throws {
    switch key {
    case .kind: try put("kind", .string(text))
    case .type: try put("type", .string(text))
    case .strike: try put("K", .number(try NumberText.number(text)))
    case .days: try put("T", .number(try NumberText.number(text) / 365))
    case .years: try put("T", .number(try NumberText.number(text)))
    case .volatility: try put("sigma", .number(try NumberText.volatility(text)))
    case .quantity: try put("qty", .number(try NumberText.number(text)))
    case .multiplier: try put("multiplier", .number(try NumberText.number(text)))
    case .face: try put("faceUsd", .number(try NumberText.number(text)))
    case .forward: try put("F", .number(try NumberText.number(text)))
    case .entry: try put("entry", .number(try NumberText.number(text)))
    }
  }

  private mutating func put(_ name: String, _ value: JSONValue) throws {
    guard object[name] == nil else {
      throw ValidationError("\"\(name)\" is given twice in one leg")
    }
    object[name] = value
  }

  /// Whether it can lose more than it is worth, so that somebody stands good for it: a short option,
  /// a perpetual or a future.
  var needsCollateral: Bool {
    if object["kind"] != .string("option") { return true }
    return (object["qty"]?.number ?? 0) < 0
  }

  /// The leg in a pool of that currency, at the common forward where it has none of its own.
  func completed(currency: String, forward: Double?) -> JSONObject {
    var leg = object
    let inverse = currency == "COIN"
    leg["style"] = .string((inverse ? Settlement.inverse : .linear).rawValue)
    if leg["F"] == nil, let forward { leg["F"] = .number(forward) }
    let hasFace = inverse && leg["kind"] != .string("option")
    if leg["multiplier"] == nil, !hasFace { leg["multiplier"] = .number(1) }
    return leg
  }
}
