/// Ordinary least squares by Householder reflections.
public enum LeastSquares {
  public struct Solution: Hashable, Sendable {
    public let coefficients: [Double]
    /// Sum of squared residuals.
    public let residualSquares: Double
  }

  /// min ‖Xb − y‖², by QR: the normal equations would square the condition number.
  ///
  /// - Parameters:
  ///   - columns: the columns of X, each as long as `target`; at least as many rows as columns.
  /// - Returns: nil where a column depends on those before it, to 1e-12 of its own length.
  /// - Source: G. Golub, C. Van Loan, Matrix Computations, 4th ed. (2013), section 5.3.
  public static func solve(columns: [[Double]], target: [Double]) -> Solution? {
    let rows = target.count
    let count = columns.count
    guard rows >= count, columns.allSatisfy({ $0.count == rows }) else { return nil }
    var x = columns
    var y = target
    for pivot in 0..<count {
      let length = norm(x[pivot], from: pivot)
      guard length > 1e-12 * norm(columns[pivot], from: 0) else { return nil }
      let head = x[pivot][pivot] >= 0 ? -length : length
      var reflector = Array(x[pivot][pivot...])
      reflector[0] -= head
      let scale = 2 / reflector.reduce(0) { $0 + $1 * $1 }
      for column in pivot..<count { reflect(&x[column], reflector, scale, from: pivot) }
      reflect(&y, reflector, scale, from: pivot)
    }
    var b = [Double](repeating: 0, count: count)
    for row in (0..<count).reversed() {
      var rest = y[row]
      for column in (row + 1)..<max(count, row + 1) { rest -= x[column][row] * b[column] }
      b[row] = rest / x[row][row]
    }
    let squares = y[count...].reduce(0) { $0 + $1 * $1 }
    return Solution(coefficients: b, residualSquares: squares)
  }

  private static func reflect(
    _ vector: inout [Double], _ reflector: [Double], _ scale: Double, from start: Int
  ) {
    var along = 0.0
    for (place, component) in reflector.enumerated() { along += component * vector[start + place] }
    along *= scale
    for (place, component) in reflector.enumerated() { vector[start + place] -= along * component }
  }

  private static func norm(_ vector: [Double], from start: Int) -> Double {
    vector[start...].reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
