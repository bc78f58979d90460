import FulcrumModel
package import FulcrumRisk

/// Parameters of venues' rules from a file, added to those known here: docs/reference/margin.md.
///
/// A set that is not wholly understood would move every price under its rule, so one fault refuses
/// the file.
package enum VenueParametersDocument {
  package static let format = "fulcrum.venue-parameters"

  /// Nil with every fault of the file, where there is one.
  package static func parse(_ input: InputBytes) -> Parsed<VenueParameters?> {
    let value: JSONValue
    do throws(JSONFault) {
      value = try JSONReader.read(Array(input.bytes))
    } catch {
      return Parsed(
        nil,
        issues: [
          Issue(
            source: input.source, path: "byte \(error.byte)", seen: error.seen,
            allowed: error.allowed, fix: "correct the JSON")
        ])
    }
    guard let object = value.object else {
      return Parsed(
        nil,
        issues: [
          Issue(source: input.source, seen: value.brief, allowed: "an object", fix: "write {...}")
        ])
    }
    var fields = InputFields(object)
    var parameters = VenueParameters.known
    fields.header(format)
    fields.allow("note")
    let sets = fields.each("sets", meaning: "sets of parameters") { $0.parameterSet(input.source) }
    do throws(CalculationRefusal) {
      try fields.finish()
    } catch {
      return Parsed(
        nil,
        issues: error.issues.map { issue in
          var issue = issue
          issue.source = input.source
          return issue
        })
    }
    for set in sets { set(&parameters) }
    return Parsed(parameters)
  }
}

/// Puts one set among those known.
typealias ParameterSet = (inout VenueParameters) -> Void

/// The rules whose parameters a file may give.
private enum GivenModel: String, CaseIterable {
  case deribitStandard = "deribit-standard"
  case deribitPortfolio = "deribit-portfolio"
  case okxOptions = "okx-options"
  case bybitOptions = "bybit-options"
  case bybitFutures = "bybit-futures"
  case binanceFutures = "binance-futures"
  case binanceOptions = "binance-options"
  case dydxPerpetual = "dydx-perpetual"
  case driftPerpetual = "drift-perpetual"
  case hyperliquidPerpetual = "hyperliquid-perpetual"
}

extension RuleConfidence {
  fileprivate init?(word: String) {
    guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = found
  }
}

extension InputFields {
  fileprivate mutating func header(_ format: String) {
    if string("format") != format {
      refuse(
        "format", seen: string("format") ?? "no format", allowed: "\"\(format)\"",
        fix: "name the format")
    }
    allow("format")
    if number(NumberField("version", .positive, "version")) != 1 {
      refuse("version", seen: "another version", allowed: "1", fix: "write 1")
    }
  }

  fileprivate mutating func parameterSet(_ file: String) -> ParameterSet? {
    let model = choice("model", among: GivenModel.allCases, meaning: "rule")
    allow("coin", "dated", "source", "confidence")
    let coin = string("coin") ?? ""
    if coin.isEmpty {
      refuse("coin", seen: "none", allowed: "a coin, such as BTC", fix: "add \"coin\"")
    }
    let day = string("dated").flatMap { Timestamp($0) }.map { CalendarDay($0) }
    if day == nil {
      refuse(
        "dated", seen: string("dated") ?? "none", allowed: "the day of the parameters",
        fix: "write it as 2026-11-20")
    }
    let word = string("confidence") ?? RuleConfidence.secondary.word
    let confidence = RuleConfidence(word: word)
    if confidence == nil {
      refuse(
        "confidence", seen: "\"\(word)\"",
        allowed: RuleConfidence.allCases.map(\.word).joined(separator: ", "),
        fix: "say how well it is known")
    }
    guard let model else {
      // Without its rule no field of the set can be told from a wrong one.
      allow(fieldNames)
      return nil
    }
    let source = string("source").map { "\($0), given in \(file)" } ?? "given in \(file)"
    guard let day, let confidence else {
      allow(fieldNames)
      return nil
    }
    let date = RuleDate(day, confidence, source: source)
    switch model {
    case .deribitStandard: return deribitStandard(coin, date)
    case .deribitPortfolio: return deribitPortfolio(coin, date)
    case .okxOptions: return okxOptions(coin, date)
    case .bybitOptions: return bybitOptions(coin, date)
    case .bybitFutures: return bybitFutures(coin, date)
    case .binanceFutures: return binanceFutures(coin, date)
    case .binanceOptions: return binanceOptions(coin, date)
    case .dydxPerpetual: return dydxPerpetual(coin, date)
    case .driftPerpetual: return driftPerpetual(coin, date)
    case .hyperliquidPerpetual: return hyperliquidPerpetual(coin, date)
    }
  }

  // MARK: One rule each

  private mutating func rate(_ name: String, _ fallback: Double? = nil) -> Double {
    number(NumberField(name, .nonNegative, "a fraction", fallback: fallback))
  }

  private mutating func deribitStandard(_ coin: String, _ date: RuleDate) -> ParameterSet {
    let day = date.day
    var options: DeribitOptionTerms?
    if has("imFactor") || has("imMinFactor") || has("mmFactor") {
      options = DeribitOptionTerms(
        initial: rate("imFactor"), initialFloor: rate("imMinFactor"),
        maintenance: rate("mmFactor"))
    }
    allow("imFactor", "imMinFactor", "mmFactor")
    let perpetual = has("perpetual") ? curve("perpetual") : nil
    let dated = has("future") ? curve("future") : nil
    allow("perpetual", "future")
    var futures: DeribitStandardTerms.Futures?
    if let rule = perpetual ?? dated {
      futures = .init(
        perpetual: .leverage(perpetual ?? rule), dated: .leverage(dated ?? rule),
        countsWholePosition: true)
    }
    let given = DeribitStandardTerms(coin: coin, options: options, futures: futures, dated: date)
    return { known in
      // What the set leaves out stays as the newest set before it had it.
      let before = known.deribitStandard[coin]?.last { !(day < $0.date.day) }?.value
      var terms = given
      if terms.options == nil { terms.options = before?.options }
      if terms.futures == nil { terms.futures = before?.futures }
      known.deribitStandard[coin, default: []].append(DatedSet(date, terms))
    }
  }

  /// C₁, C₃·N_max and, where somebody has read it, the tail.
  private mutating func curve(_ name: String) -> DeribitLeverageCurve {
    nested(name, meaning: "a leverage curve") { fields in
      let top = fields.number(NumberField("c1", .positive, "top leverage"))
      let flat = fields.number(NumberField("flatLimitCoins", .positive, "C3 times the limit"))
      var tail: DeribitLeverageCurve.Tail?
      if fields.has("tail") {
        tail = fields.nested("tail", meaning: "the curve beyond") { fields in
          DeribitLeverageCurve.Tail(
            least: fields.number(NumberField("c2", .positive, "least leverage")),
            power: fields.number(NumberField("power", .nonNegative, "power of the decay")))
        }
      }
      return DeribitLeverageCurve(top: top, flatLimitCoins: flat, tail: tail)
    }
  }

  private mutating func deribitPortfolio(_ coin: String, _ date: RuleDate) -> ParameterSet? {
    let dampener = number(NumberField("extendedDampenerUsd", .nonNegative, "USD"))
    let parameters = portfolioParameters(portfolioGrid(dampener: dampener))
    do throws(VenueRuleError) {
      try parameters.validate()
    } catch {
      refuse(
        "model", seen: error.description, allowed: "parameters within their domain",
        fix: "correct it")
    }
    return { $0.deribitPortfolio[coin, default: []].append(DatedSet(date, parameters)) }
  }

  private mutating func okxOptions(_ coin: String, _ date: RuleDate) -> ParameterSet {
    let terms = OKXOptionTerms(
      initialFloor: rate("a", 0.10), initial: rate("b", 0.15), maintenance: rate("c"),
      marginFactor: number(NumberField("marginFactor", .positive, "f of the tier", fallback: 1)))
    return { $0.okxOptions[coin, default: []].append(DatedSet(date, terms)) }
  }

  private mutating func bybitOptions(_ coin: String, _ date: RuleDate) -> ParameterSet {
    let terms = BybitOptionTerms(
      initial: rate("imFactor", 0.15), initialFloor: rate("imMinFactor", 0.10),
      maintenance: rate("mmFactor"), liquidationFee: rate("liqFeeRate", 0.002))
    return { $0.bybitOptions[coin, default: []].append(DatedSet(date, terms)) }
  }

  private mutating func bybitFutures(_ coin: String, _ date: RuleDate) -> ParameterSet {
    let terms = BybitFutureTerms(
      maintenanceRate: rate("mmr"),
      leverage: number(NumberField("leverage", .positive, "leverage as set")))
    return { $0.bybitFutures[coin, default: []].append(DatedSet(date, terms)) }
  }

  private mutating func binanceFutures(_ coin: String, _ date: RuleDate) -> ParameterSet {
    let brackets = each("brackets", meaning: "brackets, ascending") { fields in
      BinanceBracket(
        cap: fields.number(NumberField("cap", .positive, "cap, USDT")), rate: fields.rate("mmr"),
        maxLeverage: fields.optionalNumber(NumberField("maxLeverage", .positive, "leverage")))
    }
    do throws(VenueRuleError) {
      _ = try BinanceBrackets(brackets)
    } catch {
      refuse(
        "brackets", seen: error.description, allowed: "caps that ascend from above 0",
        fix: "order them")
    }
    return { $0.binanceFutures[coin, default: []].append(DatedSet(date, brackets)) }
  }

  private mutating func binanceOptions(_ coin: String, _ date: RuleDate) -> ParameterSet {
    let terms = BinanceOptionTerms(
      initial: rate("imFactor", 0.15), initialFloor: rate("imMinFactor", 0.10),
      maintenance: rate("mmFactor", 0.075), maintenanceFloor: rate("mmMinFactor", 0.05))
    return { $0.binanceOptions[coin, default: []].append(DatedSet(date, terms)) }
  }
}
