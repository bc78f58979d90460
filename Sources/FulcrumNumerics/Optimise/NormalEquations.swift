/// JᵀJ and Jᵀr of a least-squares problem, gathered row by row.
public struct NormalEquations: Sendable {
  /// Number of unknowns.
  public let count: Int
  /// Upper triangle, row by row: JᵀJ.
  private(set) var matrix: [Double]
  /// Jᵀr.
  private(set) var gradient: [Double]
  /// Σ r².
  public private(set) var cost = 0.0

  public init(count: Int) {
    self.count = count
    matrix = [Double](repeating: 0, count: count * (count + 1) / 2)
    gradient = [Double](repeating: 0, count: count)
  }

  public mutating func clear() {
    cost = 0
    for place in matrix.indices { matrix[place] = 0 }
    for place in gradient.indices { gradient[place] = 0 }
  }

  /// Takes in one residual with its derivatives; those beyond `count` are not read.
  @inline(__always)
  public mutating func add(residual: Double, row: SIMD8<Double>) {
    cost += residual * residual
    var place = 0
    for i in 0..<count {
      let left = row[i]
      gradient[i] += left * residual
      for j in i..<count {
        matrix[place] += left * row[j]
        place += 1
      }
    }
  }

  /// Solves (JᵀJ + λ diag JᵀJ) δ = −Jᵀr by Cholesky; nil where that is not positive definite.
  func step(damping: Double) -> [Double]? {
    var lower = [Double](repeating: 0, count: count * count)
    var place = 0
    for i in 0..<count {
      for j in i..<count {
        lower[j * count + i] = matrix[place]
        place += 1
      }
      // An unknown that nothing depends on stays where it is.
      let diagonal = lower[i * count + i]
      lower[i * count + i] = diagonal > 0 ? diagonal * (1 + damping) : 1
    }
    return Cholesky.solve(&lower, count: count, gradient.map { -$0 })
  }
}

/// Solution of a symmetric positive definite system.
enum Cholesky {
  /// - Parameter lower: the lower triangle of the matrix, row by row; its factor afterwards.
  /// - Returns: nil where the matrix is not positive definite to working precision.
  static func solve(_ lower: inout [Double], count: Int, _ right: [Double]) -> [Double]? {
    for i in 0..<count {
      for j in 0...i {
        var sum = lower[i * count + j]
        for k in 0..<j { sum -= lower[i * count + k] * lower[j * count + k] }
        if i == j {
          guard sum > 0, sum.isFinite else { return nil }
          lower[i * count + i] = sum.squareRoot()
        } else {
          lower[i * count + j] = sum / lower[j * count + j]
        }
      }
    }
    var x = right
    for i in 0..<count {
      for k in 0..<i { x[i] -= lower[i * count + k] * x[k] }
      x[i] /= lower[i * count + i]
    }
    for i in (0..<count).reversed() {
      for k in (i + 1)..<max(count, i + 1) { x[i] -= lower[k * count + i] * x[k] }
      x[i] /= lower[i * count + i]
    }
    return x
  }
}
