internal import FulcrumLedger
internal import FulcrumModel

/// Where a journal ends: its last event with its link, and its last command with its seal.
struct Head: Hashable {
  var sequence: UInt64 = 0
  var hash = Digest256.zero
  var commands: UInt64 = 0
  var seal = Digest256.zero
}

/// Commands that are decided, encoded and hashed, and wait for their one transaction.
///
/// Rows are plain numbers and places in an arena, so that writing them touches nothing else.
struct Batch {
  struct EventRow {
    let sequence: UInt64
    let at: Int64
    let pool: Int64?
    let key: Range<Int>
    /// The hash stands behind it.
    let fact: Range<Int>
  }

  struct CommandRow {
    let ordinal: UInt64
    let key: Range<Int>
    let fingerprint: Range<Int>
    /// 0 for none.
    let first: UInt64
    let last: UInt64
    let refusal: (code: Range<Int>, detail: Range<Int>)?
    let seal: Range<Int>
  }

  let from: Head
  private(set) var head: Head
  private(set) var events: [EventRow] = []
  private(set) var commands: [CommandRow] = []
  /// One a command, in order: what its sender is told once the batch is durable.
  private(set) var receipts: [Receipt] = []
  /// Hash, event, hash, event, hash: each hash is that of the hash and the event before it.
  private(set) var eventArena: [UInt8] = []
  /// Seal, command, seal, command, seal, likewise.
  private(set) var commandArena: [UInt8] = []

  init(from head: Head, count: Int) {
    from = head
    self.head = head
    events.reserveCapacity(count)
    commands.reserveCapacity(count)
    receipts.reserveCapacity(count)
    eventArena.reserveCapacity(count * 192)
    commandArena.reserveCapacity(count * 192)
    head.hash.withUnsafeBytes { eventArena.append(contentsOf: $0) }
    head.seal.withUnsafeBytes { commandArena.append(contentsOf: $0) }
  }

  mutating func add(_ outcome: Engine.Outcome) {
    for event in outcome.events { add(event) }
    if let record = outcome.record { add(record) }
    receipts.append(outcome.receipt)
  }

  private mutating func add(_ event: Event) {
    let offset = eventArena.count
    let layout = event.layout
    eventArena.append(contentsOf: layout.bytes)
    head.sequence = event.sequence
    head.hash = Self.link(&eventArena, from: offset)
    events.append(
      EventRow(
        sequence: event.sequence, at: event.at.milliseconds,
        pool: event.fact.pool.map { Int64($0.number) },
        key: layout.key.lowerBound + offset..<layout.key.upperBound + offset,
        fact: layout.fact.lowerBound + offset..<layout.fact.upperBound + offset))
  }

  private mutating func add(_ record: CommandRecord) {
    let offset = commandArena.count
    head.commands += 1
    let sealed = SealedBytes(ordinal: head.commands, record: record, into: &commandArena)
    let end = commandArena.count
    head.seal = Self.link(&commandArena, from: offset)
    commands.append(
      CommandRow(
        ordinal: head.commands, key: sealed.key, fingerprint: sealed.fingerprint,
        first: record.receipt.events?.lowerBound ?? 0,
        last: record.receipt.events?.upperBound ?? 0, refusal: sealed.refusal,
        seal: end..<end + Digest256.byteCount))
  }

  /// Appends the hash of what stands in the arena from the hash before `start` on.
  private static func link(_ arena: inout [UInt8], from start: Int) -> Digest256 {
    let hash = arena.withUnsafeBytes {
      Digest256(of: UnsafeRawBufferPointer(rebasing: $0[(start - Digest256.byteCount)...]))
    }
    hash.withUnsafeBytes { arena.append(contentsOf: $0) }
    return hash
  }
}

/// All that the row of a command says, as its seal covers it: the seal is the hash of the seal before
/// and of these bytes, so that a changed, moved or missing row shows, also of a command that left no
/// event.
struct SealedBytes {
  let key: Range<Int>
  let fingerprint: Range<Int>
  let refusal: (code: Range<Int>, detail: Range<Int>)?

  init(ordinal: UInt64, record: CommandRecord, into arena: inout [UInt8]) {
    func put(_ number: UInt64) {
      withUnsafeBytes(of: number.littleEndian) { arena.append(contentsOf: $0) }
    }
    func put(_ bytes: some Collection<UInt8>) -> Range<Int> {
      put(UInt64(bytes.count))
      let start = arena.count
      arena.append(contentsOf: bytes)
      return start..<arena.count
    }
    put(ordinal)
    key = put(record.receipt.command.key.utf8)
    fingerprint = put(record.fingerprint)
    put(record.receipt.events?.lowerBound ?? 0)
    put(record.receipt.events?.upperBound ?? 0)
    if let told = record.receipt.refusal {
      put(1)
      refusal = (put(told.code.utf8), put(told.detail.utf8))
    } else {
      put(0)
      refusal = nil
    }
  }
}

extension Fact {
  /// The pool that a fact is told of first; nil where it is not told of a pool.
  var pool: PoolID? {
    switch self {
    case .ownerOpened, .contractListed, .rulesSet, .deposited, .withdrawn, .endowed, .ticked,
      .sampled, .priced, .refused:
      nil
    case .poolOpened(let id, _), .funded(let id, _), .released(let id, _),
      .pledged(let id, _), .unpledged(let id, _), .converted(let id, _, _),
      .leverageCapped(let id, _), .filled(let id, _), .charged(let id, _, _),
      .accrued(let id, _, _, _), .settled(let id, _), .frozen(let id, _), .thawed(let id),
      .warned(let id, _), .calmed(let id, _), .liquidationBegan(let id, _),
      .liquidationEnded(let id, _), .liquidated(let id, _), .backstopped(let id, _, _),
      .bankrupted(let id, _), .insuranceDrawn(let id, _, _), .commonDrawn(let id, _),
      .shortfall(let id, _), .closed(let id):
      id
    case .deleveraged(let step): step.bankrupt
    case .haircut(let cut): cut.bankrupt
    }
  }
}
