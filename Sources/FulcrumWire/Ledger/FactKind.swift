package import FulcrumLedger

/// The `kind` of an event in files, one for each fact; docs/reference/ledger-events.md has a row for
/// each, and a test holds the two together.
package enum FactKind: String, CaseIterable, Sendable {
  case ownerOpened, contractListed, rulesSet, deposited, withdrawn, endowed
  case poolOpened, funded, released, pledged, unpledged, leverageCapped, filled, charged
  case ticked, accrued, sampled, priced, settled, converted, frozen, thawed, warned, calmed
  case liquidationBegan, liquidationEnded, liquidated, backstopped, bankrupted, insuranceDrawn
  case commonDrawn, deleveraged, haircut, shortfall, closed, refused

  package init(_ fact: Fact) {
    self =
      switch fact {
      case .ownerOpened: .ownerOpened
      case .contractListed: .contractListed
      case .rulesSet: .rulesSet
      case .deposited: .deposited
      case .withdrawn: .withdrawn
      case .endowed: .endowed
      case .poolOpened: .poolOpened
      case .funded: .funded
      case .released: .released
      case .pledged: .pledged
      case .unpledged: .unpledged
      case .leverageCapped: .leverageCapped
      case .filled: .filled
      case .charged: .charged
      case .ticked: .ticked
      case .accrued: .accrued
      case .sampled: .sampled
      case .priced: .priced
      case .settled: .settled
      case .converted: .converted
      case .frozen: .frozen
      case .thawed: .thawed
      case .warned: .warned
      case .calmed: .calmed
      case .liquidationBegan: .liquidationBegan
      case .liquidationEnded: .liquidationEnded
      case .liquidated: .liquidated
      case .backstopped: .backstopped
      case .bankrupted: .bankrupted
      case .insuranceDrawn: .insuranceDrawn
      case .commonDrawn: .commonDrawn
      case .deleveraged: .deleveraged
      case .haircut: .haircut
      case .shortfall: .shortfall
      case .closed: .closed
      case .refused: .refused
      }
  }
}

extension Charge {
  package static let words = ["fee", "interest"]
  package var word: String {
    switch self {
    case .fee: "fee"
    case .interest: "interest"
    }
  }
  package init?(word: String) {
    guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = found
  }
}

extension FreezeReason {
  package var word: String {
    switch self {
    case .missing: "missing"
    case .stale: "stale"
    case .divergent: "divergent"
    case .undelivered: "undelivered"
    case .ordered: "ordered"
    }
  }
  package init?(word: String) {
    guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = found
  }
}

extension Trade.Admission {
  package var word: String {
    switch self {
    case .checked: "checked"
    case .recorded: "recorded"
    case .reduceOnly: "reduceOnly"
    }
  }
  package init?(word: String) {
    guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = found
  }
}
