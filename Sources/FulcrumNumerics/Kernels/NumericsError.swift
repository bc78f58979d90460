/// Why an input of a numerical kernel is refused: where, and the value seen.
public enum NumericsError: Error, Hashable, Sendable, CustomStringConvertible {
  case notANumber(index: Int)
  case notAProbability(index: Int, seen: Double)
  case outOfDomain(name: String, seen: Double, allowed: String)

  public var description: String {
    switch self {
    case .notANumber(let index): "entry \(index) is not a number; give finite or infinite numbers"
    case .notAProbability(let index, let seen):
      "entry \(index) is \(seen); a probability lies in [0, 1]"
    case .outOfDomain(let name, let seen, let allowed): "\(name) is \(seen); it must be \(allowed)"
    }
  }
}
