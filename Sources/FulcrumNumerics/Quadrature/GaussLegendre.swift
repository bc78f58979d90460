/// Gauss-Legendre quadrature of 16 points: exact for polynomials of degree 31.
public enum GaussLegendre {
  /// Positive abscissae on [−1, 1] and their weights, to 17 digits: roots of P₁₆ and
  /// 2/((1 − x²)P₁₆'(x)²).
  private static let rule: [(x: Double, weight: Double)] = [
    (0.09501250983763744, 0.1894506104550685),
    (0.2816035507792589, 0.18260341504492358),
    (0.45801677765722737, 0.16915651939500254),
    (0.6178762444026438, 0.14959598881657674),
    (0.755404408355003, 0.12462897125553388),
    (0.8656312023878318, 0.09515851168249279),
    (0.9445750230732326, 0.062253523938647894),
    (0.9894009349916499, 0.027152459411754096),
  ]

  /// ∫ f over [lower, upper] in one panel, signed when the ends are reversed.
  public static func integral(
    from lower: Double, to upper: Double, _ value: (Double) -> Double
  ) -> Double {
    integral(over: [(lower, upper)]) { $0.map(value) }
  }

  /// Σ ∫ f over panels, all positions asked for at once: for functions that are cheaper by the array.
  ///
  /// - Parameter values: f at every position, in order.
  public static func integral(
    over panels: [(lower: Double, upper: Double)], _ values: ([Double]) -> [Double]
  ) -> Double {
    var positions: [Double] = []
    positions.reserveCapacity(2 * rule.count * panels.count)
    for (lower, upper) in panels {
      let centre = 0.5 * (lower + upper)
      let half = 0.5 * (upper - lower)
      for (x, _) in rule {
        positions.append(centre - half * x)
        positions.append(centre + half * x)
      }
    }
    let found = values(positions)
    var total = NeumaierSum()
    var place = 0
    for (lower, upper) in panels {
      var sum = 0.0
      for (_, weight) in rule {
        sum += weight * (found[place] + found[place + 1])
        place += 2
      }
      total.add(0.5 * (upper - lower) * sum)
    }
    return total.value
  }
}
