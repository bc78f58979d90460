import FulcrumModel

extension OwnerID: LedgerCoded {
  func encode(into writer: inout LedgerWriter) { writer.put(unsigned: UInt64(number)) }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(try reader.number32())
  }
}

extension PoolID: LedgerCoded {
  func encode(into writer: inout LedgerWriter) { writer.put(unsigned: UInt64(number)) }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(try reader.number32())
  }
}

extension ContractID: LedgerCoded {
  func encode(into writer: inout LedgerWriter) { writer.put(unsigned: UInt64(number)) }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(try reader.number32())
  }
}

extension MarketID: LedgerCoded {
  func encode(into writer: inout LedgerWriter) { writer.put(unsigned: UInt64(number)) }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(try reader.number32())
  }
}

extension LedgerReader {
  mutating func number32() throws(LedgerBytesError) -> UInt32 {
    guard let number = UInt32(exactly: try unsigned()) else { throw .numberTooLong(at: place) }
    return number
  }

  mutating func flag() throws(LedgerBytesError) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    case let other: throw .unknownCase(other, of: "flag", at: place)
    }
  }
}

extension LedgerRules: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(warning)
    writer.put(exitBuffer)
    writer.put(backstopBelow)
    writer.put(liquidationTimeoutMilliseconds)
    writer.put(liquidationFee)
    writer.put(insuranceDraw)
    writer.put(commonDraw)
    writer.put(deliveryFee)
    writer.put(deliveryFeeCap)
    writer.put(staleAfterMilliseconds)
    writer.put(priceBand)
    writer.put(rebate)
    writer.put(envelopeMove)
    writer.put(withdrawalFloor)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      warning: try reader.value(),
      exitBuffer: try reader.value(),
      backstopBelow: try reader.value(),
      liquidationTimeoutMilliseconds: try reader.int64(),
      liquidationFee: try reader.value(),
      insuranceDraw: try reader.value(),
      commonDraw: try reader.value(),
      deliveryFee: try reader.value(),
      deliveryFeeCap: try reader.value(),
      staleAfterMilliseconds: try reader.int64(),
      priceBand: try reader.value(),
      rebate: try reader.value(),
      envelopeMove: try reader.value(),
      withdrawalFloor: try reader.value())
  }
}

extension Health: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(equity)
    writer.put(initial)
    writer.put(maintenance)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      equity: try reader.value(),
      initial: try reader.value(),
      maintenance: try reader.value())
  }
}

extension Fill: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(contract)
    writer.put(lots)
    writer.put(price)
    writer.put(cash)
    writer.put(dust)
    writer.put(cost)
    writer.put(realised)
    writer.put(fee)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      contract: try reader.value(),
      lots: try reader.int64(),
      price: try reader.value(),
      cash: try reader.value(),
      dust: try reader.value(),
      cost: try reader.value(),
      realised: try reader.value(),
      fee: try reader.value())
  }
}

extension Leg: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(contract)
    writer.put(lots)
    writer.put(cost)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      contract: try reader.value(),
      lots: try reader.int64(),
      cost: try reader.value())
  }
}

extension Takeover: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(legs)
    writer.put(collateral)
    writer.put(netted)
    writer.put(equity)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      legs: try reader.values(),
      collateral: try reader.value(),
      netted: try reader.value(),
      equity: try reader.value())
  }
}

extension Deleveraging: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(bankrupt)
    writer.put(counterparty)
    writer.put(closing)
    writer.put(reducing)
    writer.put(capLots)
    writer.put(capEquity)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      bankrupt: try reader.value(),
      counterparty: try reader.value(),
      closing: try reader.value(),
      reducing: try reader.value(),
      cap: (try reader.value(), try reader.value()))
  }
}

extension Haircut: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(bankrupt)
    writer.put(winner)
    writer.put(contract)
    writer.put(amount)
    writer.put((fromCost ? 1 : 0) as UInt8)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      bankrupt: try reader.value(),
      winner: try reader.value(),
      contract: try reader.value(),
      amount: try reader.value(),
      fromCost: try reader.flag())
  }
}

extension PoolTerms: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(name)
    writer.put(owner)
    writer.put(asset)
    writer.put(leverageCap)
    writer.put(role)
    writer.put(accepted)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      name: try reader.text(),
      owner: try reader.value(),
      asset: try reader.value(),
      leverageCap: try reader.optional(),
      role: try reader.value(),
      accepted: try reader.values())
  }
}

extension CollateralRule: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(asset)
    writer.put(haircut)
    writer.put(depegBelow)
    writer.put(depegFactor)
    writer.put(cap)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(
      asset: try reader.value(), haircut: try reader.value(), depegBelow: try reader.optional(),
      depegFactor: try reader.value(), cap: try reader.optional())
  }
}

extension PoolRole: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    switch self {
    case .position: writer.put(0 as UInt8)
    case .hedge: writer.put(1 as UInt8)
    case .backstop(let lossCap):
      writer.put(2 as UInt8)
      writer.put(lossCap)
    }
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    switch try reader.byte() {
    case 0: self = .position
    case 1: self = .hedge
    case 2: self = .backstop(lossCap: try reader.int128())
    case let other: throw .unknownCase(other, of: "role", at: reader.place)
    }
  }
}

extension Fund: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    switch self {
    case .insurance(let market):
      writer.put(0 as UInt8)
      writer.put(market)
    case .common: writer.put(1 as UInt8)
    }
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    switch try reader.byte() {
    case 0: self = .insurance(try reader.value())
    case 1: self = .common
    case let other: throw .unknownCase(other, of: "fund", at: reader.place)
    }
  }
}
