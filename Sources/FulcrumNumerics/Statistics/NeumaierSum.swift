/// A compensated sum: the running error of each addition is kept and added back at the end.
///
///     s = Σ xᵢ,   |value − s| ≤ ε|s| + O(n ε²) Σ|xᵢ|
///
/// The result depends only on the order of the additions, so sum legs in leg order
/// (leverage-math 9.5). Once a term is not finite the value is that of the plain sum.
///
/// - Source: A. Neumaier, Zeitschrift für Angewandte Mathematik und Mechanik 54 (1974) 39–51.
public struct NeumaierSum: Hashable, Sendable {
  @usableFromInline var sum: Double
  @usableFromInline var compensation: Double

  /// A sum that starts at `initial`.
  @inlinable public init(_ initial: Double = 0) {
    sum = initial
    compensation = 0
  }

  /// Adds one term.
  @inlinable public mutating func add(_ term: Double) {
    let total = sum + term
    // The smaller operand is the one whose low bits were lost.
    if abs(sum) >= abs(term) {
      compensation += (sum - total) + term
    } else {
      compensation += (term - total) + sum
    }
    sum = total
  }

  /// The sum of all terms so far, correctly compensated.
  @inlinable public var value: Double {
    let compensated = sum + compensation
    return compensated.isFinite ? compensated : sum
  }
}
