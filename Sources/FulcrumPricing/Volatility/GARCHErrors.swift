internal import FulcrumNumerics

/// Robust errors: A⁻¹ B A⁻¹ with A the curvature of −ℓ and B the sum of squared scores.
enum GARCHErrors {
  /// The edges that a model stands on.
  ///
  /// - Parameter meanSquare: of the returns; ω below 1e-8 of it pulls towards nothing.
  static func bounds(
    of model: GARCH, _ shape: GARCHFit.Shape, meanSquare: Double
  ) -> [GARCHFit.Bound] {
    GARCHFit.Bound.allCases.filter { bound in
      switch bound {
      case .omega: model.omega < 1e-8 * meanSquare
      case .alpha: model.alpha < 1e-6
      case .fall: shape == .gjr && model.alpha + model.gamma < 1e-6
      case .beta: model.beta < 1e-6
      // The logistic only nears its limit: within 1e-4 of it shocks halve in 1,155 steps or more.
      case .persistence: model.persistence > GARCHCoordinates.persistenceLimit - 1e-4
      }
    }
  }

  /// Whether a model on these edges forecasts nothing that the returns say.
  ///
  /// α = 0 with α + γ above 0 is an ordinary answer of a GJR: a rise adds nothing, a fall does, and the
  /// likelihood is as smooth in the others as elsewhere. Only α has no standard error there.
  static func breaksForecast(_ bounds: [GARCHFit.Bound], _ shape: GARCHFit.Shape) -> Bool {
    shape == .gjr && bounds == [.alpha] ? false : !bounds.isEmpty
  }

  /// How steeply the likelihood rises off α = 0; nil where it does not, or α stands elsewhere.
  ///
  /// The search's coordinates are flat at the edge whether or not it is a peak. A slope of 0.1 would gain
  /// 1e-4, which two fits may differ by, no sooner than at α = 0.001.
  static func rise(
    off bounds: [GARCHFit.Bound], _ model: GARCH, _ surface: GARCHLikelihood
  ) -> Double? {
    guard bounds.contains(.alpha) else { return nil }
    let slope = -surface.slope(model).gradient[1]
    return slope > 0.1 ? slope : nil
  }

  /// ω, α, γ, β; nil for one on its bound or not fitted. Nil for all where −ℓ is not curved upwards in
  /// what is free, or where the free ones may not move because their sum may not.
  static func robust(
    _ model: GARCH, _ bounds: [GARCHFit.Bound], _ shape: GARCHFit.Shape,
    _ surface: GARCHLikelihood
  ) -> [Double?]? {
    if bounds.contains(.persistence) { return nil }
    let values = [model.omega, model.alpha, model.gamma, model.beta]
    let bounded = [
      bounds.contains(.omega), bounds.contains(.alpha),
      shape == .garch || bounds.contains(.fall), bounds.contains(.beta),
    ]
    let free = values.indices.filter { !bounded[$0] }
    var curvature = free.map { _ in free.map { _ in 0.0 } }
    for (row, place) in free.enumerated() {
      // ∛ε of the value balances the cut-off error of the central difference with rounding.
      let step = 6e-6 * max(values[place].magnitude, 1e-3)
      let above = surface.slope(moved(values, place, by: step)).gradient
      let below = surface.slope(moved(values, place, by: -step)).gradient
      for (column, other) in free.enumerated() {
        curvature[row][column] = (above[other] - below[other]) / (2 * step)
      }
    }
    for row in free.indices {
      for column in 0..<row {
        let mean = 0.5 * (curvature[row][column] + curvature[column][row])
        curvature[row][column] = mean
        curvature[column][row] = mean
      }
    }
    var scores = free.map { _ in free.map { _ in 0.0 } }
    _ = surface.slope(model) { score in
      for row in free.indices {
        for column in free.indices { scores[row][column] += score[free[row]] * score[free[column]] }
      }
    }
    var errors = [Double?](repeating: nil, count: 4)
    guard let inverse = PositiveMatrix.inverse(curvature) else { return nil }
    for (row, place) in free.enumerated() {
      var variance = 0.0
      for i in free.indices {
        for j in free.indices { variance += inverse[row][i] * scores[i][j] * inverse[j][row] }
      }
      guard variance >= 0, variance.isFinite else { return nil }
      errors[place] = variance.squareRoot()
    }
    return errors
  }

  private static func moved(_ values: [Double], _ place: Int, by step: Double) -> GARCH {
    var values = values
    values[place] += step
    return GARCH(unchecked: values[0], values[1], values[2], values[3])
  }
}
