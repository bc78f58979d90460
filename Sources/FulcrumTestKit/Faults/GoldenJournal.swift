internal import FulcrumLedger
public import FulcrumStore

/// A small history that a release leaves to the tests of all later ones: simulated worlds, drawn until
/// as many kinds of facts as can be are in it.
public struct GoldenJournal {
  /// Everything that happens in it comes from this.
  public let seed: UInt64
  public let steps: Int

  public init(seed: UInt64, steps: Int) {
    self.seed = seed
    self.steps = steps
  }

  /// Kinds of facts that the world reaches, by name.
  public func facts() -> Set<String> {
    var names: Set<String> = []
    var engine = Engine()
    var records: [CommandID: CommandRecord] = [:]
    var source = CommandSource(seed: seed)
    for _ in 0..<steps {
      let command = source.draw(for: engine.ledger)
      let outcome = engine.execute(command, prior: records[command.id])
      for event in outcome.events { names.insert(event.fact.name) }
      if let record = outcome.record { records[command.id] = record }
    }
    return names
  }

  /// Writes it, with a snapshot in its middle, as one file.
  ///
  /// - Returns: digest of the ledger and the report of its audit.
  public func write(to path: String) throws(StoreError) -> AuditReport {
    let store = try LedgerStore(creating: path)
    var source = CommandSource(seed: seed)
    for step in 0..<steps {
      let command = source.draw(for: store.ledger)
      _ = try store.execute([command])
      if step == steps / 2 { try store.snapshot() }
    }
    let report = try store.audit()
    try store.close()
    return report
  }
}
