public import FulcrumLedger
internal import GRDB

/// Reads events in their order, a page at a time, each checked against the chain. What a writer
/// appends meanwhile is seen where the range does not end before it.
public struct StoredEvents {
  static let pageSize: UInt64 = 4096

  private let connection: Connection
  private let last: UInt64
  private var walk: ChainWalk
  private var page: ArraySlice<StoredEvent> = []

  init(_ connection: Connection, from first: UInt64, through last: UInt64?) throws(StoreError) {
    self.connection = connection
    self.last = min(last ?? UInt64(Int64.max), UInt64(Int64.max))
    let before = first > 1 ? first - 1 : 0
    let hash: Digest256 =
      before == 0
      ? .zero : try connection.work { try LedgerStore.hash(of: before, in: $0) } ?? .zero
    walk = ChainWalk(after: before, hash: hash)
  }

  /// - Returns: the next event; nil after the last.
  /// - Throws: `corrupt` with the first event that does not continue the chain.
  public mutating func next() throws(StoreError) -> StoredEvent? {
    if let event = page.popFirst() { return event }
    guard walk.sequence < last else { return nil }
    var walk = self.walk
    let end = min(last, walk.sequence + Self.pageSize)
    page = try connection.work { database in
      let row = try RawStatement(Schema.readEvents, in: database)
      defer { row.reset() }
      row.bind(1, walk.sequence + 1)
      row.bind(2, end)
      var events: ArraySlice<StoredEvent> = []
      while try row.step() { events.append(try walk.next(row)) }
      return events
    }
    self.walk = walk
    return page.popFirst()
  }
}

extension LedgerStore {
  /// Events from `first` on, to `last` or to the end.
  public func events(
    from first: UInt64 = 1, through last: UInt64? = nil
  ) throws(StoreError) -> StoredEvents {
    try StoredEvents(working(), from: first, through: last)
  }

  /// Rebuilds the ledger from its first event, without a snapshot and without touching this store's
  /// state. Its digest must be that of the live ledger.
  public func replay() throws(StoreError) -> (ledger: Ledger, digest: Digest256) {
    let rebuilt = try working().view { try Recovery(from: $0, usingSnapshots: false) }
    return (rebuilt.ledger, Digest256(of: rebuilt.ledger.bytes))
  }
}
