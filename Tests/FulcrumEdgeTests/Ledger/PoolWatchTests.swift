import Foundation
import FulcrumLedger
import FulcrumModel
import FulcrumStore
import Testing

@testable import FulcrumWire

/// A stream of markets and what the pools make of it.
@Suite struct PoolWatchTests {
  private static let falling = [90_000, 84_000, 78_000, 72_000, 68_500, 68_300, 66_000]

  private static var lines: [String] {
    falling.enumerated().map { PoolProgram.market($1, minute: 1 + $0) }
  }

  @Test func aFallingMarketLiquidatesAndNobodyElsePays() throws {
    try PoolProgram.with { program in
      try program.stage()
      let run = try program.good(
        ["watch", "--format", "json"], input: Self.lines.joined(separator: "\n"))
      let objects = try run.lines.map { try JSONObject(text: $0) }
      let results = objects.filter { $0["format"] == .string("fulcrum.watch") }
      #expect(results.map { $0["result"]?.string } == Array(repeating: "marked", count: 7))
      let kinds = objects.compactMap { $0["kind"]?.string }
      // 68,581 is where E = M: at 68,500 it is short; what is left is closed or recovers.
      let began = try #require(objects.first { $0["kind"] == .string("liquidationBegan") })
      #expect(began["at"] == .string("2026-11-21T08:05:00Z"))
      #expect(kinds.contains("liquidated") || kinds.contains("backstopped"))
      let store = try program.opened()
      let book = try #require(store.ledger.book(.btc))
      #expect(book.sum == 0)
      #expect(book.shortfall == 0)
      #expect(store.ledger.wallet(OwnerID(1), .btc) == 1_000_000_000)
      #expect(try program.ledger(["audit"]).status == 0)
    }
  }

  @Test func aStreamGivenAgainChangesNothing() throws {
    try PoolProgram.with { program in
      try program.stage()
      let input = Self.lines.joined(separator: "\n") + "\n"
      try program.good(["watch"], input: Self.lines.prefix(3).joined(separator: "\n"))
      let whole = try program.good(["watch"], input: input)
      #expect(whole.lines.filter { $0.contains("  known  ") }.count == 3)
      let digest = try program.digest()
      let again = try program.good(["watch"], input: input)
      #expect(again.lines.allSatisfy { $0.contains("  known  ") })
      #expect(try program.digest() == digest)
    }
  }

  @Test func whatIsNoMarketIsReportedAndPassedOver() throws {
    try PoolProgram.with { program in
      try program.stage()
      let input = [
        Self.lines[0], "{oops", #"{"format":"fulcrum.market","version":9}"#, "", Self.lines[1],
        Self.lines[0], PoolProgram.market(80_000, minute: 0),
      ]
      let run = try program.run(["watch"], input: input.joined(separator: "\n"))
      #expect(run.status == 2)
      let words = run.lines.filter { !$0.hasPrefix("  ") }.map {
        $0.split(separator: " ", omittingEmptySubsequences: true)
      }
      #expect(run.lines.contains { $0.contains("bad  standard input:2") })
      #expect(run.lines.contains { $0.contains("bad  standard input:3") })
      #expect(run.lines.contains { $0.contains("known  standard input:6") })
      #expect(run.lines.contains { $0.contains("late  standard input:7") })
      #expect(words.count == 6)
      #expect(
        run.errors.contains("2 markets marked, 1 known already, 1 older than the last, 2 not"))
    }
  }

  @Test func aFolderByNameByTimeAndLatest() throws {
    try PoolProgram.with { program in
      try program.stage()
      let folder = program.path("markets")
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false)
      // Names in the other order than time.
      for (name, line) in [("c", 0), ("b", 1), ("a", 2)] {
        try program.write("markets/\(name).json", Self.lines[line])
      }
      try program.write("markets/.hidden", "x")
      try program.write("markets/d.json.tmp", "x")
      let time = try program.run(["watch", "--folder", folder, "--once", "--by", "time"])
      #expect(time.status == 0)
      let order = time.lines.filter { $0.contains("marked") }.map { $0.suffix(6) }
      #expect(order == ["c.json", "b.json", "a.json"])
      try program.write("markets/e.json", Self.lines[3])
      try program.write("markets/f.json", Self.lines[4])
      let latest = try program.run(["watch", "--folder", folder, "--once", "--latest"])
      #expect(latest.lines.filter { $0.contains("marked") }.count == 1)
      #expect(latest.output.contains("f.json"))
      let name = try program.run(["watch", "--folder", folder, "--once"])
      #expect(name.output.contains("late  e.json"))
    }
  }

  @Test func readingWorksBesideAWriterAndASecondWriterWaits() throws {
    try PoolProgram.with { program in
      try program.stage()
      let writer = try LedgerStore(opening: program.store)
      let listed = try program.run(["list", "--market", program.path("start.json")])
      #expect(listed.status == 0)
      #expect(listed.output.contains("long") && listed.output.contains("maker"))
      let second = try program.run(["deposit", "anna", "1 BTC"])
      #expect(second.status == 1)
      #expect(second.errors.contains("another writer is at work"))
      let dry = try program.run(["deposit", "anna", "1 BTC", "--dry-run"])
      #expect(dry.status == 0)
      try writer.close()
      try program.good(["deposit", "anna", "1 BTC"])
    }
  }

  /// The first market is answered, then the program is asked to end while it waits for more.
  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalEndsAfterThePresentMarket(_ signal: Int32) throws {
    try PoolProgram.with { program in
      try program.stage()
      let process = Process()
      process.executableURL = try Program.location()
      process.arguments = ["pool", "watch", "--store", program.store]
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      try input.fileHandleForWriting.write(contentsOf: Data((Self.lines[0] + "\n").utf8))
      // Half a line is no market: it is left.
      try input.fileHandleForWriting.write(contentsOf: Data("{\"format\"".utf8))
      let answer = output.fileHandleForReading.availableData
      #expect(String(decoding: answer, as: UTF8.self).contains("marked  standard input:1"))
      kill(process.processIdentifier, signal)
      // Nothing more ever comes: only the signal can end it.
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 0)
      #expect(try program.opened().ledger.marketAsOf != nil)
      #expect(try program.ledger(["audit"]).status == 0)
    }
  }

  /// The real chain of a day, where the shared data is present: every pool keeps its own.
  @Test(.enabled(if: SharedData.isPresent, "the shared data folder is absent: set FULCRUM_SHARED"))
  func realChainsInTheOrderOfTheirTime() throws {
    try PoolProgram.with { program in
      let names = [
        "deribit_btc_eth_book_20260204T213308Z.csv.gz",
        "deribit_btc_eth_book_20260205T042952Z.csv.gz",
        "deribit_btc_eth_book_20260205T155132Z.csv.gz",
        "deribit_btc_eth_book_20260205T212937Z.csv.gz",
      ]
      let folder = program.path("chains")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      for name in names {
        try FileManager.default.copyItem(
          atPath: SharedData.path("chains/\(name)"), toPath: "\(folder)/\(name)")
      }
      let then = ["--at", "2026-02-04T21:33:08Z"]
      for owner in ["anna", "mm"] {
        try program.good(["owner", owner] + then)
        try program.good(["deposit", owner, "20 BTC"] + then)
        try program.good(["open", "\(owner)-puts", "--owner", owner, "--asset", "BTC"] + then)
        try program.good(["fund", "\(owner)-puts", owner == "anna" ? "0.2 BTC" : "20 BTC"] + then)
      }
      let snapshot = MarketDocument.parse(
        try InputFile.read("\(folder)/\(names[0])")
      ).value
      let quote = try #require(
        snapshot.quotes.values.filter {
          guard case .option(.put, _, let expiry) = $0.instrument.kind else { return false }
          return $0.instrument.base == .btc
            && expiry.milliseconds - snapshot.asOf.milliseconds
              > 20 * 86_400_000
            && $0.bid != nil && $0.ask != nil && $0.mark != nil
        }.min { $0.instrument.id < $1.instrument.id })
      let price = try #require(quote.mark).description
      for (owner, size) in [("anna", "-1"), ("mm", "1")] {
        try program.good(
          [
            "trade", "\(owner)-puts", quote.instrument.id.name, "--size", size, "--price", price,
            "--recorded",
          ] + then)
      }
      let run = try program.run(["watch", "--folder", folder, "--once"])
      #expect(run.lines.filter { $0.contains("  marked  ") }.count == names.count)
      let store = try program.opened()
      #expect(store.ledger.book(.btc)?.sum == 0)
      #expect(store.ledger.marketAsOf != nil)
      #expect(try program.ledger(["audit"]).status == 0)
    }
  }
}
