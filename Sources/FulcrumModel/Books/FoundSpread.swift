/// What the search found, before it has a name for its pool.
struct FoundSpread {
  let structure: SpreadStructure
  let legs: [SpreadLeg]

  /// - Parameter taken: pool ids in use; the suggested one is added.
  func offer(avoiding taken: inout Set<String>) -> SpreadOffer {
    let stem = suggestedStem
    var id = stem
    var number = 2
    while !taken.insert(id).inserted {
      id = "\(stem)-\(number)"
      number += 1
    }
    return SpreadOffer(
      structure: structure, pools: legs.map(\.pool), positions: legs.map(\.position),
      suggestedPool: id, why: why)
  }

  /// `btc-2024-09-27-iron-condor`, `btc-usdc-2024-09-27-calendar-spread`.
  private var suggestedStem: String {
    guard let first = legs.first?.position.instrument else { return structure.rawValue }
    let coin = first.base.code.lowercased()
    let money = first.settlement == .linear ? "-" + first.settlementAsset.code.lowercased() : ""
    let day = legs.compactMap(\.expiry).min().map { "-" + dayText($0) } ?? ""
    let name = String(structure.rawValue.map { $0 == " " ? "-" : $0 })
    return "\(coin)\(money)\(day)-\(name)"
  }

  private var why: String {
    let names = legs.map { leg in
      (leg.isLong ? "+" : "−") + "\(contracts(leg)) \(leg.position.instrument.id)"
    }
    return names.joined(separator: ", ") + ": " + structure.meaning
  }

  private func contracts(_ leg: SpreadLeg) -> ExactDecimal {
    let lots = ExactDecimal(significand: Int128(leg.position.size.count), scale: 0).magnitude
    return lots.multiplied(by: leg.position.instrument.lot) ?? lots
  }

  private func dayText(_ instant: Timestamp) -> String {
    String(instant.description.prefix(10))
  }
}

extension SpreadStructure {
  /// What makes legs this structure, in words.
  public var meaning: String {
    switch self {
    case .box: "a synthetic long at one strike and a synthetic short at another, one expiry"
    case .ironButterfly: "call and put of one strike with opposite wings on both sides"
    case .ironCondor: "a put vertical below a call vertical, one expiry, one size"
    case .condor: "four strikes of one right, the inner two opposite to the outer two"
    case .butterfly: "twice the size at the middle strike, opposite wings at equal distances"
    case .brokenWingButterfly:
      "twice the size at the middle strike, opposite wings at unequal distances"
    case .conversion: "a long future against long put and short call of one strike"
    case .reversal: "a short future against short put and long call of one strike"
    case .collar: "a future held between a put below and a call above, opposite sides"
    case .straddle: "call and put of one strike on the same side"
    case .verticalDebit: "one right and expiry, the dearer option bought"
    case .verticalCredit: "one right and expiry, the dearer option sold"
    case .syntheticFuture: "call and put of one strike on opposite sides"
    case .strangle: "a put below a call on the same side"
    case .riskReversal: "a put below a call on opposite sides"
    case .ratio: "one right and expiry, more sold than bought"
    case .backspread: "one right and expiry, more bought than sold"
    case .calendar: "one right and strike, two expiries, opposite sides"
    case .diagonal: "one right, two expiries and strikes, opposite sides"
    case .coveredCall: "a long future against a short call of the same coins"
    case .coveredPut: "a short future against a short put of the same coins"
    case .protectivePut: "a long future with a long put of the same coins"
    case .protectiveCall: "a short future with a long call of the same coins"
    }
  }
}
