import FulcrumModel
import FulcrumPricing

/// An option as a venue's rule sees it: in the option's own quotation, per coin of it.
///
/// The unit is the coin for an inverse option and USD for a linear one, so that one formula serves
/// both: what is a fraction of the underlying is multiplied by `unit`.
struct VenueOption {
  let right: OptionRight
  let strike: Double
  let forward: Double
  /// Signed coins.
  let coins: Double
  let years: Double
  let volatility: Double
  let settlement: Settlement
  /// m: the value this program computes at the leg's forward and volatility, in the quotation unit.
  let mark: Double

  init?(_ leg: RiskLeg) {
    guard case .option(let right, let strike, let years, let volatility) = leg.contract else {
      return nil
    }
    self.right = right
    self.strike = strike
    self.years = years
    self.volatility = volatility
    forward = leg.forward
    coins = leg.signedSize
    settlement = leg.settlement
    mark = Self.value(
      OptionInput(
        right: right, forward: leg.forward, strike: strike, years: years, volatility: volatility),
      leg.settlement)
  }

  static func value(_ input: OptionInput, _ settlement: Settlement) -> Double {
    let usd = Black76.undiscounted(input)
    return settlement == .linear ? usd : usd / input.forward
  }

  /// max(θ(K − reference), 0), USD.
  func outOfTheMoney(against reference: Double) -> Double {
    max(right.sign * (strike - reference), 0)
  }
}

extension RiskLeg {
  /// Signed coins of exposure of a future at its mark.
  var futureCoins: Double { settlement == .linear ? signedSize : signedSize / forward }

  /// Profit of a future since entry, pool currency.
  func futureProfit(entry: Double) -> Double {
    let gain = forward - entry
    return settlement == .linear ? signedSize * gain : signedSize * gain / entry / forward
  }
}

extension RiskPool {
  /// Cash and the profit of futures: what a venue counts that leaves option value out and puts the
  /// mark of a short option into its requirement.
  var balanceWithoutOptions: Double {
    var sum = cash
    for leg in legs {
      if case .future(let entry, _) = leg.contract { sum += leg.futureProfit(entry: entry) }
    }
    return sum
  }

  /// Validates as the first thing that every rule does.
  func checked() throws(VenueRuleError) {
    do { try validate() } catch { throw .pool(error) }
  }

  var hasOptions: Bool { legs.contains(where: \.isOption) }
  var hasFutures: Bool { legs.contains { !$0.isOption } }
}

/// One value for each underlying of a pool, in the order of `RiskPool.indices`.
public struct PerUnderlying<Value: Hashable & Sendable>: Hashable, Sendable {
  public let values: [Value]

  public init(_ values: [Value]) { self.values = values }

  public init(_ value: Value) { values = [value] }

  /// - Throws: `.parameter` where the pool has more underlyings than parameters were given for.
  func of(_ underlying: Int) throws(VenueRuleError) -> Value {
    guard values.indices.contains(underlying) else {
      throw .parameter(
        name: "parameters of underlying \(underlying)", seen: Double(values.count),
        allowed: "one set for each underlying of the pool")
    }
    return values[underlying]
  }
}

/// Sums of what the parts of a pool ask, by name, in the order in which the names first occur.
struct RequirementParts {
  private(set) var parts: [VenueRequirement.Part] = []
  private(set) var initial = 0.0
  private(set) var maintenance = 0.0

  mutating func add(_ name: String, initial: Double, maintenance: Double) {
    self.initial += initial
    self.maintenance += maintenance
    if let place = parts.firstIndex(where: { $0.name == name }) {
      let sum = parts[place]
      parts[place] = .init(
        name, initial: sum.initial + initial, maintenance: sum.maintenance + maintenance)
    } else {
      parts.append(.init(name, initial: initial, maintenance: maintenance))
    }
  }
}

/// Parameters are finite and at least `least`.
func requireParameter(
  _ name: String, _ value: Double, atLeast least: Double = 0
) throws(VenueRuleError) {
  guard value >= least, value.isFinite else {
    throw .parameter(name: name, seen: value, allowed: "a finite number of \(least) or more")
  }
}
