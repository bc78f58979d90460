import FulcrumModel

extension Int128: LedgerCoded {
  func encode(into writer: inout LedgerWriter) { writer.put(self) }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) { self = try reader.int128() }
}

extension Timestamp: LedgerCoded {
  func encode(into writer: inout LedgerWriter) { writer.put(milliseconds) }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(milliseconds: try reader.int64())
  }
}

extension ExactDecimal: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(significand)
    writer.put(scale)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    let significand = try reader.int128()
    let scale = try reader.byte()
    guard scale <= 30 else { throw .invalid("scale \(scale)", at: reader.place) }
    self.init(significand: significand, scale: scale)
  }
}

extension Price: LedgerCoded {
  func encode(into writer: inout LedgerWriter) { writer.put(value) }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    self.init(try ExactDecimal(from: &reader))
  }
}

extension Asset: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(unsigned: UInt64(codeLength))
    forEachCodeByte { writer.put($0) }
    writer.put(decimals)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    let code = try reader.text()
    guard let asset = Asset(code, decimals: try reader.byte()) else {
      throw .invalid("asset \(code)", at: reader.place)
    }
    self = asset
  }
}

extension Money: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(minorUnits)
    writer.put(asset)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    let units = try reader.int128()
    self.init(minorUnits: units, asset: try Asset(from: &reader))
  }
}

extension Ratio: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(numerator)
    writer.put(denominator)
  }
  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    let numerator = try reader.int64()
    let denominator = try reader.int64()
    guard denominator > 0 else { throw .invalid("ratio over \(denominator)", at: reader.place) }
    self.init(numerator, denominator)
  }
}

extension Instrument: LedgerCoded {
  func encode(into writer: inout LedgerWriter) {
    writer.put(id.name)
    switch kind {
    case .perpetual: writer.put(0 as UInt8)
    case .future(let expiry):
      writer.put(1 as UInt8)
      writer.put(expiry)
    case .option(let right, let strike, let expiry):
      writer.put((right == .call ? 2 : 3) as UInt8)
      writer.put(strike)
      writer.put(expiry)
    }
    writer.put((settlement == .linear ? 0 : 1) as UInt8)
    writer.put(base)
    writer.put(quote)
    switch contract {
    case .coins(let size):
      writer.put(0 as UInt8)
      writer.put(size)
    case .usdFace(let size):
      writer.put(1 as UInt8)
      writer.put(size)
    }
    writer.put(lot)
  }

  init(from reader: inout LedgerReader) throws(LedgerBytesError) {
    let name = try reader.text()
    let kind: Kind
    switch try reader.byte() {
    case 0: kind = .perpetual
    case 1: kind = .future(expiry: try reader.value())
    case 2: kind = .option(.call, strike: try reader.value(), expiry: try reader.value())
    case 3: kind = .option(.put, strike: try reader.value(), expiry: try reader.value())
    case let other: throw .unknownCase(other, of: "kind", at: reader.place)
    }
    let settlement: Settlement
    switch try reader.byte() {
    case 0: settlement = .linear
    case 1: settlement = .inverse
    case let other: throw .unknownCase(other, of: "settlement", at: reader.place)
    }
    let base: Asset = try reader.value()
    let quote: Asset = try reader.value()
    let isFace = try reader.byte()
    guard isFace < 2 else { throw .unknownCase(isFace, of: "contract", at: reader.place) }
    let size: ExactDecimal = try reader.value()
    let lot: ExactDecimal = try reader.value()
    guard size > .zero, lot > .zero else { throw .invalid("size of \(name)", at: reader.place) }
    self.init(
      id: InstrumentID(name), kind: kind, settlement: settlement, base: base, quote: quote,
      contract: isFace == 0 ? .coins(size) : .usdFace(size), lot: lot)
  }
}
