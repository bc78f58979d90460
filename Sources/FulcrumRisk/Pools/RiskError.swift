public import FulcrumModel

/// Why a pool or a setting is refused. Legs, shocks and underlyings are counted from 0.
public enum RiskError: Error, Hashable, Sendable {
  /// A pool names no underlying.
  case noUnderlying
  /// An index price is not a finite positive number.
  case indexNotPositive(underlying: Int, seen: Double)
  /// A coin pool holds one coin: its own.
  case coinPoolUnderlyings(count: Int)
  /// Cash is NaN or infinite.
  case cashNotFinite(seen: Double)
  /// A leg points at an underlying that the pool does not have.
  case unknownUnderlying(leg: Int, seen: Int, count: Int)
  /// An inverse leg in a USD pool, or a linear one in a coin pool.
  case mixedSettlement(leg: Int, seen: Settlement, allowed: Settlement)
  /// A field of a leg is outside its domain.
  case legOutOfDomain(leg: Int, field: LegField, seen: Double)
  /// A setting is outside its domain.
  case settingOutOfDomain(Setting, seen: Double)
  /// Pools that are to be joined differ in currency or indices; counted from 0.
  case poolsDiffer(place: Int)
  /// Several underlyings where one index is simulated.
  case severalUnderlyings(count: Int)
  /// A horizon beyond the last expiry of the pool, both in years.
  case beyondLastExpiry(horizon: Double, last: Double)
  /// A pool that owes more than it holds has nothing to lose or win.
  case noEquity(seen: Double)
  /// A number of the law of the index is outside its domain.
  case modelOutOfDomain(String)
  /// A venue's rule that cannot be held against the pool, with the reason.
  case ruleHasNoAnswer(String)
  /// Ended before there was anything to report.
  case interrupted
  /// A result leaves the range of a double.
  case notRepresentable(String)

  public enum LegField: String, Hashable, Sendable, CaseIterable {
    case forward, quantity, size, strike, years, volatility, entry
  }

  public enum Setting: String, Hashable, Sendable, CaseIterable {
    case curveShock, stressSpot, stressVolRel, accountEquityUsd
    case optionRate, initialRate, initialFloor, futuresRate, liquidationFee, bracket
    case timeForward, volShift, underlying, boxLower, boxUpper
    case factorVol, horizonDays, tail, nav, supervisoryVol, supervisoryFactor, marginPeriod
    case drift, fee, buffer, jump
    case poolFraction, leverage, horizon, step, paths, multiples, wealth
    case drawdown, ruin, smallestRemainder
  }
}

extension RiskError: CustomStringConvertible {
  /// Where, what was seen, what is allowed, what to do.
  public var description: String {
    switch self {
    case .noUnderlying:
      "pool: no index price; give the index of every underlying"
    case .indexNotPositive(let underlying, let seen):
      "pool: index of underlying \(underlying) is \(seen); give a finite price above 0"
    case .coinPoolUnderlyings(let count):
      "pool: a coin pool has \(count) underlyings; it holds one coin, so split it by coin"
    case .cashNotFinite(let seen):
      "pool: cash is \(seen); give a finite amount in the pool's currency"
    case .unknownUnderlying(let leg, let seen, let count):
      "leg \(leg): underlying \(seen) of \(count); count underlyings from 0"
    case .mixedSettlement(let leg, let seen, let allowed):
      "leg \(leg): \(seen.rawValue) contract in a pool of \(allowed.rawValue) contracts; "
        + "keep USD-margined and coin-margined legs in pools of their own"
    case .legOutOfDomain(let leg, let field, let seen):
      "leg \(leg): \(field.rawValue) is \(seen); \(field.allowed)"
    case .settingOutOfDomain(let setting, let seen):
      "setting \(setting.rawValue) is \(setting.isTime ? "\(days(seen)) days" : "\(seen)"); "
        + setting.allowed
    case .poolsDiffer(let place):
      "pool \(place): currency or indices differ from those of pool 0; join pools of one kind"
    case .severalUnderlyings(let count):
      "pool: \(count) underlyings, and one index is simulated; split the pool by coin"
    case .beyondLastExpiry(let horizon, let last):
      "horizon: \(days(horizon)) days, but the last leg expires in \(days(last)) days; give a horizon "
        + "of \(days(last)) days at most, or roll the pool first"
    case .noEquity(let seen):
      "pool: equity is \(seen); there is nothing to lose or win below 0, add collateral first"
    case .modelOutOfDomain(let reason), .ruleHasNoAnswer(let reason): reason
    case .interrupted: "ended before any path was simulated; let it run, or ask for fewer steps"
    case .notRepresentable(let quantity):
      "\(quantity) is too large for a double; check sizes and prices"
    }
  }
}

/// Years as days, cut to three decimals so that a horizon copied from a message is not refused.
private func days(_ years: Double) -> String {
  "\((years * 365 * 1000).rounded(.down) / 1000)"
}

extension RiskError.LegField {
  var allowed: String {
    switch self {
    case .forward, .entry: "give a finite price above 0"
    case .quantity: "give a finite number of contracts, negative for a short"
    case .size: "give finite coins (or USD of face) per contract, above 0"
    case .strike, .years, .volatility: "give a finite number, 0 or more"
    }
  }
}

extension RiskError.Setting {
  var isTime: Bool { self == .horizon || self == .step }

  var allowed: String {
    switch self {
    case .curveShock, .stressSpot, .boxLower, .boxUpper:
      "give finite relative moves above -1, the lower bound first"
    case .stressVolRel, .volShift: "give a finite relative shift of -1 or more"
    case .accountEquityUsd, .drift: "give a finite number"
    case .optionRate, .initialRate, .initialFloor, .futuresRate, .liquidationFee, .fee, .buffer:
      "give a finite rate of 0 or more"
    case .bracket: "give ascending floors from 0, each bracket joining the one before it"
    case .timeForward: "give years, 0 or more"
    case .underlying: "give the place of an underlying, counted from 0"
    case .factorVol, .supervisoryVol, .horizonDays, .marginPeriod, .nav, .supervisoryFactor:
      "give a finite number above 0"
    case .jump: "give a finite deviation above 0 and a rate of 0 or more"
    case .poolFraction: "give a share of wealth above 0 and below 1"
    case .leverage: "give a finite leverage of 0 or more (above 1 for a liquidation price)"
    case .horizon: "give a time above 0"
    case .step: "give a step above 0 that divides the horizon into 20000 parts at most"
    case .paths: "give 64 to 4194304 paths"
    case .multiples: "give 1 to 64 ascending multiples of 0 or more"
    case .wealth: "give a finite amount above 0"
    case .tail: "give a probability above 0 and below 1"
    case .drawdown, .ruin: "give a share of equity above 0 and below 1"
    case .smallestRemainder: "give a multiple of the pool, 0 or more"
    }
  }
}
