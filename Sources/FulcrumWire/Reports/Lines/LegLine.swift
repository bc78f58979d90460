import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// One leg as the tables show it.
struct LegLine {
  let leg: LegReport
  let instrument: String
  let size: String
  /// USD: the forward of an option's expiry, the mark of a future.
  let forward: Shown
  /// Premium of one coin of option, in the unit of the table; nothing for a future.
  let premium: Shown
  let volatility: Shown
  let unitDelta: Shown
  let deltaCash: Shown
  let elasticity: Shown
  let value: Shown
  /// Short words on where an input came from or what is odd about it.
  let flags: [LegFlag]

  init(_ leg: LegReport, unit: ReportUnit) {
    self.leg = leg
    instrument = leg.instrument.id.name
    size = Self.sizeText(leg.position)
    flags = LegFlag.flags(of: leg)
    guard let valuation = leg.valuation else {
      let reason = leg.problems.first?.explanation ?? Absence.noMarket.explanation
      forward = .absent(reason)
      premium = leg.instrument.isOption ? .absent(reason) : .blank
      volatility = leg.instrument.isOption ? .absent(reason) : .blank
      unitDelta = .absent(reason)
      deltaCash = .absent(reason)
      elasticity = leg.instrument.isOption ? .absent(reason) : .blank
      value = .absent(reason)
      return
    }
    let isOption = leg.instrument.isOption
    forward = Shown(NumberText.price(valuation.forward, .toNearestEven))
    premium =
      isOption
      ? Shown(
        NumberText.premium(valuation.unitValue * unit.perPoolUnit, places: unit.places))
      : .blank
    volatility =
      isOption
      ? valuation.volatility.map { Shown(NumberText.volatility($0)) } ?? .absent(.noMarket)
      : .blank
    unitDelta = Shown(
      NumberText.decimal(valuation.unitDelta, places: 4, .toNearestEven, signed: true))
    deltaCash = Shown(unit.fromUsd(valuation.deltaCash, .toNearestEven, signed: true))
    elasticity =
      isOption
      ? .measure(
        valuation.elasticity, unbounded: Absence.noPremium.explanation, NumberText.leverage)
      : .blank
    value =
      valuation.knownValue.map { Shown(unit.fromPool($0, .down, signed: true)) }
      ?? .absent("no entry price was given: the profit stands inside the pool's equity")
  }

  /// Signed contracts, exact: `-0.1`, `+40`.
  private static func sizeText(_ position: Position) -> String {
    let lots = ExactDecimal(significand: Int128(position.size.count), scale: 0)
    let text = lots.multiplied(by: position.instrument.lot)?.description
    let plain = text ?? NumberText.decimal(position.contracts, places: 8, .toNearestEven)
    return position.size.count > 0 ? "+" + plain : plain
  }

  /// Legs by expiry, then strike, calls before puts; perpetuals last.
  static func precedes(_ a: LegReport, _ b: LegReport) -> Bool {
    let left = Key(a.instrument)
    let right = Key(b.instrument)
    if left.expiry != right.expiry { return left.expiry < right.expiry }
    if left.strike != right.strike { return left.strike < right.strike }
    if left.right != right.right { return left.right < right.right }
    return a.instrument.id < b.instrument.id
  }

  private struct Key {
    let expiry: Int64
    let strike: Double
    let right: Int

    init(_ instrument: Instrument) {
      expiry = instrument.expiry?.milliseconds ?? .max
      if case .option(let right, let strike, _) = instrument.kind {
        self.strike = strike.doubleValue
        self.right = right == .call ? 0 : 1
      } else {
        strike = 0
        right = 0
      }
    }
  }
}

extension LegReport {
  /// Its notes as sentences, differences to three digits and with their unit.
  var noteTexts: [String] {
    notes.map { note in
      guard case .offVenueMark(let difference) = note else { return note.explanation }
      let unit = instrument.settlement == .inverse ? instrument.base : instrument.quote
      return "our value is \(difference > 0 ? "above" : "below") the venue's mark by "
        + "\(NumberText.threeDigits(difference.magnitude)) \(unit)"
    }
  }
}

/// Something about a leg in a word, with the sentence that explains the word.
struct LegFlag: Hashable {
  let word: String
  let explanation: String
  let isFault: Bool

  static func flags(of leg: LegReport) -> [LegFlag] {
    var flags = leg.problems.map(LegFlag.init)
    if let valuation = leg.valuation {
      if let flag = LegFlag(valuation.forwardSource) { flags.append(flag) }
      if let source = valuation.volatilitySource, let flag = LegFlag(source) { flags.append(flag) }
    }
    return flags + leg.notes.map(LegFlag.init)
  }

  private init(_ word: String, _ explanation: String, isFault: Bool = false) {
    self.word = word
    self.explanation = explanation
    self.isFault = isFault
  }

  init(_ problem: LegProblem) {
    let word =
      switch problem {
      case .noIndex: "no index"
      case .noForward: "no forward"
      case .noMark: "no mark"
      case .noVolatility: "no IV"
      case .noEntry: "no entry"
      case .refused: "refused"
      }
    self.init(word, problem.explanation, isFault: true)
  }

  init(_ note: LegNote) {
    switch note {
    case .stale(let age):
      self.init(
        "stale \(NumberText.age(milliseconds: age))",
        "the quote is older than the report's limit")
    case .expired: self.init("expired", note.explanation)
    case .offVenueMark:
      self.init(
        "off mark", "our value differs from the venue's mark by more than the mark's own rounding")
    case .crossedQuote: self.init("crossed", note.explanation)
    }
  }

  /// Nil where the venue itself gave the forward.
  init?(_ source: ForwardSource) {
    let word: String
    switch source {
    case .venue, .mark: return nil
    case .sameExpiry: word = "F: expiry"
    case .listedFuture: word = "F: future"
    case .parity: word = "F: parity"
    case .interpolated: word = "F: interp."
    case .middle: word = "F: mid"
    case .index: word = "F: index"
    case .positionFile: word = "F: book"
    }
    self.init(word, "forward: " + source.explanation)
  }

  /// Nil where the venue itself gave the volatility.
  init?(_ source: VolatilitySource) {
    let word: String
    switch source {
    case .venue, .expired: return nil
    case .fromMark: word = "IV: mark"
    case .fromMiddle: word = "IV: mid"
    case .fromPositionFile: word = "IV: book"
    case .surface: word = "IV: surface"
    case .interpolated: word = "IV: interp."
    case .nearestStrike: word = "IV: wing"
    case .surfaceInTime: word = "IV: time"
    }
    self.init(word, "implied volatility: " + source.explanation)
  }
}
