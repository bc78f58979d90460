import Foundation
import FulcrumPricing

/// Series that fits are timed on: made by the models themselves from seeded draws, so that other
/// programs can be given the same.
enum VolatilitySeries {
  private struct Draw {
    var state: UInt64

    mutating func share() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }

    mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + share() } }
  }

  /// 2,000 daily returns in percent.
  static let returns: [Double] = {
    var draw = Draw(state: 20_261_125)
    var h = 6.0
    return (0..<2000).map { _ in
      let e = h.squareRoot() * draw.normal()
      h = 0.3 + (e < 0 ? 0.12 : 0.06) * e * e + 0.85 * h
      return e
    }
  }()

  /// 5,000 hourly returns of a market with two states.
  static let states: [Double] = {
    var draw = Draw(state: 7)
    var rough = false
    return (0..<5000).map { _ in
      if draw.share() < 0.02 { rough.toggle() }
      return (rough ? 0.02 : 0.005) * draw.normal()
    }
  }()

  /// Writes both as one number a line.
  static func write(to folder: String) throws {
    for (name, series) in [("returns.txt", returns), ("states.txt", states)] {
      let text = series.map { "\($0)" }.joined(separator: "\n") + "\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder).appendingPathComponent(name))
    }
  }
}

func volatilityFigures() {
  for shape in GARCHFit.Shape.allCases {
    Figure.perFit("\(shape.rawValue) fit with errors, 2,000 returns") {
      (try? GARCHFit(fitting: VolatilitySeries.returns, shape: shape))?.logLikelihood
    }.print()
  }
  Figure.perFit("hidden states, 2 states, 5,000 points, one start") {
    (try? HiddenMarkovFit(fitting: VolatilitySeries.states, states: 2, starts: 1))?.logLikelihood
  }.print()
  if let model = try? HiddenMarkov(
    start: [0.5, 0.5], transition: [[0.9, 0.1], [0.1, 0.9]], means: [0, 0],
    deviations: [0.004, 0.03])
  {
    Figure.perFit("hidden states, one step of 5,000 points") {
      (try? model.reestimated(VolatilitySeries.states))?.logLikelihoodBefore
    }.print()
  }
}

extension Figure {
  /// Milliseconds a fit; repeated until at least 20 ms have passed.
  fileprivate static func perFit(_ name: String, _ body: () -> Double?) -> Figure {
    var rounds = 1
    var sink = 0.0
    while seconds({ for _ in 0..<rounds { sink += body() ?? .nan } }) < 0.02 { rounds *= 2 }
    let samples = Samples {
      seconds { for _ in 0..<rounds { sink += body() ?? .nan } } / Double(rounds) * 1000
    }
    precondition(sink.isFinite, "\(name): a fit failed")
    return Figure(name: name, unit: "ms", samples: samples)
  }
}
