import FulcrumModel

/// A unified position row of ccxt.
///
/// `contracts` is unsigned and sometimes missing or wrong; `info` holds the venue's own row, whose
/// size is then used. An option's `notional` is its premium: it is kept as the venue's figure and
/// nothing is computed from it.
struct UnifiedPosition: VenueRow {
  let symbol: FlexibleText?
  let side: FlexibleText?
  let contracts: FlexibleDecimal?
  let contractSize: FlexibleDecimal?
  let entryPrice: FlexibleDecimal?
  let markPrice: FlexibleDecimal?
  let liquidationPrice: FlexibleDecimal?
  let leverage: FlexibleDouble?
  let notional: FlexibleDouble?
  let marginMode: FlexibleText?
  let collateral: FlexibleDecimal?
  let initialMargin: FlexibleDecimal?
  let maintenanceMargin: FlexibleDecimal?
  let initialMarginPercentage: FlexibleDouble?
  let info: Info?

  static let essential = [
    "symbol", "side", "contracts", "contractSize", "entryPrice", "info.size", "info.pos",
  ]

  /// What is used of the venue's own row: Deribit's and OKX's names.
  struct Info: Decodable, Sendable {
    let instrumentName: FlexibleText?
    let instId: FlexibleText?
    let size: FlexibleDecimal?
    let pos: FlexibleDecimal?
    let direction: FlexibleText?
    let delta: FlexibleDouble?
    let indexPrice: FlexibleDecimal?
    /// OKX: the cash put into an isolated position.
    let margin: FlexibleDecimal?
    let ccy: FlexibleText?

    private enum CodingKeys: String, CodingKey {
      case instId, size, pos, direction, delta, margin, ccy
      case instrumentName = "instrument_name"
      case indexPrice = "index_price"
    }

    /// Anything but an object is an info that says nothing.
    init(from decoder: any Decoder) throws {
      let fields = try? decoder.container(keyedBy: CodingKeys.self)
      instrumentName = try fields?.decodeIfPresent(FlexibleText.self, forKey: .instrumentName)
      instId = try fields?.decodeIfPresent(FlexibleText.self, forKey: .instId)
      size = try fields?.decodeIfPresent(FlexibleDecimal.self, forKey: .size)
      pos = try fields?.decodeIfPresent(FlexibleDecimal.self, forKey: .pos)
      direction = try fields?.decodeIfPresent(FlexibleText.self, forKey: .direction)
      delta = try fields?.decodeIfPresent(FlexibleDouble.self, forKey: .delta)
      indexPrice = try fields?.decodeIfPresent(FlexibleDecimal.self, forKey: .indexPrice)
      margin = try fields?.decodeIfPresent(FlexibleDecimal.self, forKey: .margin)
      ccy = try fields?.decodeIfPresent(FlexibleText.self, forKey: .ccy)
    }
  }

  var sharedName: String? { marginMode?.value == "isolated" ? nil : symbol?.value }

  func draft(at place: Place) -> Parsed<LegDraft?> {
    guard let symbol = symbol?.value else { return .missing("symbol", at: place) }
    var issues: [Issue] = []
    guard let quantity = quantity(at: place, &issues), let isLong = isLong(at: place, &issues)
    else { return Parsed(nil, issues: issues) }
    let size = isLong ? quantity.size : -quantity.size
    var draft = LegDraft(instrument: symbol, size: size, unit: quantity.unit, place: place)
    draft.aliases = [info?.instrumentName?.value, info?.instId?.value].compactMap { $0 }
    draft.nameField = "symbol"
    draft.sizeField = quantity.field
    draft.entry = entryPrice?.value
    fillVenue(&draft, at: place, &issues)
    if marginMode?.value == "isolated" { isolate(&draft, symbol: symbol, at: place, &issues) }
    return Parsed(draft, issues: issues)
  }

  // MARK: Size and side

  private struct Quantity {
    let size: ExactDecimal
    let unit: LegDraft.Unit
    let field: String
  }

  /// The unsigned size. The venue's own row decides where the unified one is missing or differs.
  private func quantity(at place: Place, _ issues: inout [Issue]) -> Quantity? {
    let contracts = contracts?.value?.magnitude
    let unified = contractSize?.value.map { LegDraft.Unit.contractsOf($0) } ?? .contracts
    guard let own = venueQuantity else {
      guard let contracts else {
        issues.append(
          place.at("contracts").issue(
            seen: "no contracts and no info.size", allowed: "a size in one of them",
            fix: "add contracts; the row is left out"))
        return nil
      }
      if contractSize?.value == nil { issues.append(assumedSize(place)) }
      return Quantity(size: contracts, unit: unified, field: "contracts")
    }
    guard let contracts else {
      issues.append(usingInfo(place, seen: "no contracts", own))
      return own
    }
    let isSame: Bool
    if own.unit == .face, let contractSize = contractSize?.value {
      isSame = contracts.multiplied(by: contractSize) == own.size
    } else {
      isSame = contracts == own.size
    }
    if !isSame { issues.append(usingInfo(place, seen: "contracts \(contracts)", own)) }
    return own
  }

  private var venueQuantity: Quantity? {
    if let size = info?.size?.value, info?.instrumentName?.value != nil || contracts?.value == nil {
      return Quantity(size: size.magnitude, unit: .face, field: "info.size")
    }
    if let size = info?.pos?.value, info?.instId?.value != nil {
      return Quantity(size: size.magnitude, unit: .contracts, field: "info.pos")
    }
    return nil
  }

  private func usingInfo(_ place: Place, seen: String, _ own: Quantity) -> Issue {
    place.at("contracts").issue(
      .warning, seen: "\(seen) beside \(own.field) \(own.size)",
      allowed: "contracts that agree with the venue's row", fix: "\(own.field) is used")
  }

  private func assumedSize(_ place: Place) -> Issue {
    place.at("contractSize").issue(
      .warning, seen: "no contractSize", allowed: "the size of one contract",
      fix: "the size of the instrument's own contract is used; never assume 1 for other venues")
  }

  private func isLong(at place: Place, _ issues: inout [Issue]) -> Bool? {
    let signs = [contracts?.value, info?.size?.value, info?.pos?.value].compactMap { $0 }
    let isNegative = signs.contains { $0.isNegative }
    switch (side?.value ?? info?.direction?.value)?.lowercased() {
    case "long", "buy":
      if !isNegative { return true }
      issues.append(contradiction(place, side: "long"))
    case "short", "sell": return false
    case "zero", nil:
      if signs.allSatisfy(\.isZero) || isNegative { return !isNegative }
      issues.append(contradiction(place, side: "no side"))
    case let other?: issues.append(contradiction(place, side: "\"\(other)\""))
    }
    return nil
  }

  private func contradiction(_ place: Place, side: String) -> Issue {
    let sizes = [contracts?.value, info?.size?.value, info?.pos?.value].compactMap { $0 }
    return place.at("side").issue(
      seen: "\(side) with size \(sizes.map(\.description).joined(separator: " and "))",
      allowed: "long, short, buy or sell, in agreement with the venue's signed size",
      fix: "correct the side; the row is left out")
  }

  // MARK: What the venue says

  private func fillVenue(_ draft: inout LegDraft, at place: Place, _ issues: inout [Issue]) {
    draft.venue.mark = markPrice?.value.map { Price($0) }
    draft.venue.index = info?.indexPrice?.value.map { Price($0) }
    draft.venue.delta = info?.delta?.value
    draft.venue.initialMargin = initialMargin?.value
    draft.venue.maintenanceMargin = maintenanceMargin?.value
    draft.venue.liquidationPrice = liquidationPrice?.value.map { Price($0) }
    draft.venue.notional = notional?.value
    draft.venue.marginMode = marginMode?.value
    draft.venue.leverage = leverage?.value ?? marginFraction(place, &issues).map { 1 / $0 }
  }

  /// `initialMarginPercentage` as a fraction above 0: rows carry 0.02 and 2.0001 for 2 %. The
  /// ratio of margin to notional tells them apart; without it, a value above 1 is in percent.
  private func marginFraction(_ place: Place, _ issues: inout [Issue]) -> Double? {
    guard let given = initialMarginPercentage?.value, given > 0 else { return nil }
    var isPercent = given > 1
    if let margin = initialMargin?.value?.doubleValue, let notional = notional?.value,
      margin > 0, notional != 0
    {
      let expected = margin / notional.magnitude
      isPercent = (given - expected).magnitude > (given / 100 - expected).magnitude
    }
    if isPercent {
      issues.append(
        place.at("initialMarginPercentage").issue(
          .warning, seen: "\(given)", allowed: "a fraction such as 0.02 for 2 %",
          fix: "it is taken as \(given) %"))
    }
    return isPercent ? given / 100 : given
  }

  // MARK: Isolated positions

  /// An isolated position is a pool of its own.
  private func isolate(
    _ draft: inout LegDraft, symbol: String, at place: Place, _ issues: inout [Issue]
  ) {
    draft.pool = "\(symbol) isolated" + (side?.value.map { " \($0)" } ?? "")
    var stated = stated(at: place)
    let names = draft.aliases + [symbol]
    let isOption = names.contains { (try? InstrumentName($0))?.instrument.isOption ?? false }
    if isOption, let margin = stated, margin.basis == .cash {
      issues.append(margin.place.unknownPremium(margin.amount))
      stated = nil
    }
    draft.header = PoolHeader(collateral: stated, place: place)
  }

  /// `collateral` follows the profit of the position at most venues and is equity. OKX's is its
  /// row's `margin`, the cash put in, whose profit stands apart.
  private func stated(at place: Place) -> StatedCollateral? {
    let currency = info?.ccy?.value.flatMap { Asset($0) }
    if let margin = info?.margin?.value {
      return StatedCollateral(
        basis: .cash, amount: margin, currency: currency, place: place.at("info.margin"))
    }
    let isCash = info?.instId?.value != nil
    return collateral?.value.map {
      StatedCollateral(
        basis: isCash ? .cash : .equity, amount: $0, currency: isCash ? currency : nil,
        place: place.at("collateral"))
    }
  }
}
