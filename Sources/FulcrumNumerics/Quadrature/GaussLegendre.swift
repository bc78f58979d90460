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
    let centre = 0.5 * (lower + upper)
    let half = 0.5 * (upper - lower)
    var sum = 0.0
    for (x, weight) in rule {
      sum += weight * (value(centre - half * x) + value(centre + half * x))
    }
    return half * sum
  }
}
