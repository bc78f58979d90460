import FulcrumLedger
import FulcrumModel
import FulcrumStore
import Testing

@Suite("Journal")
struct JournalTests {
  let shop = Workshop()

  @Test("What is executed is there after opening again, with the same digest")
  func reopens() throws {
    let store = try LedgerStore(creating: shop.path())
    let receipts = try store.execute(Sample.opening + Sample.traffic(5..<105))
    #expect(receipts.count == 104)
    #expect(receipts[3].events == 4...4)
    // Against the bare engine, which knows nothing of files.
    var engine = Engine()
    for command in Sample.opening + Sample.traffic(5..<105) {
      _ = engine.execute(command, prior: nil)
    }
    #expect(store.ledger == engine.ledger)
    let digest = store.digest()
    try store.close()

    let again = try LedgerStore(opening: shop.path())
    #expect(again.ledger == engine.ledger)
    #expect(again.digest() == digest)
    #expect(try again.replay().digest == digest)
    let report = try again.audit()
    #expect(report.isSound, "\(report)")
    #expect(report.events == engine.ledger.sequence)
    #expect(report.commands == 104)
  }

  @Test("The same key is one command, in a batch, over batches and after opening again")
  func idempotent() throws {
    var store = try LedgerStore(creating: shop.path())
    let commands = Sample.opening + Sample.traffic(5..<25)
    let first = try store.execute(commands + commands)
    let second = try store.execute(commands)
    try store.close()
    store = try LedgerStore(opening: shop.path())
    let third = try store.execute(commands)
    for (place, receipt) in first.prefix(commands.count).enumerated() {
      #expect(!receipt.isRepeat)
      for repeated in [first[place + commands.count], second[place], third[place]] {
        #expect(repeated.isRepeat)
        #expect(repeated.events == receipt.events)
        #expect(repeated.refusal == receipt.refusal)
      }
    }
    let other = try store.execute([Sample.command(2, .deposit(OwnerID(0), Sample.dollars(7)))])
    #expect(other[0].refusal?.code == "key-reused")
    #expect(try store.audit().isSound)
  }

  @Test(
    "The same history, to the last hash, whatever the batches",
    arguments: [1, 15, 47, 48, 200, 504])
  func batches(size: Int) throws {
    let commands = Sample.opening + Sample.traffic(5..<405) + Sample.traffic(305..<405)
    var engine = Engine()
    var records: [CommandID: CommandRecord] = [:]
    var chain = Digest256.zero
    for command in commands {
      let outcome = engine.execute(command, prior: records[command.id])
      if let record = outcome.record { records[command.id] = record }
      // The chain as the reference states it, by plain concatenation.
      for event in outcome.events { chain = Digest256(of: chain.bytes + event.chainBytes) }
    }
    let store = try LedgerStore(creating: shop.path())
    var receipts: [Receipt] = []
    for start in stride(from: 0, to: commands.count, by: size) {
      receipts += try store.execute(Array(commands[start..<min(start + size, commands.count)]))
    }
    #expect(receipts.count == 504)
    #expect(receipts.count(where: \.isRepeat) == 100)
    #expect(store.ledger == engine.ledger)
    let report = try store.audit()
    #expect(report.isSound && report.hash == chain && report.commands == 404, "\(report)")
  }
}
