/// What answers the cases of a vector file: one family for all of them, or the rule that each names.
enum VectorAnswerer {
  case family(CalculationFamily)
  case venue(VenueFamily)

  static var names: [String] { CalculationFamily.names + VenueFamily.allCases.map(\.rawValue) }

  init?(family name: String) {
    if let family = CalculationFamily.named(name) {
      self = .family(family)
    } else if let venue = VenueFamily(rawValue: name) {
      self = .venue(venue)
    } else {
      return nil
    }
  }

  /// Whether cases say which of them are others' rules and which nobody has checked.
  var takesReferences: Bool {
    switch self {
    case .family: false
    case .venue: true
    }
  }

  /// See `CalculationFamily.oneSided`.
  var oneSided: [String: [String]] {
    switch self {
    case .family(let family): family.oneSided
    case .venue: [:]
    }
  }

  /// See `CalculationFamily.uncompared`.
  var uncompared: Set<String> {
    switch self {
    case .family(let family): family.uncompared
    case .venue: []
    }
  }

  /// - Throws: where no rule answers the case, or its inputs are refused.
  func answer(_ value: JSONObject, _ inputs: JSONObject) throws(VectorFault) -> JSONObject {
    let evaluate: (JSONObject) throws(CalculationRefusal) -> JSONObject
    switch self {
    case .family(let family): evaluate = family.evaluate
    case .venue(let venue): evaluate = try Self.calculation(of: value, in: venue).evaluate
    }
    do throws(CalculationRefusal) {
      return try evaluate(inputs)
    } catch {
      throw VectorFault(
        "inputs refused: " + error.issues.map(\.description).joined(separator: "; "))
    }
  }

  private static func calculation(
    of value: JSONObject, in venue: VenueFamily
  ) throws(VectorFault) -> VenueCalculation {
    guard value["scope"] == nil || value["scope"] == .string("product") else {
      throw VectorFault("scope is \(value["scope"]?.brief ?? ""); write product or reference")
    }
    guard let rule = value["rule"]?.string else {
      throw VectorFault("no string \"rule\"; it names the rule that the case follows")
    }
    guard let found = venue.calculation(rule) else {
      let near = NearestName.of(rule, among: venue.calculations.map(\.rule))
      throw VectorFault(
        "unknown rule \"\(rule)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? ""))
    }
    return found
  }
}
