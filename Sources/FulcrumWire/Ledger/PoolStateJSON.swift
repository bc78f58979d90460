package import FulcrumLedger
import FulcrumModel
import FulcrumRisk

/// Pools of a ledger as JSON, format `fulcrum.pool-states` version 1: docs/reference/pools.md.
package enum PoolStateJSON {
  package static let format = "fulcrum.pool-states"
  package static let version = 1

  package static func document(_ states: [PoolState], of scene: LedgerScene) -> JSONObject {
    var object = LedgerObject(scene.ledger)
    object.put("format", format)
    object.put("version", Int64(version))
    object.put("sequence", Int64(clamping: scene.ledger.sequence))
    object.json.append(
      "markedAt", scene.ledger.marketAsOf.map { .string($0.description) } ?? .null)
    object.json.append("market", scene.board.map { .string($0.asOf.description) } ?? .null)
    object.json.append("ruleSet", scene.board.map { .string($0.ruleSet) } ?? .null)
    if !scene.prices.isEmpty { object.json.append("prices", .array(scene.prices.map(\.json))) }
    object.json.append("pools", .array(states.map { .object(pool($0, scene.ledger)) }))
    return object.json
  }

  package static func pool(_ state: PoolState, _ ledger: Ledger) -> JSONObject {
    var object = LedgerObject(ledger)
    object.put(state.pool.terms)
    // The terms have the cap that the pool was opened with.
    object.json["leverageCap"] =
      state.pool.leverageCap.map { .string(AmountText.text($0)) } ?? .null
    object.put("phase", phase(state.pool.phase))
    object.json.append(
      "frozen", state.pool.freeze.map { .string($0.reason.word) } ?? .null)
    if let words = state.freezeWords { object.put("frozenWhy", words) }
    object.put("opened", state.pool.opened.description)
    object.put(state.pool.collateral, of: state.pool.id, as: "collateral")
    amounts(state, &object)
    measures(state, &object)
    object.json.append("legs", .array(state.legs.map { leg($0, state, object) }))
    if !state.pledges.isEmpty {
      object.json.append("pledges", .array(state.pledges.map { pledge($0, state, object) }))
    }
    for (name, amount) in [
      ("paidIn", state.pool.paidIn), ("paidOut", state.pool.paidOut),
      ("realised", state.pool.realised), ("funding", state.pool.funding),
      ("charges", state.pool.charges), ("wallet", state.wallet),
    ] {
      object.put(amount, of: state.pool.id, as: name)
    }
    return object.json
  }

  private static func amounts(_ state: PoolState, _ object: inout LedgerObject) {
    func text(_ units: Int128?) -> JSONValue {
      units.map { .string(AmountText.text($0, state.asset)) } ?? .null
    }
    let health = state.valued
    object.json.append("equity", text(health?.equity))
    object.json.append("initial", text(health?.initial))
    object.json.append("maintenance", text(health?.maintenance))
    object.json.append("health", text(health?.excess))
    object.json.append("free", text(state.free))
    if let fault = state.fault { object.put("reason", fault) }
  }

  private static func measures(_ state: PoolState, _ object: inout LedgerObject) {
    guard let report = state.report else { return }
    let leverage = report.measures?.deltaLeverage
    object.json.append("leverage", leverage.flatMap(\.finite).map { .number($0) } ?? .null)
    object.put("leverageBasis", CapitalBasis.capitalAtRisk.rawValue)
    if let absence = leverage?.absence { object.put("leverageReason", absence.rawValue) }
    let regions = report.liquidation.map { side in
      object.nested {
        $0.put("underlying", side.underlying.description)
        $0.json.append("index", .number(side.today.index))
        $0.json.append("below", side.today.below.map { .number($0) } ?? .null)
        $0.json.append("above", side.today.above.map { .number($0) } ?? .null)
        $0.json.append("healthy", .bool(side.today.healthy))
      }
    }
    object.json.append("liquidation", .array(regions))
  }

  private static func leg(
    _ leg: PoolState.LegState, _ state: PoolState, _ object: LedgerObject
  ) -> JSONValue {
    object.nested {
      $0.put(leg.leg.contract)
      $0.put("lots", leg.leg.lots)
      if let size = leg.instrument.contractsText(leg.leg.lots) { $0.put("size", size) }
      $0.put(leg.leg.cost, of: state.pool.id, as: "cost")
      $0.json.append("mark", leg.mark.map { .string($0.price.description) } ?? .null)
      $0.json.append(
        "value", leg.value.map { .string(AmountText.text($0, state.asset)) } ?? .null)
    }
  }

  private static func pledge(
    _ pledge: PledgeState, _ state: PoolState, _ object: LedgerObject
  ) -> JSONValue {
    object.nested {
      $0.put(pledge.money)
      $0.json.append("price", pledge.price.map { .string($0.description) } ?? .null)
      $0.json.append("haircut", pledge.haircut.map { .string(AmountText.decimal($0)) } ?? .null)
      $0.json.append(
        "credit", pledge.credit.map { .string(AmountText.text($0, state.asset)) } ?? .null)
      if let fault = pledge.fault { $0.put("reason", fault) }
    }
  }

  static func phase(_ phase: PoolPhase) -> String {
    switch phase {
    case .empty: "empty"
    case .open: "open"
    case .warning: "warning"
    case .liquidating: "liquidating"
    case .bankrupt: "bankrupt"
    case .closed: "closed"
    }
  }
}

/// What a command was answered with, as one line of JSON.
package enum ReceiptJSON {
  package static let format = "fulcrum.receipt"

  package static func object(_ receipt: Receipt) -> JSONObject {
    var object = JSONObject()
    object.append("format", .string(format))
    object.append("version", .number(1))
    object.append("key", .string(receipt.command.key))
    object.append("accepted", .bool(receipt.refusal == nil))
    object.append("repeat", .bool(receipt.isRepeat))
    let events = receipt.events.map { range in
      JSONValue.array([.number(Double(range.lowerBound)), .number(Double(range.upperBound))])
    }
    object.append("events", events ?? .null)
    if let refusal = receipt.refusal {
      object.append("code", .string(refusal.code))
      object.append("detail", .string(refusal.detail))
    }
    return object
  }
}
