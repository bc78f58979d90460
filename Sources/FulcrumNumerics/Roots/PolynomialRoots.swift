internal import RealModule

/// All roots of a polynomial at once, by the iteration of Ehrlich and Aberth: Newton's step for each
/// root, corrected for the pull of the others.
///
///     z_i ← z_i − n_i/(1 − n_i Σ_{j≠i} 1/(z_i − z_j)),   n = p/p'
///
/// Cubic convergence at simple roots; a root of multiplicity m keeps only 1/m of the digits, as any
/// method on coefficients does.
///
/// - Source: O. Aberth, Mathematics of Computation 27 (1973) 339–344.
public enum PolynomialRoots {
  /// The roots of Σ cᵢ zⁱ, as many as its degree.
  ///
  /// - Parameter coefficients: c₀ first; the last must not be 0.
  /// - Returns: nil when the iteration does not settle within 200 rounds, or the leading coefficient
  ///   is 0.
  public static func all(_ coefficients: [ComplexNumber]) -> [ComplexNumber]? {
    guard let leading = coefficients.last, leading.magnitude > 0 else { return nil }
    let degree = coefficients.count - 1
    var roots = start(coefficients, degree)
    var settled = [Bool](repeating: false, count: degree)
    for _ in 0..<200 {
      if settled.allSatisfy({ $0 }) { return roots }
      for i in 0..<degree where !settled[i] {
        let (step, isNoise) = aberthStep(coefficients, roots, i)
        roots[i] = roots[i] - step
        settled[i] = isNoise || step.magnitude <= 0x1p-52 * roots[i].magnitude
      }
    }
    return nil
  }

  /// Points on a circle of the largest radius that a root can have to first order: Fujiwara's
  /// bound max |c_{n−k}/c_n|^{1/k}, turned so that no point lies on an axis of symmetry.
  private static func start(_ coefficients: [ComplexNumber], _ degree: Int) -> [ComplexNumber] {
    let leading = coefficients[degree].magnitude
    var radius = 0.0
    for k in 0..<degree where coefficients[k].magnitude > 0 {
      radius = max(radius, Double.root(coefficients[k].magnitude / leading, degree - k))
    }
    return (0..<degree).map { place in
      let angle = 2 * Double.pi * Double(place) / Double(degree) + 0.4
      return radius * ComplexNumber(Double.cos(angle), Double.sin(angle))
    }
  }

  /// The correction of root i, and whether it is the last that means anything: the polynomial there
  /// is 0 to the rounding of its own terms, 2 per degree in Horner's rule of complex numbers.
  private static func aberthStep(
    _ coefficients: [ComplexNumber], _ roots: [ComplexNumber], _ i: Int
  ) -> (step: ComplexNumber, isNoise: Bool) {
    let z = roots[i]
    var (value, slope, size) = (ComplexNumber.zero, ComplexNumber.zero, 0.0)
    for c in coefficients.reversed() {
      slope = slope * z + value
      value = value * z + c
      size = size * z.magnitude + c.magnitude
    }
    guard value.magnitude > 0 else { return (.zero, true) }
    let noise = 0x1p-52 * Double(2 * roots.count) * size
    var pull = ComplexNumber.zero
    for j in roots.indices where j != i {
      pull = pull + ComplexNumber.one / (z - roots[j])
    }
    // n/(1 − n·pull) = p/(p' − p·pull), which needs no p' ≠ 0.
    return (value / (slope - value * pull), value.magnitude <= noise)
  }
}
