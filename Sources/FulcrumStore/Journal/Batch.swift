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
struct Batch {
  struct EventRow {
    let sequence: UInt64
    let at: Int64
    let pool: UInt32?
    /// Both in the arena.
    let key: Range<Int>
    let fact: Range<Int>
    let hash: Digest256
  }

  struct CommandRow {
    let ordinal: UInt64
    let record: CommandRecord
    let key: Range<Int>
    let fingerprint: Range<Int>
    let seal: Digest256
  }

  let from: Head
  private(set) var head: Head
  private(set) var receipts: [Receipt] = []
  private(set) var events: [EventRow] = []
  private(set) var commands: [CommandRow] = []
  /// All bytes of the batch in one piece: every link and seal is a hash of a range of it.
  private(set) var arena: [UInt8] = []

  init(from head: Head, count: Int) {
    from = head
    self.head = head
    receipts.reserveCapacity(count)
    events.reserveCapacity(count)
    commands.reserveCapacity(count)
    arena.reserveCapacity(count * 384)
  }

  mutating func add(_ outcome: Engine.Outcome) {
    receipts.append(outcome.receipt)
    for event in outcome.events { add(event) }
    if let record = outcome.record { add(record) }
  }

  private mutating func add(_ event: Event) {
    let start = arena.count
    head.hash.withUnsafeBytes { arena.append(contentsOf: $0) }
    let layout = event.layout
    let offset = arena.count
    arena.append(contentsOf: layout.bytes)
    head.sequence = event.sequence
    head.hash = arena.withUnsafeBytes { Digest256(of: UnsafeRawBufferPointer(rebasing: $0[start...])) }
    events.append(
      EventRow(
        sequence: event.sequence, at: event.at.milliseconds, pool: event.fact.pool?.number,
        key: layout.key.lowerBound + offset..<layout.key.upperBound + offset,
        fact: layout.fact.lowerBound + offset..<layout.fact.upperBound + offset, hash: head.hash))
  }

  private mutating func add(_ record: CommandRecord) {
    head.commands += 1
    let sealed = Seal(
      previous: head.seal, ordinal: head.commands, record: record, into: &arena)
    head.seal = sealed.seal
    commands.append(
      CommandRow(
        ordinal: head.commands, record: record, key: sealed.key, fingerprint: sealed.fingerprint,
        seal: sealed.seal))
  }
}

/// The seal of a command's row: the hash of the seal before and of all that the row says, so that a
/// changed, moved or missing row shows, also of a command that left no event.
struct Seal {
  let seal: Digest256
  let key: Range<Int>
  let fingerprint: Range<Int>

  init(
    previous: Digest256, ordinal: UInt64, record: CommandRecord, into arena: inout [UInt8]
  ) {
    func put(_ number: UInt64) {
      withUnsafeBytes(of: number.littleEndian) { arena.append(contentsOf: $0) }
    }
    func put(_ bytes: some Collection<UInt8>) -> Range<Int> {
      put(UInt64(bytes.count))
      let start = arena.count
      arena.append(contentsOf: bytes)
      return start..<arena.count
    }
    let start = arena.count
    previous.withUnsafeBytes { arena.append(contentsOf: $0) }
    put(ordinal)
    key = put(record.receipt.command.key.utf8)
    fingerprint = put(record.fingerprint)
    put(record.receipt.events?.lowerBound ?? 0)
    put(record.receipt.events?.upperBound ?? 0)
    if let refusal = record.receipt.refusal {
      put(1)
      _ = put(refusal.code.utf8)
      _ = put(refusal.detail.utf8)
    } else {
      put(0)
    }
    seal = arena.withUnsafeBytes { Digest256(of: UnsafeRawBufferPointer(rebasing: $0[start...])) }
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
