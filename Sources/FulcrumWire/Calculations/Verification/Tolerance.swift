/// How far a number may be from the expected one: |got − expected| ≤ abs + rel·|expected|.
package struct Tolerance: Hashable, Sendable {
  package let rel: Double
  package let abs: Double
  /// The expected number is a whole one that a venue cut off: what is got is rounded to six decimals
  /// and truncated toward zero before it is compared.
  package var truncates = false

  package static let exact = Tolerance(rel: 0, abs: 0)

  /// The difference as a fraction of what is allowed: 0 where the two are equal, +∞ where nothing is
  /// allowed and they are not.
  package func fraction(got: Double, expected: Double) -> Double {
    let got =
      truncates ? ((got * 1e6).rounded() / 1e6).rounded(.towardZero) : got
    let difference = (got - expected).magnitude
    if difference == 0 { return 0 }
    let allowed = abs + rel * expected.magnitude
    return allowed > 0 ? difference / allowed : .infinity
  }
}

/// The tolerances of one case: one for all keys, others for the keys named in `perKey`.
package struct ToleranceTable: Hashable, Sendable {
  package let general: Tolerance
  package let perKey: [String: Tolerance]

  package subscript(key: String) -> Tolerance { perKey[key] ?? general }

  /// - Throws: `VectorFault` where a tolerance is not a number of 0 or more.
  init(_ value: JSONValue?) throws(VectorFault) {
    guard let value else { throw VectorFault("no tolerance; write {\"rel\": ..., \"abs\": ...}") }
    guard let object = value.object else { throw VectorFault("tolerance is not an object") }
    general = try Self.tolerance(object, "tolerance", besides: "perKey")
    var perKey: [String: Tolerance] = [:]
    for member in object["perKey"]?.object?.members ?? [] {
      let place = "tolerance.perKey.\(member.name)"
      guard let inner = member.value.object else { throw VectorFault("\(place) is no object") }
      perKey[member.name] = try Self.tolerance(inner, place, besides: nil)
    }
    self.perKey = perKey
  }

  private static func tolerance(
    _ object: JSONObject, _ place: String, besides other: String?
  ) throws(VectorFault) -> Tolerance {
    for name in object.names
    where name != "rel" && name != "abs" && name != "trunc" && name != other {
      throw VectorFault("\(place) has the unknown field \"\(name)\"; it takes rel and abs")
    }
    func bound(_ name: String) throws(VectorFault) -> Double {
      guard let value = object[name] else { return 0 }
      guard let bound = value.number, bound >= 0 else {
        throw VectorFault("\(place).\(name) is \(value.brief); it must be a number of 0 or more")
      }
      return bound
    }
    var tolerance = Tolerance(rel: try bound("rel"), abs: try bound("abs"))
    if let truncates = object["trunc"] {
      guard case .bool(let flag) = truncates, tolerance == .exact else {
        throw VectorFault("\(place).trunc stands alone and is true or false")
      }
      tolerance.truncates = flag
    }
    return tolerance
  }
}

/// Why a vector file or a case of it cannot be judged, which counts as a failure of it.
package struct VectorFault: Error, Hashable, Sendable {
  package let reason: String

  init(_ reason: String) { self.reason = reason }
}
