import FulcrumModel

/// A paper-trading journal: open short options in `positions`, and one `hedge` in the perpetual.
///
/// It stands here as the example of how a foreign layout is adapted. Three things differ from a
/// venue's reply, and each is settled by a rule and remarked on:
///
/// - `contracts` is unsigned. A delta hedge offsets its position, hedge = −n·δ, so the sign of n is
///   that of −hedge_qty/delta_at_entry; a row without a hedge has no side and is left out.
/// - The hedge is in coins. The inverse perpetual is sized in US dollars, so the dollars are the
///   coins at the average entry, to the nearest whole lot.
/// - Nothing is said of pools or collateral: `--pools` and `--collateral` give them.
struct PaperBook: Decodable, Sendable {
  let positions: LossyArray<Row>
  let hedge: Hedge?

  struct Row: Decodable, Sendable {
    let name: FlexibleText?
    let contracts: FlexibleDecimal?
    let entryPrice: FlexibleDecimal?
    let hedgeQuantity: FlexibleDecimal?
    let deltaAtEntry: FlexibleDecimal?

    enum CodingKeys: String, CodingKey {
      case contracts
      case name = "instrument_name"
      case entryPrice = "entry_price"
      case hedgeQuantity = "hedge_qty"
      case deltaAtEntry = "delta_at_entry"
    }

    static let essential = [
      "contracts", "instrument_name", "entry_price", "hedge_qty", "delta_at_entry",
    ]
  }

  struct Hedge: Decodable, Sendable {
    /// Coins, signed.
    let quantity: FlexibleDecimal?
    /// USD per coin.
    let averageEntry: FlexibleDecimal?

    enum CodingKeys: String, CodingKey {
      case quantity = "qty"
      case averageEntry = "avg_entry"
    }
  }
}

extension BookReading {
  mutating func readPaper() {
    let parsed = JSONDocument.decode(PaperBook.self, from: input)
    issues += parsed.issues
    guard let book = parsed.value else { return }
    var coins: Set<Asset> = []
    for placed in book.positions.elements {
      let place = Place(source: input.source, path: "$.positions[\(placed.index)]")
      guard let draft = draft(placed.element, at: place) else { continue }
      add(draft)
      if let base = rows.rows.last?.position.instrument.base { coins.insert(base) }
    }
    guard let hedge = book.hedge else { return }
    add(hedge, coins: coins)
  }

  private mutating func draft(_ row: PaperBook.Row, at place: Place) -> LegDraft? {
    let faulty = issues.compactMap(\.path)
    if PaperBook.Row.essential.contains(where: { faulty.contains("\(place.path ?? "").\($0)") }) {
      return nil
    }
    guard let name = row.name?.value, let contracts = row.contracts?.value else {
      let field = row.name?.value == nil ? "instrument_name" : "contracts"
      issues += Parsed<LegDraft?>.missing(field, at: place).issues
      return nil
    }
    guard let hedge = row.hedgeQuantity?.value, let delta = row.deltaAtEntry?.value,
      !hedge.isZero, !delta.isZero
    else {
      issues.append(
        place.at("hedge_qty").issue(
          seen: "no hedge to tell the side from", allowed: "hedge_qty and delta_at_entry",
          fix: "add them; the row is left out"))
      return nil
    }
    let isShort = hedge.isNegative == delta.isNegative
    var draft = LegDraft(
      instrument: name, size: isShort ? -contracts.magnitude : contracts.magnitude, unit: .face,
      place: place)
    draft.nameField = "instrument_name"
    draft.sizeField = "contracts"
    draft.entry = row.entryPrice?.value
    issues.append(
      place.at("contracts").issue(
        .warning, seen: "\(contracts) without a side", allowed: "a signed size",
        fix: "the hedge of \(hedge) at delta \(delta) says \(isShort ? "short" : "long")"))
    return draft
  }

  private mutating func add(_ hedge: PaperBook.Hedge, coins: Set<Asset>) {
    let place = Place(source: input.source, path: "$.hedge")
    guard let quantity = hedge.quantity?.value, !quantity.isZero else { return }
    guard coins.count == 1, let coin = coins.first,
      let instrument = try? InstrumentName("\(coin)-PERPETUAL").instrument,
      let price = hedge.averageEntry?.value, price > .zero,
      let dollars = quantity.multiplied(by: price),
      let step = instrument.lot.multiplied(by: instrument.contract.value),
      let (low, high) = dollars.neighbours(step: step),
      let toLow = dollars.adding(-low), let toHigh = high.adding(-dollars)
    else {
      issues.append(
        place.issue(
          seen:
            "a hedge of \(quantity) with entry \(hedge.averageEntry?.value?.description ?? "none")",
          allowed: "coins of the one coin of the positions, and an entry above 0",
          fix: "correct the hedge; it is left out"))
      return
    }
    let size = toLow < toHigh ? low : high
    var draft = LegDraft(
      instrument: instrument.id.name, size: size, unit: .face, place: place.at("qty"))
    draft.entry = price
    issues.append(
      place.at("qty").issue(
        .warning, seen: "\(quantity) \(coin), \(dollars) USD at \(price)",
        allowed: "whole lots of \(step) USD", fix: "\(size) USD of \(instrument.id) is taken"))
    add(draft)
  }
}
