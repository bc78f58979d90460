import FulcrumPricing

extension CalculationFamily {
  static let realisedVolatility = CalculationFamily(
    name: "realised_vol", summary: "realised volatility of price bars, by eight estimators",
    outputs: [
      "closeClose", "closeCloseZeroMean", "parkinson", "garmanKlass", "rogersSatchell",
      "yangZhang", "yangZhangK", "bipower", "medRV", "jumpShare",
    ]
  ) { (fields) throws(CalculationRefusal) in
    let rows = fields.table("ohlc", width: 4, meaning: "bars [open, high, low, close]")
    let periods = fields.number(SeriesField.periodsPerYear)
    try fields.finish()
    var bars: [PriceBar] = []
    for (place, row) in rows.enumerated() {
      do throws(PricingError) {
        bars.append(try PriceBar(open: row[0], high: row[1], low: row[2], close: row[3]))
      } catch {
        fields.refuse(
          "ohlc[\(place)]", seen: "\(error)", allowed: "0 < low ≤ open, close ≤ high",
          fix: "correct the bar or leave it out")
      }
    }
    try fields.finish()
    let result = try InputFields.checking { () throws(SeriesError) in
      try RealisedVolatility(bars, periodsPerYear: periods)
    }
    var outputs = Outputs()
    outputs.set("closeClose", result.closeClose)
    outputs.set("closeCloseZeroMean", result.closeCloseZeroMean)
    outputs.set("parkinson", result.parkinson)
    outputs.set("garmanKlass", result.garmanKlass)
    outputs.set("rogersSatchell", result.rogersSatchell)
    outputs.set("yangZhang", result.yangZhang)
    outputs.set("yangZhangK", result.yangZhangWeight)
    outputs.set("bipower", result.bipower)
    outputs.set("medRV", result.medRV, orAbsent: .tooFewObservations)
    outputs.set("jumpShare", result.jumpShare)
    return outputs
  }

  static let weightedVariance = CalculationFamily(
    name: "ewma_har", summary: "exponentially weighted variance, and Corsi's regression",
    outputs: [
      "nextVariance", "annualVol365", "variance10", "beta", "residualVariance", "forecast",
    ]
  ) { (fields) throws(CalculationRefusal) in
    let model = fields.choice("model", among: WeightedModel.allCases, meaning: "model")
    switch model {
    case .ewma: return try exponential(&fields)
    case .har: return try heterogeneous(&fields, logarithmic: false)
    case .harLog: return try heterogeneous(&fields, logarithmic: true)
    case nil: throw CalculationRefusal(fields.issues)
    }
  }

  private static func exponential(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let returns = fields.series(SeriesField.returns)
    let decay = fields.number(SeriesField.decay)
    _ = fields.choice(
      "init", among: WeightedStart.allCases, meaning: "first variance", fallback: .firstSquare)
    try fields.finish()
    let path = try InputFields.checking { () throws(SeriesError) in
      try ExponentialVariance.path(returns, decay: decay)
    }
    let next = path[path.count - 1]
    var outputs = Outputs()
    outputs.set("nextVariance", next)
    outputs.set("annualVol365", (365 * next).squareRoot())
    outputs.set(
      "variance10", path.count > 10 ? path[10] : nil, orAbsent: .tooFewObservations)
    return outputs
  }

  private static func heterogeneous(
    _ fields: inout InputFields, logarithmic: Bool
  ) throws(CalculationRefusal) -> Outputs {
    let variances = fields.series(SeriesField.variances)
    try fields.finish()
    let fit = try InputFields.checking { () throws(SeriesError) in
      try HeterogeneousVariance(fitting: variances, logarithmic: logarithmic)
    }
    var outputs = Outputs()
    outputs.set("beta", fit.coefficients)
    outputs.set("residualVariance", fit.residualVariance)
    outputs.set("forecast", fit.forecast)
    return outputs
  }

  static let garch = CalculationFamily(
    name: "garch", summary: "GARCH(1,1) and GJR: likelihood, forecasts and fit",
    outputs: [
      "logLikelihood", "nextVariance", "variance100", "persistence", "longRunVariance",
      "variance10Ahead", "averageVariance30", "maxLogLikelihood", "mle",
    ],
    extensions: ["mleErrors", "mleConverged"], oneSided: ["maxLogLikelihood": ["mle"]]
  ) { (fields) throws(CalculationRefusal) in
    let shape = fields.choice("model", among: GARCHFit.Shape.allCases, meaning: "model")
    let returns = fields.series(SeriesField.percentReturns)
    let omega = fields.number(SeriesField.omega)
    let alpha = fields.number(SeriesField.alpha)
    let gamma = fields.number(SeriesField.gamma)
    let beta = fields.number(SeriesField.beta)
    let first = fields.number(SeriesField.firstVariance)
    let asksErrors = fields.bool(
      "errors", meaning: "whether to add the fit's errors", fallback: false)
    try fields.finish()
    let (model, path, fit) = try InputFields.checking { () throws(SeriesError) in
      let model = try GARCH(omega: omega, alpha: alpha, gamma: gamma, beta: beta)
      let path = try model.path(returns, first: first)
      let fit = try GARCHFit(fitting: returns, shape: shape ?? .garch, first: first)
      return (model, path, fit)
    }
    var outputs = Outputs()
    outputs.set("logLikelihood", path.logLikelihood)
    outputs.set("nextVariance", path.nextVariance)
    outputs.set(
      "variance100", path.variances.count >= 100 ? path.variances[99] : nil,
      orAbsent: .tooFewObservations)
    outputs.set("persistence", model.persistence)
    outputs.set("longRunVariance", model.longRunVariance)
    outputs.set("variance10Ahead", model.variance(ahead: 10, next: path.nextVariance))
    outputs.set("averageVariance30", model.averageVariance(over: 30, next: path.nextVariance))
    outputs.set("maxLogLikelihood", fit.logLikelihood)
    let all = [fit.model.omega, fit.model.alpha, fit.model.gamma, fit.model.beta]
    let kept = fit.shape == .garch ? [0, 1, 3] : [0, 1, 2, 3]
    outputs.set("mle", kept.map { all[$0] })
    guard asksErrors else { return outputs }
    outputs.set(
      "mleErrors",
      kept.map { place in
        fit.standardErrors[place].map { .value($0) } ?? .absent(.onItsBound)
      })
    outputs.set("mleConverged", .bool(fit.hasConverged))
    return outputs
  }

  static let impliedVariance = CalculationFamily(
    name: "implied_variance", summary: "model-free implied variance of an option strip",
    outputs: ["K0", "variance", "index"]
  ) { (fields) throws(CalculationRefusal) in
    guard fields.has("otm") else { return try interpolated(&fields) }
    let forward = fields.number(SeriesField.forward)
    let years = fields.number(SeriesField.years)
    let rows = fields.table("otm", width: 2, meaning: "strikes and out-of-the-money prices, USD")
    try fields.finish()
    let strip = try InputFields.checking { () throws(SeriesError) in
      try ImpliedVariance(
        forward: forward, years: years,
        quotes: rows.map { ImpliedVariance.Quote(strike: $0[0], price: $0[1]) })
    }
    var outputs = Outputs()
    outputs.set("K0", strip.centralStrike)
    outputs.set("variance", strip.variance)
    outputs.set("index", strip.index, orAbsent: .negativeVariance)
    return outputs
  }

  private static func interpolated(
    _ fields: inout InputFields
  ) throws(CalculationRefusal) -> Outputs {
    let near = (fields.number(SeriesField.nearYears), fields.number(SeriesField.nearVariance))
    let far = (fields.number(SeriesField.farYears), fields.number(SeriesField.farVariance))
    let target = fields.number(SeriesField.targetYears)
    if far.0 <= near.0 {
      fields.refuse(
        "T2", seen: "\(far.0)", allowed: "above T1, \(near.0)", fix: "name the later expiry T2")
    }
    try fields.finish()
    let variance = ImpliedVariance.interpolate(to: target, near: near, far: far)
    var outputs = Outputs()
    outputs.set("variance", variance)
    outputs.set(
      "index", variance >= 0 ? 100 * variance.squareRoot() : nil, orAbsent: .negativeVariance)
    return outputs
  }
}

private enum WeightedModel: String, CaseIterable {
  case ewma, har, harLog
}

private enum WeightedStart: String, CaseIterable {
  case firstSquare
}

/// Fields of the families about series.
enum SeriesField {
  static let periodsPerYear = NumberField("periodsPerYear", .positive, "bars a year")
  static let returns = NumberField("returns", .finite, "returns in time order")
  static let percentReturns = NumberField("returns", .finite, "returns in percent")
  static let decay = NumberField("lambda", .share, "weight that a step keeps")
  static let variances = NumberField("rv", .nonNegative, "realised variances in time order")
  static let omega = NumberField("omega", .positive, "constant, percent squared")
  static let alpha = NumberField("alpha", .nonNegative, "weight of the last square")
  static let gamma = NumberField("gamma", .finite, "what a fall adds to alpha", fallback: 0)
  static let beta = NumberField("beta", .nonNegative, "weight of the last variance")
  static let firstVariance = NumberField("h1", .positive, "first variance, percent squared")
  static let forward = NumberField("F", .positive, "forward, USD")
  static let years = NumberField("T", .positive, "years of 365 days")
  static let nearYears = NumberField("T1", .positive, "years to the near expiry")
  static let farYears = NumberField("T2", .positive, "years to the far expiry")
  static let nearVariance = NumberField("variance1", .nonNegative, "its annual variance")
  static let farVariance = NumberField("variance2", .nonNegative, "its annual variance")
  static let targetYears = NumberField("target", .positive, "years to interpolate to")
  static let series = NumberField("series", .finite, "observations in time order")
  static let start = NumberField("start", .share, "probability of each state at first")
  static let means = NumberField("means", .finite, "mean of each state")
  static let deviations = NumberField("sds", .positive, "standard deviation of each state")
  static let score = NumberField("vol", .finite, "score in time order")
  static let enterUp = NumberField("enterUp", .finite, "thresholds to go up, U01 and U12")
  static let exitDown = NumberField("exitDown", .finite, "thresholds to go down, D10 and D21")
  static let dwell = NumberField("dwell", .positive, "observations before a switch")
}
