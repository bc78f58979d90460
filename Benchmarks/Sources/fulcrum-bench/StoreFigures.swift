import Foundation
import FulcrumLedger
import FulcrumStore
import Synchronization

/// Durable rates beside bare SQLite, turn by turn on one disk, since disks differ more than programs.
func storeFigures(in folder: String) throws {
  let bench = try StoreBench(folder: folder + "/store")
  for (batch, count) in [(1, 4000), (64, 40_000), (512, 100_000)] {
    try bench.compare(batch: batch, count: count)
  }
  try bench.manyClients(clients: 1024, count: 100_000)
  try startUp(pools: 100_000, in: folder + "/start-up")
}

private struct StoreBench {
  let folder: String
  private let traffic = LedgerTraffic(pools: 1000, commands: 100_000)
  /// A store with the pools opened and nothing else, which every turn begins with.
  private let base: String

  init(folder: String) throws {
    self.folder = folder
    base = folder + "/base"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let store = try LedgerStore(creating: base)
    _ = try store.execute(traffic.opening)
    try store.close()
  }

  private func fresh() throws -> String {
    let path = folder + "/turn"
    for suffix in ["", "-wal", "-shm", ".lock"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
    try FileManager.default.copyItem(atPath: base, toPath: path)
    return path
  }

  private func opened() throws -> LedgerStore {
    let store = try LedgerStore(opening: try fresh())
    store.look(at: traffic.board)
    return store
  }

  /// Nine turns of each, one after the other.
  func compare(batch: Int, count: Int) throws {
    let commands = Array(traffic.commands.prefix(count))
    let rows = try rowsWritten(commands)
    var ratios: [Double] = []
    var bares: [Double] = []
    var ours: [Double] = []
    for _ in 0..<Samples.count {
      let store = try opened()
      let mine = Double(count) / (try seconds { try execute(commands, on: store, batch: batch) })
      try store.close()
      let bare = try BareJournal(try fresh())
      let theirs =
        Double(count) / (try seconds { try bare.write(rows.events, rows.commands, batch: batch) })
      bare.close()
      ours.append(mine)
      bares.append(theirs)
      ratios.append(mine / theirs)
    }
    print("store, batches of \(batch)", ours, bares, ratios)
  }

  private func print(
    _ name: String, _ ours: [Double], _ bares: [Double], _ ratios: [Double]
  ) {
    Figure(name: name + ": durable events", unit: "k/s", samples: Samples(ours.map { $0 / 1000 }))
      .print()
    Figure(
      name: "bare SQLite, the same rows", unit: "k/s", samples: Samples(bares.map { $0 / 1000 })
    ).print()
    Figure(name: "store over bare", unit: "", samples: Samples(ratios)).print()
  }

  private func execute(_ commands: [Command], on store: LedgerStore, batch: Int) throws {
    var place = 0
    try store.execute {
      guard place < commands.count else { return nil }
      defer { place = min(place + batch, commands.count) }
      return Array(commands[place..<min(place + batch, commands.count)])
    } answer: { receipts in
      precondition(receipts.allSatisfy { $0.refusal == nil }, "a command was refused")
    }
    precondition(place == commands.count, "commands were left")
  }

  private func rowsWritten(
    _ commands: [Command]
  ) throws -> (events: [BareJournal.EventRow], commands: [BareJournal.CommandRow]) {
    let store = try opened()
    let (events, answered) = (store.ledger.sequence, store.commandCount)
    try execute(commands, on: store, batch: 4096)
    let path = store.path
    try store.close()
    let bare = try BareJournal(path)
    defer { bare.close() }
    let rows = (try bare.events(after: events), try bare.commands(after: answered))
    precondition(
      rows.0.count == commands.count && rows.1.count == commands.count,
      "\(rows.0.count) events of \(commands.count) commands")
    return rows
  }

  /// Clients that each wait for their answer before they send the next.
  func manyClients(clients: Int, count: Int) throws {
    let commands = Array(traffic.commands.prefix(count))
    let rows = try rowsWritten(commands)
    var ours: [Double] = []
    var bares: [Double] = []
    var ratios: [Double] = []
    for _ in 0..<Samples.count {
      let mine = try blocking { try await self.serve(commands, clients: clients) }
      let bare = try BareJournal(try fresh())
      let theirs =
        Double(count)
        / (try seconds { try bare.write(rows.events, rows.commands, batch: clients / 2) })
      bare.close()
      ours.append(mine)
      bares.append(theirs)
      ratios.append(mine / theirs)
    }
    print("store, \(clients) clients", ours, bares, ratios)
  }

  private func serve(_ commands: [Command], clients: Int) async throws -> Double {
    let writer = LedgerWriter(try opened(), batchLimit: clients / 2)
    let clock = ContinuousClock()
    let start = clock.now
    try await withThrowingTaskGroup { group in
      for client in 0..<clients {
        group.addTask {
          for place in stride(from: client, to: commands.count, by: clients) {
            _ = try await writer.execute(commands[place])
          }
        }
      }
      try await group.waitForAll()
    }
    let (whole, part) = (clock.now - start).components
    return Double(commands.count) / (Double(whole) + Double(part) * 1e-18)
  }
}

/// Runs asynchronous work to its end on a thread that is not one of its own.
private func blocking<Value: Sendable>(
  _ body: @escaping @Sendable () async throws -> Value
) throws -> Value {
  let answer = Answer<Value>()
  Task.detached {
    do { answer.give(.success(try await body())) } catch { answer.give(.failure(error)) }
  }
  return try answer.wait().get()
}

private final class Answer<Value: Sendable>: Sendable {
  private let done = DispatchSemaphore(value: 0)
  private let result = Mutex<Result<Value, any Error>?>(nil)

  func give(_ value: Result<Value, any Error>) {
    result.withLock { $0 = value }
    done.signal()
  }

  func wait() -> Result<Value, any Error> {
    done.wait()
    guard let value = result.withLock({ $0 }) else {
      preconditionFailure("signalled without a value")
    }
    return value
  }
}

private func startUp(pools: Int, in folder: String) throws {
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  let path = folder + "/ledger"
  let store = try LedgerStore(creating: path)
  let world = PoolWorld(pools: pools, legs: 8, contracts: 2000)
  var place = 0
  while place < world.commands.count {
    let end = min(place + 8192, world.commands.count)
    _ = try store.execute(Array(world.commands[place..<end]))
    place = end
  }
  try store.snapshot()
  let digest = store.digest()
  try store.close()
  let size = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
  let samples = try Samples {
    var opened: LedgerStore?
    let elapsed = try seconds { opened = try LedgerStore(opening: path, access: .readOnly) }
    precondition(opened?.digest() == digest, "another ledger was read")
    return elapsed * 1000
  }
  Figure(
    name: "start from a snapshot of \(pools) pools", unit: "ms", samples: samples,
    note: "\(world.commands.count) commands, \(size / 1_000_000) MB"
  ).print()
}
