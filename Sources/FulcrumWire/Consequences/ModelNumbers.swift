import Foundation
import FulcrumPricing

/// The numbers of a law: what was given, else defaults that keep the volatility asked for.
struct ModelNumbers {
  struct Fault: Error {
    let seen: String
    let allowed: String
    let fix: String
  }

  let request: ConsequenceRequest
  /// σ of the index in all, jumps included.
  let volatility: Double
  private(set) var used: [(name: String, value: Double)] = []

  /// Defaults of jumps and stochastic variance as of 2026-11-25: round numbers that were chosen, not
  /// fitted. A jump a month of −3 % ± 6 %; a variance that goes half of its way back in two months and
  /// moves against the price a little.
  static let defaults: [String: Double] = [
    "jumpsPerYear": 12, "jumpMean": -0.03, "jumpSd": 0.06,
    "upProbability": 0.4, "upRate": 25, "downRate": 20,
    "kappa": 4, "xi": 1.2, "rho": -0.3, "block": 0,
  ]

  /// The numbers that a model reads.
  static func names(of model: ConsequenceRequest.Model) -> [String] {
    let jumps = ["jumpsPerYear", "jumpMean", "jumpSd"]
    let variance = ["kappa", "theta", "xi", "rho", "v0"]
    return switch model {
    case .gbm: []
    case .merton: jumps
    case .kou: ["jumpsPerYear", "upProbability", "upRate", "downRate"]
    case .heston: variance
    case .bates: variance + jumps
    case .bootstrap: ["block"]
    }
  }

  init(_ request: ConsequenceRequest, volatility: Double) {
    self.request = request
    self.volatility = volatility
    let square = volatility * volatility
    used = Self.names(of: request.model).map { name in
      let standard: Double =
        switch name {
        case "theta", "v0": max(square - Self.jumpVariance(request), 0)
        default: Self.defaults[name] ?? 0
        }
      return (name, request.parameters[name] ?? standard)
    }
  }

  private static func number(_ request: ConsequenceRequest, _ name: String) -> Double {
    request.parameters[name] ?? defaults[name] ?? 0
  }

  /// λE Y² of the jumps that a model with stochastic variance adds.
  private static func jumpVariance(_ request: ConsequenceRequest) -> Double {
    guard request.model == .bates else { return 0 }
    return jumps(request).variance
  }

  private static func jumps(_ request: ConsequenceRequest) -> NormalJumps {
    NormalJumps(
      perYear: number(request, "jumpsPerYear"), mean: number(request, "jumpMean"),
      deviation: number(request, "jumpSd"))
  }

  private func value(_ name: String) -> Double { used.first { $0.name == name }?.value ?? 0 }

  /// The law, or why these numbers make none.
  func model(_ resampled: ResampledReturns?) -> Result<PathModel, Fault> {
    let known = Self.names(of: request.model)
    if let unknown = request.parameters.keys.sorted().first(where: { !known.contains($0) }) {
      let near = NearestName.of(unknown, among: known).map { "; did you mean \($0)?" } ?? ""
      return .failure(
        Fault(
          seen: "the number \"\(unknown)\"",
          allowed: known.isEmpty
            ? "none for \(request.model.rawValue)" : known.joined(separator: ", "),
          fix: "take it out\(near)"))
    }
    switch request.model {
    case .gbm: return .success(.gbm(volatility: volatility))
    case .merton:
      let jumps = Self.jumps(request)
      return diffusion(besides: jumps.variance).map { .merton(volatility: $0, jumps: jumps) }
    case .kou: return kou
    case .heston: return .success(.heston(heston, start: value("v0")))
    case .bates:
      return .success(.bates(heston, start: value("v0"), jumps: Self.jumps(request)))
    case .bootstrap:
      guard let resampled else {
        return .failure(
          Fault(seen: "no returns", allowed: "a price file", fix: "give --prices FILE"))
      }
      let scaled = resampled.scaled(
        to: request.volatility, block: value("block"))
      return .success(scaled)
    }
  }

  private var heston: HestonStep.Parameters {
    HestonStep.Parameters(
      reversion: value("kappa"), longVariance: value("theta"), volatilityOfVariance: value("xi"),
      correlation: value("rho"))
  }

  private var kou: Result<PathModel, Fault> {
    do throws(PricingError) {
      let jumps = try FirstPassage.Jumps(
        perYear: value("jumpsPerYear"), upProbability: value("upProbability"),
        upRate: value("upRate"), downRate: value("downRate"))
      return diffusion(besides: jumps.variance).map { .kou(volatility: $0, jumps: jumps) }
    } catch {
      return .failure(
        Fault(seen: "\(error)", allowed: "the numbers of Kou's jumps", fix: "correct --numbers"))
    }
  }

  /// √(σ² − λE Y²): what is left of the volatility asked for.
  private func diffusion(besides jumps: Double) -> Result<Double, Fault> {
    let rest = volatility * volatility - jumps
    guard rest > 0 else {
      let percent = (jumps.squareRoot() * 1000).rounded(.up) / 10
      return .failure(
        Fault(
          seen: "jumps that alone have a volatility of \(percent) %",
          allowed: "less than \((volatility * 1000).rounded() / 10) %, the index's in all",
          fix: "give fewer or smaller jumps, or a larger --vol"))
    }
    return .success(rest.squareRoot())
  }
}

/// Log returns of a price file, to be drawn in blocks.
struct ResampledReturns {
  let returns: [Double]
  /// Years a bar.
  let step: Double
  let lastClose: Double

  /// Fewest returns that say anything of a tail.
  static let fewest = 100

  static func read(
    _ request: ConsequenceRequest, _ issues: inout [Issue], _ named: NamedPool
  ) throws(ReportRefusal) -> ResampledReturns {
    guard let prices = request.prices else {
      throw named.refusal(
        seen: "--model bootstrap without prices", allowed: "a price file beside it",
        fix: "add --prices FILE")
    }
    let parsed = PriceDocument.parse(prices, coin: request.coin)
    guard let series = parsed.value else { throw ReportRefusal(issues: issues + parsed.issues) }
    issues += parsed.issues
    let closes = series.bars.map(\.bar.close)
    let returns = zip(closes.dropFirst(), closes).map { log($0 / $1) }
    guard returns.count >= fewest else {
      throw named.refusal(
        seen: "\(returns.count) returns in \(prices.source)",
        allowed: "at least \(fewest), so that tails are seen", fix: "give a longer price file")
    }
    return ResampledReturns(
      returns: returns, step: series.stepDays / 365, lastClose: closes.last ?? 0)
  }

  private var centred: [Double] {
    let mean = returns.reduce(0, +) / Double(returns.count)
    return returns.map { $0 - mean }
  }

  /// A year, as the returns are.
  var volatility: Double {
    let variance = centred.reduce(0) { $0 + $1 * $1 } / Double(returns.count)
    return (variance / step).squareRoot()
  }

  /// - Parameters:
  ///   - volatility: what the returns are scaled to; nil: as they are.
  ///   - block: mean length of a block in bars; 0: n^{1/3}.
  func scaled(to volatility: Double?, block: Double) -> PathModel {
    let count = Double(returns.count)
    let own = self.volatility
    let scale = volatility.map { own > 0 ? $0 / own : 1 } ?? 1
    let length = block >= 1 ? block : pow(count, 1.0 / 3)
    return .bootstrap(returns: centred.map { $0 * scale }, restart: min(1 / length, 1))
  }
}
