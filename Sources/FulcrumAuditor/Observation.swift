public import FulcrumLedger

/// One command and all that came of it, as the auditor is shown it.
public struct Observation: Sendable {
  public var before: Ledger
  public var boardBefore: MarkBoard?
  public var command: Command
  /// The command that was answered under the same key before, and the answer.
  public var earlier: (command: Command, receipt: Receipt)?
  public var receipt: Receipt
  public var events: [Event]
  public var after: Ledger

  public init(
    before: Ledger, boardBefore: MarkBoard?, command: Command,
    earlier: (command: Command, receipt: Receipt)?, outcome: Engine.Outcome, after: Ledger
  ) {
    self.before = before
    self.boardBefore = boardBefore
    self.command = command
    self.earlier = earlier
    receipt = outcome.receipt
    events = outcome.events
    self.after = after
  }
}
