import FulcrumNumerics
import FulcrumPricing

private enum PathKernel: String, CaseIterable {
  case brownianBridge, hestonQE, stationaryBootstrap
}

extension CalculationFamily {
  static let pathKernels = CalculationFamily(
    name: "mc_kernels", summary: "steps of simulated paths, given their random inputs",
    outputs: [
      "order", "path", "branch", "m", "s2", "psi", "v1", "dlogS", "k0Corrected", "dlogSCorrected",
      "indices",
    ]
  ) { (fields) throws(CalculationRefusal) in
    switch fields.choice("kernel", among: PathKernel.allCases, meaning: "step") {
    case .brownianBridge: return try bridge(&fields)
    case .hestonQE: return try heston(&fields)
    case .stationaryBootstrap: return try bootstrap(&fields)
    case nil: throw CalculationRefusal(fields.issues)
    }
  }

  private static func bridge(_ fields: inout InputFields) throws(CalculationRefusal) -> Outputs {
    let times = fields.numbers(NumberField("times", .positive, "years, ascending"), fallback: [])
    let normals = fields.numbers(
      NumberField("normals", .finite, "one a time, in build order"), fallback: [])
    let ascends = zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
    if times.isEmpty || !ascends || normals.count != times.count {
      fields.refuse(
        "times", seen: "\(times.count) times and \(normals.count) normals",
        allowed: "ascending times above 0, one normal for each", fix: "give as many of both")
    }
    try fields.finish()
    let path = BrownianPath(times: times)
    var outputs = Outputs()
    outputs.set("order", path.order.map(Double.init))
    outputs.set("path", path.path(normals))
    return outputs
  }

  private static func heston(_ fields: inout InputFields) throws(CalculationRefusal) -> Outputs {
    let parameters = HestonStep.Parameters(
      reversion: fields.number(NumberField("kappa", .positive, "speed of reversion a year")),
      longVariance: fields.number(NumberField("theta", .nonNegative, "variance in the long run")),
      volatilityOfVariance: fields.number(
        NumberField("xi", .positive, "volatility of the variance")),
      correlation: fields.number(NumberField("rho", .finite, "correlation, -1 to 1")))
    let v = fields.number(NumberField("v0", .nonNegative, "variance at the start"))
    let years = fields.number(NumberField("dt", .positive, "years of the step"))
    let uniform = fields.number(NumberField("uniformV", .probability, "uniform of the variance"))
    let normal = fields.number(NumberField("normalX", .finite, "normal of the log price"))
    let drift = fields.number(NumberField("mu", .finite, "drift a year", fallback: 0))
    if parameters.correlation.magnitude > 1 {
      fields.refuse(
        "rho", seen: "\(parameters.correlation)", allowed: "a number from -1 to 1",
        fix: "give such a number")
    }
    try fields.finish()
    let step = HestonStep(parameters, years: years)
    let law = step.variance(from: v)
    let next = step.variance(law, at: uniform)
    let k0 = step.correctedK0(from: v, law)
    func move(_ k0: Double) -> Double {
      step.logReturn(from: v, to: next, k0: k0, drift: drift, normal: normal)
    }
    var outputs = Outputs()
    outputs.set("branch", .string(law.branch.rawValue))
    outputs.set("m", law.mean)
    outputs.set("s2", law.variance)
    outputs.set("psi", law.psi)
    outputs.set("v1", next)
    outputs.set("dlogS", move(step.uncorrectedK0))
    outputs.set("k0Corrected", k0, orAbsent: .notRepresentable)
    outputs.set("dlogSCorrected", k0.map(move), orAbsent: .notRepresentable)
    return outputs
  }

  private static func bootstrap(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let count = fields.number(NumberField("n", .positive, "length of the series"))
    let restart = fields.number(NumberField("p", .share, "probability of a new block"))
    let uniforms = fields.numbers(
      NumberField("uniforms", .share, "two for each place"), fallback: [])
    if count != count.rounded() || count > 1e9 {
      fields.refuse("n", seen: "\(count)", allowed: "a whole number up to 1e9", fix: "give one")
    }
    if uniforms.contains(1) {
      fields.refuse("uniforms", seen: "1", allowed: "numbers below 1", fix: "give such numbers")
    }
    try fields.finish()
    let places = StationaryBootstrap.places(
      count: Int(count), restart: restart, uniforms: uniforms)
    var outputs = Outputs()
    outputs.set("indices", places.map(Double.init))
    return outputs
  }
}
