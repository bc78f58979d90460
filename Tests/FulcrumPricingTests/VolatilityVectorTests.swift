import FulcrumPricing
import Testing

extension VectorCase {
  func numbers(_ key: String) throws -> [Double] {
    let list = try #require(inputs[key]?.list, "\(id): input \(key) is no list")
    return try list.map { try #require($0.number) }
  }

  func rows(_ key: String) throws -> [[Double]] {
    let list = try #require(inputs[key]?.list, "\(id): input \(key) is no list")
    return try list.map { try #require($0.list).map { try #require($0.number) } }
  }
}

/// The estimators of leverage-math chapter 4 against 50-digit reference values.
struct VolatilityVectorTests {
  @Test func realised() throws {
    var comparison = VectorComparison()
    for item in try VectorFile("realised_vol").cases {
      let bars = try item.rows("ohlc").map {
        try PriceBar(open: $0[0], high: $0[1], low: $0[2], close: $0[3])
      }
      let result = try RealisedVolatility(bars, periodsPerYear: item.number("periodsPerYear"))
      comparison.check(
        item,
        [
          "closeClose": .number(result.closeClose),
          "closeCloseZeroMean": .number(result.closeCloseZeroMean),
          "parkinson": .number(result.parkinson), "garmanKlass": .number(result.garmanKlass),
          "rogersSatchell": .number(result.rogersSatchell),
          "yangZhang": .number(result.yangZhang), "yangZhangK": .number(result.yangZhangWeight),
          "bipower": .number(result.bipower), "medRV": .number(try #require(result.medRV)),
          "jumpShare": .number(result.jumpShare),
        ])
    }
    comparison.report("realised_vol")
    #expect(comparison.compared == 13 * 10 + 8)
  }

  @Test func impliedVariance() throws {
    var comparison = VectorComparison()
    for item in try VectorFile("implied_variance").cases {
      guard item.inputs["otm"] != nil else {
        let variance = ImpliedVariance.interpolate(
          to: try item.number("target"),
          near: (try item.number("T1"), try item.number("variance1")),
          far: (try item.number("T2"), try item.number("variance2")))
        comparison.check(
          item,
          ["variance": .number(variance), "index": .number(100 * variance.squareRoot())])
        continue
      }
      let quotes = try item.rows("otm").map { ImpliedVariance.Quote(strike: $0[0], price: $0[1]) }
      let strip = try ImpliedVariance(
        forward: item.number("F"), years: item.number("T"), quotes: quotes)
      comparison.check(
        item,
        [
          "K0": .number(strip.centralStrike), "variance": .number(strip.variance),
          "index": .number(try #require(strip.index)),
        ])
    }
    comparison.report("implied_variance")
    #expect(comparison.compared >= 14 * 2)
  }

  @Test func exponentialAndHeterogeneous() throws {
    var comparison = VectorComparison()
    for item in try VectorFile("ewma_har").cases {
      if try item.text("model") == "ewma" {
        let path = try ExponentialVariance.path(
          item.numbers("returns"), decay: item.number("lambda"))
        let next = path[path.count - 1]
        comparison.check(
          item,
          [
            "nextVariance": .number(next), "annualVol365": .number((365 * next).squareRoot()),
            "variance10": .number(path[10]),
          ])
      } else {
        let fit = try HeterogeneousVariance(
          fitting: item.numbers("rv"), logarithmic: item.text("model") == "harLog")
        let wanted = try #require(item.expected["beta"]?.list).map { try #require($0.number) }
        for (got, expected) in zip(fit.coefficients, wanted) {
          #expect(item.fraction(got, of: expected, "beta") <= 1, "\(item.id) beta")
        }
        #expect(wanted.count == fit.coefficients.count)
        for (key, got) in [
          ("residualVariance", fit.residualVariance), ("forecast", fit.forecast),
        ] {
          let expected = try #require(item.expected[key]?.number)
          #expect(item.fraction(got, of: expected, key) <= 1, "\(item.id) \(key): \(got)")
        }
      }
    }
    comparison.report("ewma_har")
  }

  /// At the given parameters, and the best of our own: no worse than the reference's by 1e-4.
  @Test func garch() throws {
    var worst = -Double.infinity
    for item in try VectorFile("garch").cases {
      let returns = try item.numbers("returns")
      let first = try item.number("h1")
      let model = try GARCH(
        omega: item.number("omega"), alpha: item.number("alpha"), gamma: item.number("gamma"),
        beta: item.number("beta"))
      let path = try model.path(returns, first: first)
      let next = path.nextVariance
      let shape = try #require(GARCHFit.Shape(rawValue: item.text("model")))
      let fit = try GARCHFit(fitting: returns, shape: shape, first: first)
      for (key, got) in [
        ("logLikelihood", path.logLikelihood), ("nextVariance", next),
        ("variance100", path.variances[99]), ("persistence", model.persistence),
        ("longRunVariance", model.longRunVariance),
        ("variance10Ahead", model.variance(ahead: 10, next: next)),
        ("averageVariance30", model.averageVariance(over: 30, next: next)),
      ] {
        let expected = try #require(item.expected[key]?.number, "\(item.id) \(key)")
        #expect(item.fraction(got, of: expected, key) <= 1, "\(item.id) \(key): \(got)")
      }
      let reference = try #require(item.expected["maxLogLikelihood"]?.number)
      #expect(fit.logLikelihood >= reference - 1e-4, "\(item.id): \(fit)")
      #expect(fit.hasConverged, "\(item.id): \(fit.outcome)")
      worst = max(worst, reference - fit.logLikelihood)
      guard fit.logLikelihood <= reference + 1e-4 else { continue }
      let parameters =
        shape == .garch
        ? [fit.model.omega, fit.model.alpha, fit.model.beta]
        : [fit.model.omega, fit.model.alpha, fit.model.gamma, fit.model.beta]
      let wanted = try #require(item.expected["mle"]?.list)
      #expect(wanted.count == parameters.count)
      for (got, expected) in zip(parameters, wanted) {
        let number = try #require(expected.number)
        #expect(item.fraction(got, of: number, "mle") <= 1, "\(item.id) mle: \(parameters)")
      }
    }
    print("vectors garch: the reference's likelihood is higher by at most \(worst)")
  }
}
