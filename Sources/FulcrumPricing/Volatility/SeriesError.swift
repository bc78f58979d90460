/// Why a series of prices or returns cannot be used.
public enum SeriesError: Error, Hashable, Sendable {
  /// Fewer observations than the estimate needs.
  case tooShort(what: String, seen: Int, needed: Int)
  /// One observation outside its domain, counted from 0.
  case badElement(what: String, index: Int, seen: Double, allowed: String)
  /// All observations are the same: nothing varies, so nothing can be fitted.
  case constant(what: String)
  /// The regressors of a fit depend on each other.
  case dependent(what: String)
  /// A search that ended without a flat likelihood; what it found is not used.
  case notConverged(what: String)
  /// Under the given model the observation at this place, from 0, has probability 0.
  case impossible(index: Int)
}

extension SeriesError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooShort(let what, let seen, let needed):
      "\(what): \(seen) observations; at least \(needed) are needed"
    case .badElement(let what, let index, let seen, let allowed):
      "\(what)[\(index)] is \(seen); it must be \(allowed)"
    case .constant(let what): "\(what): all observations are equal; nothing can be fitted"
    case .dependent(let what): "\(what): regressors depend on each other; nothing can be fitted"
    case .notConverged(let what): "\(what): the fit did not converge and is not used"
    case .impossible(let index): "observation \(index) has probability 0 under this model"
    }
  }
}

/// Refuses the first element that is not finite.
func requireFinite(_ series: [Double], _ what: String) throws(SeriesError) {
  for (index, value) in series.enumerated() where !value.isFinite {
    throw .badElement(what: what, index: index, seen: value, allowed: "a finite number")
  }
}

/// Refuses a series that is too short.
func requireCount(_ series: [Double], atLeast needed: Int, _ what: String) throws(SeriesError) {
  guard series.count >= needed else {
    throw .tooShort(what: what, seen: series.count, needed: needed)
  }
}
