/// A risk number that is always sayable: finite, a named infinity, or absent with its reason.
///
/// Undefined is a value, never NaN, 0 or ∞ in disguise (leverage-math 0). The payload of `.value`
/// is finite for every measure that this module returns. `+∞` means exposure without capital or an
/// unbounded loss; `−∞` occurs in the signed measures only.
public enum Measure: Hashable, Sendable {
  case value(Double)
  case positiveInfinity
  case negativeInfinity
  case absent(Absence)

  /// The number when there is a finite one, else nil.
  public var finite: Double? {
    if case .value(let number) = self { return number }
    return nil
  }

  /// Why there is no number, when there is none.
  public var absence: Absence? {
    if case .absent(let reason) = self { return reason }
    return nil
  }

  /// The same measure without its sign: |x|, and +∞ for either infinity.
  public var magnitude: Measure {
    switch self {
    case .value(let number): .value(number.magnitude)
    case .positiveInfinity, .negativeInfinity: .positiveInfinity
    case .absent: self
    }
  }

  /// For sorting worst first: the magnitude, ∞ above every number and an absence below.
  public var severity: Double {
    switch self {
    case .value(let number): number.magnitude
    case .positiveInfinity, .negativeInfinity: .infinity
    case .absent: -1
    }
  }
}

extension [Measure] {
  /// The largest magnitude of those that are not absent; nil without one.
  var largest: Measure? {
    filter { $0.absence == nil }.max { $0.severity < $1.severity }?.magnitude
  }
}

extension Measure {
  /// Names what a double holds; NaN has no name and becomes the given absence.
  init(_ number: Double, orAbsent reason: Absence) {
    if number.isNaN {
      self = .absent(reason)
    } else if number == .infinity {
      self = .positiveInfinity
    } else if number == -.infinity {
      self = .negativeInfinity
    } else {
      self = .value(number)
    }
  }

  /// x / capital with the rule of leverage-math 2.2: on no capital 0 where |x| ≤ `negligible`,
  /// else an infinity with the sign of x.
  static func ratio(_ numerator: Double, over capital: Double, negligible: Double) -> Measure {
    guard capital > 0 else {
      if numerator.magnitude <= negligible { return .value(0) }
      return numerator > 0 ? .positiveInfinity : .negativeInfinity
    }
    return Measure(numerator / capital, orAbsent: .notRepresentable)
  }
}
