import FulcrumModel

/// What closing the legs of a pool, or the same part of each, would come to.
struct Closing {
  enum Venue {
    /// At what the book bids and asks.
    case book
    case mark
  }

  private struct Line {
    let leg: Leg
    let price: Price
    /// Exposure of one lot, nanounits.
    let exposure: Int128
  }

  struct Step {
    let fills: [Fill]
    /// Collateral after the fills and their fees.
    let equityAfter: Int128
  }

  private let collateral: Int128
  private let lines: [Line]

  /// Nil where a leg has no price.
  init?(_ pool: Pool, in draft: Draft, at venue: Venue) {
    var lines: [Line] = []
    for leg in pool.legs {
      guard let mark = try? draft.board.mark(leg.contract) else { return nil }
      let price: Price?
      switch venue {
      case .book: price = leg.lots > 0 ? mark.bid : mark.ask
      case .mark: price = mark.price
      }
      guard let price else { return nil }
      lines.append(Line(leg: leg, price: price, exposure: mark.exposure))
    }
    collateral = pool.collateral + ((try? pool.credit(on: draft.board)) ?? 0)
    self.lines = lines
  }

  /// Fills that close ⌈|lots|·part/65536⌉ of each leg, with the liquidation fee as far as equity
  /// carries it.
  ///
  /// - Parameter feeRoom: 0 for no fee.
  func fills(_ part: UInt64, in draft: Draft, feeRoom: Int128?) -> Step? {
    var after = collateral
    var fills: [Fill] = []
    var fees: [Int128] = []
    for line in lines {
      let contract = draft.contract(line.leg.contract)
      let (whole, rest) = line.leg.lots.magnitude.quotientAndRemainder(dividingBy: 65_536)
      let lots = whole * part + (rest * part + 65_535) / 65_536
      guard lots > 0 else { continue }
      let signed = line.leg.lots > 0 ? -Int64(lots) : Int64(lots)
      guard let fill = contract.fill(line.leg, lots: signed, price: line.price) else { return nil }
      let exposure = Rounding.up.quotient(
        line.exposure * Int128(lots), by: ContractMark.nanounitsPerUnit)
      after += fill.cash
      fills.append(fill)
      fees.append(draft.ledger.rules.liquidationFee.of(exposure, rounding: .up))
    }
    // The fee shrinks to nothing before it makes anyone bankrupt.
    var room = feeRoom ?? max(0, equity(after: after, fills, in: draft))
    for place in fills.indices {
      let fee = min(fees[place], room)
      fills[place] = fills[place].with(fee: fee)
      room -= fee
      after -= fee
    }
    return Step(fills: fills, equityAfter: after + open(fills, in: draft))
  }

  private func equity(after collateral: Int128, _ fills: [Fill], in draft: Draft) -> Int128 {
    collateral + open(fills, in: draft)
  }

  /// Value at the mark less cost of what the fills leave open.
  private func open(_ fills: [Fill], in draft: Draft) -> Int128 {
    var value: Int128 = 0
    var cost: Int128 = 0
    for line in lines {
      let fill = fills.first { $0.contract == line.leg.contract }
      let lots = line.leg.lots + (fill?.lots ?? 0)
      guard lots != 0, let mark = try? draft.board.mark(line.leg.contract) else { continue }
      value += mark.value(lots: lots) ?? 0
      if !draft.contract(line.leg.contract).isOption { cost += line.leg.cost + (fill?.cost ?? 0) }
    }
    return Rounding.down.quotient(value, by: ContractMark.nanounitsPerUnit) - cost
  }
}
