import FulcrumModel

/// A row of OKX `account/positions`: numbers are strings, empty where they do not apply.
///
/// `pos` counts contracts; with `posSide` long or short it is unsigned, with net it is signed.
struct OKXPosition: VenueRow {
  let instId: FlexibleText?
  let posSide: FlexibleText?
  let pos: FlexibleDecimal?
  let avgPx: FlexibleDecimal?
  let markPx: FlexibleDecimal?
  let idxPx: FlexibleDecimal?
  let lever: FlexibleDouble?
  let liqPx: FlexibleDecimal?
  let mgnMode: FlexibleText?
  let margin: FlexibleDecimal?
  let ccy: FlexibleText?
  let imr: FlexibleDecimal?
  let mmr: FlexibleDecimal?
  let notionalUsd: FlexibleDouble?
  /// The position's premium-adjusted delta, coins.
  let deltaPA: FlexibleDouble?

  static let essential = ["instId", "pos", "posSide", "avgPx"]

  var sharedName: String? { mgnMode?.value == "isolated" ? nil : instId?.value }

  func draft(at place: Place) -> Parsed<LegDraft?> {
    guard let name = instId?.value else { return .missing("instId", at: place) }
    guard let pos = pos?.value else { return .missing("pos", at: place) }
    let side = posSide?.value ?? "net"
    guard ["net", "long", "short"].contains(side), side != "long" || !pos.isNegative else {
      let issue = place.at("posSide").issue(
        seen: "\"\(side)\" with pos \(pos)", allowed: "net, or long or short with an unsigned pos",
        fix: "correct the side of \(name); the row is left out")
      return Parsed(nil, issues: [issue])
    }
    let size = side == "short" ? -pos.magnitude : pos
    var draft = LegDraft(instrument: name, size: size, unit: .contracts, place: place)
    draft.nameField = "instId"
    draft.sizeField = "pos"
    draft.entry = avgPx?.value
    draft.venue.mark = markPx?.value.map { Price($0) }
    draft.venue.index = idxPx?.value.map { Price($0) }
    draft.venue.delta = deltaPA?.value
    draft.venue.initialMargin = imr?.value
    draft.venue.maintenanceMargin = mmr?.value
    draft.venue.leverage = lever?.value
    draft.venue.liquidationPrice = liqPx?.value.map { Price($0) }
    draft.venue.notional = notionalUsd?.value
    draft.venue.marginMode = mgnMode?.value
    var issues: [Issue] = []
    if mgnMode?.value == "isolated" { isolate(&draft, name: name, side: side, &issues) }
    return Parsed(draft, issues: issues)
  }

  /// The margin of an isolated future is cash put in at entry. Whether an option's includes the
  /// premium is not documented, so it is not used.
  private func isolate(
    _ draft: inout LegDraft, name: String, side: String, _ issues: inout [Issue]
  ) {
    let place = draft.place.at("margin")
    draft.pool = "\(name) isolated" + (side == "net" ? "" : " \(side)")
    var header = PoolHeader(place: draft.place)
    let isOption = (try? InstrumentName(name))?.instrument.isOption ?? false
    if let margin = margin?.value, !isOption {
      header.collateral = StatedCollateral(
        basis: .cash, amount: margin, currency: ccy?.value.flatMap { Asset($0) }, place: place)
    } else if let margin = margin?.value {
      issues.append(place.unknownPremium(margin))
    }
    draft.header = header
  }
}

extension Place {
  /// Why the margin of an isolated option is not used.
  func unknownPremium(_ margin: ExactDecimal) -> Issue {
    issue(
      .warning, seen: "\(margin) for an isolated option",
      allowed: "a margin whose treatment of the premium is known",
      fix: "it is not used; give the pool's collateral with --collateral")
  }
}
