import FulcrumLedger
import FulcrumModel

/// What a pool holds beside its own currency, and why it is frozen, in words.
extension LedgerPage {
  /// Lines of at most the page's width.
  mutating func fold(_ text: String, indent: String = "") {
    for (place, line) in folded(ink.safe(text), to: width - 4 - indent.count).enumerated() {
      lines.append(indent + (place == 0 ? line : "    " + line))
    }
  }

  /// Below a list: pledges of a pool and its freeze.
  mutating func remarks(_ state: PoolState) {
    for pledge in state.pledges {
      fold("\(state.name) holds \(text(pledge, state.asset))", indent: "  ")
    }
    if let words = state.freezeWords { fold("\(state.name): \(words)", indent: "  ") }
  }

  private func text(_ pledge: PledgeState, _ asset: Asset) -> String {
    let held = AmountText.text(pledge.money)
    guard let price = pledge.price, let credit = pledge.credit, let haircut = pledge.haircut else {
      return "\(held), counts for nothing that is known: \(pledge.fault ?? "value too large")"
    }
    return "\(held) at \(price) \(asset), haircut \(PledgeText.percent(haircut)), counts for "
      + "\(ExactText.amount(credit, asset)) \(asset)"
  }

  mutating func pledges(_ state: PoolState) {
    guard !state.pledges.isEmpty else { return }
    let unit = state.asset.code
    var grid = TextGrid(columns: [
      .init("Pledge", rightAligned: false, shortest: 8), .init("Amount"),
      .init("Price", unit: unit), .init("Haircut"), .init("Cap"), .init("Credit", unit: unit),
    ])
    for pledge in state.pledges {
      let missing = Shown.absent(pledge.fault ?? "value too large")
      grid.rows.append(
        .cells(
          [
            ink.safe(AmountText.text(pledge.money.asset)), pledge.money.amount.description,
            cell(pledge.price.map { Shown($0.description) } ?? missing),
            cell(pledge.haircut.map { Shown(PledgeText.percent($0)) } ?? missing),
            pledge.rule.cap.map {
              Money(minorUnits: $0, asset: pledge.money.asset).amount.description
            } ?? "none",
            cell(pledge.credit.map { Shown(ExactText.amount($0, state.asset)) } ?? missing),
          ], tone: .plain))
    }
    lines.append("")
    lines += grid.lines(width: width, ink: ink)
  }
}

enum PledgeText {
  /// `10 %`, `30.25 %`: exact at millionths.
  static func percent(_ ratio: Ratio) -> String {
    let units = ratio.part(of: 1_000_000, .up)
    return "\(ExactDecimal(significand: units, scale: 4)) %"
  }
}

extension PoolState {
  /// Why the pool is frozen and what ends it; nil where it is not.
  package var freezeWords: String? {
    guard let freeze = pool.freeze else { return nil }
    let start = "frozen since \(freeze.since), \(freeze.reason.word): "
    if freeze.reason == .ordered { return start + "by the operator's order; an order thaws it" }
    if case .failure = health, let fault { return start + fault }
    let now =
      health == nil ? "" : "; this market has everything, and thaws it when it is marked"
    return start + freeze.reason.words + now
  }
}

extension FreezeReason {
  /// What the reason can be, where the market that caused it is not at hand.
  var words: String {
    switch self {
    case .missing: "a leg without a mark, a pledge without a price, or a value over 128 bits"
    case .stale: "a mark or a price of a pledge that is too old"
    case .divergent: "sources of a mark or of a pledge's price that differ by more than allowed"
    case .undelivered: "an expired leg without a delivery price"
    case .ordered: "the operator's order"
    }
  }
}
