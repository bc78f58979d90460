public import FulcrumLedger
internal import FulcrumModel
internal import GRDB

/// An event as the journal keeps it.
public struct StoredEvent: Hashable, Sendable {
  public let event: Event
  /// SHA-256 of `previousHash` and `Event.chainBytes`.
  public let hash: Digest256
  /// The link of the event before; zeros before the first.
  public let previousHash: Digest256
}

/// Follows the chain and refuses the first row that does not continue it.
struct ChainWalk {
  private(set) var sequence: UInt64
  private(set) var hash: Digest256
  private var buffer: [UInt8] = []

  init(after sequence: UInt64 = 0, hash: Digest256 = .zero) {
    self.sequence = sequence
    self.hash = hash
  }

  /// Reads the present row of `Schema.readEvents`.
  mutating func next(_ row: RawStatement) throws(Corruption) -> StoredEvent {
    let expected = sequence + 1
    let seen = row.uint64(0)
    func fault(_ reason: String) -> Corruption {
      Corruption(sequence: expected, place: "event", reason: reason)
    }
    guard seen == expected else {
      throw fault("missing: the journal goes on with event \(seen)")
    }
    guard let key = row.text(1), let cause = CommandID(key) else {
      throw fault("the key of its cause is not one")
    }
    let bytes = row.blob(4)
    let fact: Fact
    do { fact = try Fact(bytes: bytes) } catch { throw fault("its fact cannot be read: \(error)") }
    let event = Event(
      sequence: seen, cause: cause, at: Timestamp(milliseconds: row.int64(2)), fact: fact)
    let layout = event.layout
    guard layout.bytes[layout.fact].elementsEqual(bytes) else {
      throw fault("the bytes of its fact are not canonical")
    }
    let pool = row.isNull(3) ? nil : row.int64(3)
    guard pool == fact.pool.map({ Int64($0.number) }) else {
      throw fault("its row names pool \(pool.map { "\($0)" } ?? "none"), its fact another")
    }
    let link = link(layout.bytes)
    guard row.digest(5) == link else {
      throw fault("its hash does not follow from the event and the hash before")
    }
    defer {
      sequence = seen
      hash = link
    }
    return StoredEvent(event: event, hash: link, previousHash: hash)
  }

  private mutating func link(_ bytes: [UInt8]) -> Digest256 {
    buffer.removeAll(keepingCapacity: true)
    hash.withUnsafeBytes { buffer.append(contentsOf: $0) }
    buffer.append(contentsOf: bytes)
    return buffer.withUnsafeBytes { Digest256(of: $0) }
  }
}

extension Head {
  static func read(_ database: Database) throws -> Head {
    let row = try RawStatement(Schema.readHead, in: database)
    defer { row.reset() }
    guard try row.step(), let hash = row.digest(1), let seal = row.digest(3) else {
      throw Corruption(sequence: nil, place: "head", reason: "there is none")
    }
    return Head(sequence: row.uint64(0), hash: hash, commands: row.uint64(2), seal: seal)
  }
}

/// Finds what keys were answered with.
struct KeyLookUp {
  private let row: RawStatement

  init(_ database: Database) throws {
    row = try RawStatement(Schema.findCommand, in: database)
  }

  /// Nil where the key is new.
  func record(of id: CommandID) throws -> CommandRecord? {
    defer { row.reset() }
    row.bind(1, copied: id.key)
    guard try row.step() else { return nil }
    return try CommandRecord(id, row)
  }
}

extension CommandRecord {
  /// From the columns fingerprint, first, last, code, detail.
  init(_ id: CommandID, _ row: RawStatement) throws(Corruption) {
    func fault(_ reason: String) -> Corruption {
      Corruption(sequence: nil, place: "command \(id)", reason: reason)
    }
    var events: ClosedRange<UInt64>?
    switch (row.isNull(1), row.isNull(2)) {
    case (true, true): break
    case (false, false) where row.uint64(1) <= row.uint64(2): events = row.uint64(1)...row.uint64(2)
    default: throw fault("its events \(row.int64(1)) to \(row.int64(2)) are no range")
    }
    var refusal: Receipt.Refusal?
    switch (row.text(3), row.text(4)) {
    case (nil, nil): break
    case (let code?, let detail?): refusal = Receipt.Refusal(code: code, detail: detail)
    default: throw fault("its refusal has a code or a detail alone")
    }
    self.init(
      fingerprint: row.blob(0),
      receipt: Receipt(command: id, events: events, refusal: refusal, isRepeat: false))
  }
}
