import Foundation
import FulcrumLedger
import FulcrumModel
import FulcrumStore
import Testing

@testable import FulcrumWire

/// `fulcrum pool` and `fulcrum ledger` on a store in a folder of its own.
struct PoolProgram {
  let folder: URL
  var store: String { folder.appendingPathComponent("pools.fulcrum").path }

  static func with(_ body: (PoolProgram) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("fulcrum-pools-\(ProcessInfo.processInfo.globallyUniqueString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = PoolProgram(folder: folder)
    try program.good(["init"])
    try body(program)
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    return path(name)
  }

  /// Markets here are dated as they please: the machine's clock is left out of it.
  func run(_ arguments: [String], input: String = "") throws -> Program.Run {
    let isMark = ["mark", "watch"].contains(arguments.first)
    return try Program.run(
      ["pool"] + arguments + (isMark ? ["--replay"] : []) + ["--store", store], input: input)
  }

  func ledger(_ arguments: [String]) throws -> Program.Run {
    let own = arguments.contains("--store") ? [] : ["--store", store]
    return try Program.run(["ledger"] + arguments + own)
  }

  /// A run that is expected to be whole.
  @discardableResult
  func good(_ arguments: [String], input: String = "") throws -> Program.Run {
    let run = try run(arguments, input: input)
    try #require(run.status == 0, "\(arguments): \(run.status) \(run.errors)")
    return run
  }

  func digest() throws -> String { try ledger(["digest"]).output }

  func opened() throws -> LedgerStore { try LedgerStore(opening: store, access: .readOnly) }

  /// A market of the inverse perpetual alone, 1 USD around its mark.
  static func market(_ price: Int, minute: Int) -> String {
    let instant = "2026-11-21T08:\(minute < 10 ? "0" : "")\(minute):00Z"
    return
      #"{"format":"fulcrum.market","version":1,"asOf":"\#(instant)","index":{"BTC":"\#(price)"},"#
      + #""quotes":[{"instrument":"BTC-PERPETUAL","bid":"\#(price - 1)","ask":"\#(price + 1)","#
      + #""mark":"\#(price)"}]}"#
  }

  /// Anna long 138,000 USD of BTC at 90,000 on 0.5 BTC; a maker on the other side with 10 BTC.
  func stage(maker role: String = "position") throws {
    let market = try write("start.json", Self.market(90_000, minute: 0))
    for (owner, pool, wallet, fund) in [("anna", "long", "1", "0.5"), ("mm", "maker", "20", "10")] {
      try good(["owner", owner, "--key", "o-\(owner)"])
      try good(["deposit", owner, "\(wallet) BTC", "--key", "d-\(owner)"])
      try good(
        ["open", pool, "--owner", owner, "--asset", "BTC", "--key", "p-\(owner)"]
          + (pool == "maker" ? ["--role", role] : []))
      try good(["fund", pool, "\(fund) BTC", "--key", "f-\(owner)"])
    }
    for (pool, size) in [("long", "138000"), ("maker", "-138000")] {
      try good([
        "trade", pool, "BTC-PERPETUAL", "--size", size, "--price", "90000", "--key", "t-\(pool)",
        "--market", market, "--at", "market",
      ])
    }
  }
}
