import Foundation
import FulcrumNumerics
import Testing

/// Quadrature, polynomial roots and Laplace inversion against closed forms.
struct TransformTests {
  @Test func quadratureMeetsClosedForms() {
    let rows: [(name: String, from: Double, to: Double, exact: Double, f: (Double) -> Double)] = [
      ("exp", 0, 1, M_E - 1, { exp($0) }),
      ("backwards", 1, 0, 1 - M_E, { exp($0) }),
      ("root", 0, 1, 2.0 / 3, { $0.squareRoot() }),
      ("spike", 0, 1, 2e-4 * atan(5e3), { 1e-8 / (1e-8 + ($0 - 0.5) * ($0 - 0.5)) }),
      ("step", 0, 1, 1 - 0.371, { $0 > 0.371 ? 1 : 0 }),
      ("wave", 0, 100, sin(100), { cos($0) }),
      ("zero", 0, 1, 0, { _ in 0 }),
    ]
    for row in rows {
      let found = AdaptiveQuadrature.integral(from: row.from, to: row.to, row.f)
      let error = abs(found.value - row.exact)
      print("quadrature \(row.name): error \(error), \(found.evaluations) evaluations")
      #expect(error <= max(1e-9 * abs(row.exact), found.errorEstimate), "\(row.name) \(found)")
    }
  }

  @Test func rootsOfKnownPolynomials() throws {
    let wanted = [
      ComplexNumber(3), ComplexNumber(-40), ComplexNumber(0.01, 2), ComplexNumber(1e3, -5),
    ]
    var coefficients = [ComplexNumber.one]
    for root in wanted {
      let shifted = [ComplexNumber.zero] + coefficients
      let scaled = coefficients.map { root * $0 } + [.zero]
      coefficients = zip(shifted, scaled).map { $0 - $1 }
    }
    let found = try #require(PolynomialRoots.all(coefficients))
    #expect(found.count == 4)
    for root in wanted {
      let nearest = found.map { ($0 - root).magnitude }.min() ?? .infinity
      #expect(nearest <= 1e-11 * root.magnitude, "\(root): off by \(nearest)")
    }
    #expect(PolynomialRoots.all([.one, .zero]) == nil)
    #expect(PolynomialRoots.all([]) == nil)
  }

  @Test func talbotInvertsKnownTransforms() {
    var worst = 0.0
    for time in [0.01, 0.5, 3, 20] {
      let decay = TalbotInversion.value(at: time) { .one / ($0 + .one) }
      worst = max(worst, abs(decay - exp(-time)))
      let ramp = TalbotInversion.value(at: time) { .one / ($0 * $0) }
      worst = max(worst, abs(ramp - time) / time)
      let wave = TalbotInversion.value(at: time) { $0 / ($0 * $0 + ComplexNumber(0.04)) }
      worst = max(worst, abs(wave - cos(0.2 * time)))
    }
    print("talbot, 24 nodes: worst error \(worst)")
    #expect(worst < 1e-10)
  }

  @Test func complexDivisionIsTheInverseOfMultiplication() {
    for (x, y) in [(3.0, 4.0), (-1e-200, 2e-200), (1e200, -3), (0, 5), (7, 0)] {
      let number = ComplexNumber(x, y)
      let one = number / number
      #expect(abs(one.real - 1) < 1e-15 && abs(one.imaginary) < 1e-15)
    }
    #expect(ComplexNumber(1e200, 1e200).magnitude.isFinite)
  }
}
