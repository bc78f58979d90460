import FulcrumModel

/// What became of a command: the facts it made, or the refusal, for ever under its key.
public struct Receipt: Hashable, Sendable {
  public let command: CommandID
  /// First and last event of the command; nil where it changed nothing and left no trace.
  public let events: ClosedRange<UInt64>?
  public let refusal: Refusal?
  /// Whether this repeats what was answered before.
  public let isRepeat: Bool

  public init(
    command: CommandID, events: ClosedRange<UInt64>?, refusal: Refusal?, isRepeat: Bool
  ) {
    self.command = command
    self.events = events
    self.refusal = refusal
    self.isRepeat = isRepeat
  }

  public struct Refusal: Error, Hashable, Sendable {
    public let code: String
    public let detail: String

    public init(code: String, detail: String) {
      self.code = code
      self.detail = detail
    }
  }
}

/// A command that was answered: enough to answer it again and to tell another one under its key.
public struct CommandRecord: Hashable, Sendable {
  /// The command's own bytes (`Command.fingerprint`).
  public let fingerprint: [UInt8]
  public let receipt: Receipt

  public init(fingerprint: [UInt8], receipt: Receipt) {
    self.fingerprint = fingerprint
    self.receipt = receipt
  }
}

/// The single writer: decides, numbers the events, applies them.
///
/// It holds no clock, no file and no memory of keys beyond what its caller looks up. Events must be
/// made durable before anyone is told of them; where that fails the engine is thrown away and one is
/// read back from the journal.
public struct Engine: Sendable {
  public private(set) var ledger: Ledger
  /// The last accepted market, which user commands are judged by. Not part of the ledger: after a
  /// start there is none until the next mark.
  public private(set) var board: MarkBoard?

  public init(ledger: Ledger = Ledger(), board: MarkBoard? = nil) {
    self.ledger = ledger
    self.board = board
  }

  public struct Outcome: Sendable {
    public let receipt: Receipt
    /// To be made durable, in this order.
    public let events: [Event]
    /// To be remembered under the command's key; nil for a repeat.
    public let record: CommandRecord?
  }

  /// - Parameter prior: what the command's key was answered with before, if ever.
  public mutating func execute(_ command: Command, prior: CommandRecord?) -> Outcome {
    let fingerprint = command.fingerprint
    if let prior { return Self.again(command, fingerprint, prior) }
    let facts: [Fact]
    var refusal: Receipt.Refusal?
    do {
      facts = try ledger.decide(command, on: board)
      if case .mark(let tick) = command.action { board = tick.board }
    } catch {
      let seen = Receipt.Refusal(code: error.code, detail: error.text(in: ledger))
      refusal = seen
      facts =
        error.dependsOnState ? [.refused(code: seen.code, detail: seen.detail)] : []
    }
    var events: [Event] = []
    events.reserveCapacity(facts.count)
    for fact in facts {
      let event = Event(
        sequence: ledger.sequence + 1, cause: command.id, at: command.effectiveAt, fact: fact)
      ledger.apply(event)
      events.append(event)
    }
    let range = events.first.map { $0.sequence...ledger.sequence }
    let receipt = Receipt(command: command.id, events: range, refusal: refusal, isRepeat: false)
    return Outcome(
      receipt: receipt, events: events,
      record: CommandRecord(fingerprint: fingerprint, receipt: receipt))
  }

  private static func again(
    _ command: Command, _ fingerprint: [UInt8], _ prior: CommandRecord
  ) -> Outcome {
    guard prior.fingerprint == fingerprint else {
      let rejection = Rejection.keyReused(command.id)
      let refusal = Receipt.Refusal(
        code: rejection.code,
        detail: "key \(command.id) stands for another command already; use a new key")
      return Outcome(
        receipt: Receipt(command: command.id, events: nil, refusal: refusal, isRepeat: false),
        events: [], record: nil)
    }
    let receipt = Receipt(
      command: command.id, events: prior.receipt.events, refusal: prior.receipt.refusal,
      isRepeat: true)
    return Outcome(receipt: receipt, events: [], record: nil)
  }

  /// What a command would do, without doing it.
  public func preview(_ command: Command) -> (after: Ledger, outcome: Outcome) {
    var copy = self
    let outcome = copy.execute(command, prior: nil)
    return (copy.ledger, outcome)
  }

  /// Follows an event that another writer made durable.
  public mutating func follow(_ event: Event) { ledger.apply(event) }

  /// A market that judges user commands without being marked: after a start, the caller may give back
  /// the one that the last tick named.
  public mutating func look(at board: MarkBoard) { self.board = board }
}
