internal import RealModule

/// A function of time from its Laplace transform, by the fixed Talbot contour.
///
///     F(s) = ∫₀^∞ e^{−st} f(t) dt
///     f(t) ≈ (r/M) [½ e^{rt} F(r) + Σ_{k=1}^{M−1} Re e^{t s_k} F(s_k) (1 + iω_k)]
///     r = 2M/5t,  s_k = rθ_k(cot θ_k + i),  ω_k = θ_k + (θ_k cot θ_k − 1) cot θ_k,  θ_k = kπ/M
///
/// Each node adds 0.6 of a digit; the factor e^{rt} = e^{2M/5} costs 0.17. With doubles the two meet
/// between 20 and 28 nodes.
///
/// - Source: J. Abate & P. P. Valkó, International Journal for Numerical Methods in Engineering 60
///   (2004) 979–993.
public enum TalbotInversion {
  /// f(t), for an f whose transform has no singularity right of or far from the negative axis.
  ///
  /// - Parameters:
  ///   - time: t > 0.
  ///   - nodes: M ≥ 2.
  ///   - transform: F, analytic on and outside the contour.
  /// - Accuracy: within 2e-12 of max|f| at 24 nodes on e^{−t}, t and cos (`TransformTests` prints it).
  public static func value(
    at time: Double, nodes: Int = 24, _ transform: (ComplexNumber) -> ComplexNumber
  ) -> Double {
    let r = 0.4 * Double(nodes) / time
    var total = NeumaierSum(0.5 * Double.exp(r * time) * transform(ComplexNumber(r)).real)
    for k in 1..<nodes {
      let theta = Double(k) * Double.pi / Double(nodes)
      let cotangent = Double.cos(theta) / Double.sin(theta)
      let node = r * ComplexNumber(theta * cotangent, theta)
      let slope = ComplexNumber(1, theta + (theta * cotangent - 1) * cotangent)
      total.add((ComplexNumber.exp(time * node) * transform(node) * slope).real)
    }
    return total.value * r / Double(nodes)
  }
}
