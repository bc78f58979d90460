import FulcrumModel

/// The bytes of facts. A tag is history: it is never used for anything else, and a fact that changes
/// its shape gets a new tag beside the old one.
extension Fact: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    switch self {
    case .ownerOpened(let a, let b):
      writer.put(1 as UInt8)
      writer.put(a)
      writer.put(b)
    case .contractListed(let a, let b):
      writer.put(2 as UInt8)
      writer.put(a)
      writer.put(b)
    case .rulesSet(let a):
      writer.put(3 as UInt8)
      writer.put(a)
    case .deposited(let a, let b):
      writer.put(4 as UInt8)
      writer.put(a)
      writer.put(b)
    case .withdrawn(let a, let b):
      writer.put(5 as UInt8)
      writer.put(a)
      writer.put(b)
    case .endowed(let a, let b):
      writer.put(6 as UInt8)
      writer.put(a)
      writer.put(b)
    case .poolOpened(let a, let b):
      writer.put(7 as UInt8)
      writer.put(a)
      writer.put(b)
    case .funded(let a, let b):
      writer.put(8 as UInt8)
      writer.put(a)
      writer.put(b)
    default: encodePools(into: &writer)
    }
  }

  private func encodePools(into writer: inout LedgerWriter) {
    switch self {
    case .released(let a, let b):
      writer.put(9 as UInt8)
      writer.put(a)
      writer.put(b)
    case .leverageCapped(let a, let b):
      writer.put(10 as UInt8)
      writer.put(a)
      writer.put(b)
    case .filled(let a, let b):
      writer.put(11 as UInt8)
      writer.put(a)
      writer.put(b)
    case .charged(let a, let b, let c):
      writer.put(12 as UInt8)
      writer.put(a)
      writer.put(b)
      writer.put(c.rawValue)
    case .ticked(let a, let b, let c):
      writer.put(13 as UInt8)
      writer.put(a)
      writer.put(b)
      writer.put(c)
    case .accrued(let a, let b, let c, let d):
      writer.put(14 as UInt8)
      writer.put(a)
      writer.put(b)
      writer.put(c)
      writer.put(d)
    case .sampled(let a, let b, let c):
      writer.put(15 as UInt8)
      writer.put(a)
      writer.put(b)
      writer.put(c)
    case .priced(let a, let b):
      writer.put(16 as UInt8)
      writer.put(a)
      writer.put(b)
    default: encodeTicks(into: &writer)
    }
  }

  private func encodeTicks(into writer: inout LedgerWriter) {
    switch self {
    case .settled(let a, let b):
      writer.put(17 as UInt8)
      writer.put(a)
      writer.put(b)
    case .frozen(let a, let b):
      writer.put(18 as UInt8)
      writer.put(a)
      writer.put(b.rawValue)
    case .thawed(let a):
      writer.put(19 as UInt8)
      writer.put(a)
    case .warned(let a, let b):
      writer.put(20 as UInt8)
      writer.put(a)
      writer.put(b)
    case .calmed(let a, let b):
      writer.put(21 as UInt8)
      writer.put(a)
      writer.put(b)
    case .liquidationBegan(let a, let b):
      writer.put(22 as UInt8)
      writer.put(a)
      writer.put(b)
    case .liquidationEnded(let a, let b):
      writer.put(23 as UInt8)
      writer.put(a)
      writer.put(b)
    case .liquidated(let a, let b):
      writer.put(24 as UInt8)
      writer.put(a)
      writer.put(b)
    default: encodeWaterfall(into: &writer)
    }
  }

  private func encodeWaterfall(into writer: inout LedgerWriter) {
    switch self {
    case .backstopped(let a, let b, let c):
      writer.put(25 as UInt8)
      writer.put(a)
      writer.put(b)
      writer.put(c)
    case .bankrupted(let a, let b):
      writer.put(26 as UInt8)
      writer.put(a)
      writer.put(b)
    case .insuranceDrawn(let a, let b, let c):
      writer.put(27 as UInt8)
      writer.put(a)
      writer.put(b)
      writer.put(c)
    case .commonDrawn(let a, let b):
      writer.put(28 as UInt8)
      writer.put(a)
      writer.put(b)
    case .deleveraged(let a):
      writer.put(29 as UInt8)
      writer.put(a)
    case .haircut(let a):
      writer.put(30 as UInt8)
      writer.put(a)
    case .shortfall(let a, let b):
      writer.put(31 as UInt8)
      writer.put(a)
      writer.put(b)
    case .closed(let a):
      writer.put(32 as UInt8)
      writer.put(a)
    case .refused(let a, let b):
      writer.put(33 as UInt8)
      writer.put(a)
      writer.put(b)
    case .pledged(let a, let b):
      writer.put(34 as UInt8)
      writer.put(a)
      writer.put(b)
    case .unpledged(let a, let b):
      writer.put(35 as UInt8)
      writer.put(a)
      writer.put(b)
    case .converted(let a, let b, let c):
      writer.put(36 as UInt8)
      writer.put(a)
      writer.put(b)
      writer.put(c)
    default: preconditionFailure("a fact without bytes: \(self)")
    }
  }

  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    let tag = try reader.byte()
    switch tag {
    case 1...8: self = try Self.owners(tag, &reader)
    case 9...16: self = try Self.pools(tag, &reader)
    case 17...24: self = try Self.ticks(tag, &reader)
    case 25...36: self = try Self.waterfall(tag, &reader)
    default: throw .unknownCase(tag, of: "fact", at: reader.place)
    }
  }

  private static func owners(
    _ tag: UInt8, _ reader: inout LedgerReader
  ) throws(LedgerBytesError) -> Fact {
    switch tag {
    case 1: return .ownerOpened(try reader.value(), name: try reader.text())
    case 2: return .contractListed(try reader.value(), try reader.value())
    case 3: return .rulesSet(try reader.value())
    case 4: return .deposited(try reader.value(), try reader.value())
    case 5: return .withdrawn(try reader.value(), try reader.value())
    case 6: return .endowed(try reader.value(), try reader.value())
    case 7: return .poolOpened(try reader.value(), try reader.value())
    case 8: return .funded(try reader.value(), try reader.int128())
    default: throw .unknownCase(tag, of: "fact", at: reader.place)
    }
  }

  private static func pools(
    _ tag: UInt8, _ reader: inout LedgerReader
  ) throws(LedgerBytesError) -> Fact {
    switch tag {
    case 9: return .released(try reader.value(), try reader.int128())
    case 10: return .leverageCapped(try reader.value(), try reader.optional())
    case 11: return .filled(try reader.value(), try reader.value())
    case 12:
      return .charged(
        try reader.value(), try reader.int128(), try reader.case(of: Charge.self))
    case 13:
      return .ticked(
        at: try reader.value(), ruleSet: try reader.text(), source: try reader.list())
    case 14:
      return .accrued(
        try reader.value(), try reader.value(), try reader.int128(), dust: try reader.int128())
    case 15:
      return .sampled(
        try reader.value(), expiry: try reader.value(), price: try reader.value())
    case 16: return .priced(try reader.value(), delivery: try reader.value())
    default: throw .unknownCase(tag, of: "fact", at: reader.place)
    }
  }

  private static func ticks(
    _ tag: UInt8, _ reader: inout LedgerReader
  ) throws(LedgerBytesError) -> Fact {
    switch tag {
    case 17: return .settled(try reader.value(), try reader.value())
    case 18: return .frozen(try reader.value(), try reader.case(of: FreezeReason.self))
    case 19: return .thawed(try reader.value())
    case 20: return .warned(try reader.value(), try reader.value())
    case 21: return .calmed(try reader.value(), try reader.value())
    case 22: return .liquidationBegan(try reader.value(), try reader.value())
    case 23: return .liquidationEnded(try reader.value(), try reader.value())
    case 24: return .liquidated(try reader.value(), try reader.value())
    default: throw .unknownCase(tag, of: "fact", at: reader.place)
    }
  }

  private static func waterfall(
    _ tag: UInt8, _ reader: inout LedgerReader
  ) throws(LedgerBytesError) -> Fact {
    switch tag {
    case 25: return .backstopped(try reader.value(), by: try reader.value(), try reader.value())
    case 26: return .bankrupted(try reader.value(), deficit: try reader.int128())
    case 27: return .insuranceDrawn(try reader.value(), try reader.value(), try reader.int128())
    case 28: return .commonDrawn(try reader.value(), try reader.int128())
    case 29: return .deleveraged(try reader.value())
    case 30: return .haircut(try reader.value())
    case 31: return .shortfall(try reader.value(), try reader.int128())
    case 32: return .closed(try reader.value())
    case 33: return .refused(code: try reader.text(), detail: try reader.text())
    case 34: return .pledged(try reader.value(), try reader.value())
    case 35: return .unpledged(try reader.value(), try reader.value())
    case 36:
      return .converted(
        try reader.value(), try reader.value(), into: try reader.int128())
    default: throw .unknownCase(tag, of: "fact", at: reader.place)
    }
  }
}

extension LedgerReader {
  mutating func `case`<Case: RawRepresentable>(
    of type: Case.Type
  ) throws(LedgerBytesError) -> Case where Case.RawValue == UInt8 {
    let raw = try byte()
    guard let value = Case(rawValue: raw) else {
      throw .unknownCase(raw, of: "\(type)", at: place)
    }
    return value
  }
}
