import FulcrumModel

extension Fact {
  /// Version of the bytes of facts. A reader refuses one that it does not know.
  public static let bytesVersion: UInt8 = 1

  /// What is kept of a fact: a version and its bytes.
  public var bytes: [UInt8] {
    var writer = LedgerWriter()
    writer.reserve(64)
    writer.put(Self.bytesVersion)
    encode(into: &writer)
    return writer.bytes
  }

  /// - Throws: what is wrong with the bytes, and at which of them.
  public init(bytes: [UInt8]) throws(LedgerBytesError) {
    var reader = LedgerReader(bytes)
    let version = try reader.byte()
    guard version == Self.bytesVersion else { throw .unknownVersion(version) }
    self = try Fact(from: &reader)
    try reader.finish()
  }
}

extension Event {
  /// All that the hash chain covers of an event: sequence, cause, instant and fact.
  public var chainBytes: [UInt8] { layout.bytes }

  /// The bytes of the chain, and where in them the key of the cause and the `Fact.bytes` stand: a
  /// journal keeps parts of what it hashes and need not encode twice.
  public var layout: (bytes: [UInt8], key: Range<Int>, fact: Range<Int>) {
    var writer = LedgerWriter()
    writer.reserve(128)
    writer.put(unsigned: sequence)
    writer.put(cause.key)
    let keyEnd = writer.bytes.count
    writer.put(at)
    let factStart = writer.bytes.count
    writer.put(Fact.bytesVersion)
    fact.encode(into: &writer)
    return (
      writer.bytes, keyEnd - cause.key.utf8.count..<keyEnd, factStart..<writer.bytes.count
    )
  }
}

extension Command {
  /// What two commands under one key must share: everything but the instant of their issue. A market is
  /// told by its instant and source, not by its marks.
  public var fingerprint: [UInt8] {
    var writer = LedgerWriter()
    writer.reserve(48)
    action.encode(into: &writer)
    return writer.bytes
  }
}

extension Command.Action {
  fileprivate func encode(into writer: inout LedgerWriter) {
    switch self {
    case .openOwner(let name): writer.put(1, name)
    case .list(let instrument): writer.put(2, instrument)
    case .setRules(let rules): writer.put(3, rules)
    case .deposit(let owner, let money): writer.put(4, owner, money)
    case .withdraw(let owner, let money): writer.put(5, owner, money)
    case .endow(let fund, let money): writer.put(6, fund, money)
    case .openPool(let terms): writer.put(7, terms)
    case .fund(let pool, let money): writer.put(8, pool, money)
    case .release(let pool, let money): writer.put(9, pool, money)
    case .trade(let pool, let trade):
      writer.put(10, pool, trade.contract)
      writer.put(trade.lots)
      writer.put(trade.price)
      writer.put(trade.fee)
      writer.put(trade.admission.rawValue)
    case .capLeverage(let pool, let cap):
      writer.put(11, pool)
      writer.put(cap)
    case .charge(let pool, let money, let charge):
      writer.put(12, pool, money)
      writer.put(charge.rawValue)
    case .freeze(let pool): writer.put(13, pool)
    case .thaw(let pool): writer.put(14, pool)
    case .close(let pool): writer.put(15, pool)
    case .deliver(let contract, let price): writer.put(16, contract, price)
    case .mark(let tick):
      writer.put(17, tick.board.asOf)
      writer.put(tick.board.ruleSet)
      writer.put(tick.board.source)
    }
  }
}

extension LedgerWriter {
  fileprivate mutating func put<each Part: LedgerCoded>(_ tag: UInt8, _ part: repeat each Part) {
    put(tag)
    repeat put(each part)
  }
  fileprivate mutating func put(_ tag: UInt8, _ text: String) {
    put(tag)
    put(text)
  }
}
