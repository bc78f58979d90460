/// Symmetric positive definite matrices, small ones.
public enum PositiveMatrix {
  /// The inverse by Cholesky's factors.
  ///
  /// - Parameter matrix: symmetric; only the lower half is read. Rows and columns are first scaled to
  ///   a unit diagonal, so parameters of different size do no harm.
  /// - Returns: nil where the matrix is not positive definite, to 1e-14 of its scaled diagonal.
  public static func inverse(_ matrix: [[Double]]) -> [[Double]]? {
    let count = matrix.count
    let scale = matrix.indices.map { matrix[$0][$0].squareRoot() }
    guard scale.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    var lower = matrix
    for i in 0..<count {
      for j in 0...i {
        var sum = matrix[i][j] / (scale[i] * scale[j])
        for k in 0..<j { sum -= lower[i][k] * lower[j][k] }
        if i == j {
          guard sum > 1e-14 else { return nil }
          lower[i][i] = sum.squareRoot()
        } else {
          lower[i][j] = sum / lower[j][j]
        }
      }
    }
    var result = matrix
    for column in 0..<count {
      var x = [Double](repeating: 0, count: count)
      for i in 0..<count {
        var sum = i == column ? 1.0 : 0
        for k in 0..<i { sum -= lower[i][k] * x[k] }
        x[i] = sum / lower[i][i]
      }
      for i in (0..<count).reversed() {
        var sum = x[i]
        for k in (i + 1)..<max(count, i + 1) { sum -= lower[k][i] * x[k] }
        x[i] = sum / lower[i][i]
      }
      for i in 0..<count { result[i][column] = x[i] / (scale[i] * scale[column]) }
    }
    return result
  }
}
