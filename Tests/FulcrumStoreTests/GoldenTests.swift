import Foundation
import FulcrumLedger
import FulcrumStore
import FulcrumTestKit
import Testing

/// A journal of every release replays to the same ledger for ever. `fulcrum-sim golden` wrote them; a
/// release adds its own and changes none that is there.
@Suite("Golden journals")
struct GoldenTests {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden")

  static let releases: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? [])
    .filter { !$0.hasPrefix(".") }.sorted()

  @Test("There are some")
  func some() { #expect(!Self.releases.isEmpty) }

  @Test("The journal of a release replays to its digests", arguments: releases)
  func replays(release: String) throws {
    let shop = Workshop()
    let folder = Self.root.appendingPathComponent(release)
    try FileManager.default.copyItem(
      atPath: folder.appendingPathComponent("journal.sqlite").path, toPath: shop.path())
    let text = try String(contentsOf: folder.appendingPathComponent("digests.txt"), encoding: .utf8)
    let told = Dictionary(
      uniqueKeysWithValues: text.split(separator: "\n").map { line in
        let words = line.split(separator: " ", maxSplits: 1)
        return (String(words[0]), String(words[1]))
      })

    let store = try LedgerStore(opening: shop.path())
    #expect(store.warnings.isEmpty)
    #expect("\(store.digest())" == told["ledger"])
    #expect("\(try store.replay().digest)" == told["ledger"])
    let report = try store.audit()
    #expect(report.isSound, "\(report)")
    #expect("\(report.hash)" == told["chain"])
    #expect("\(report.events)" == told["events"])
    #expect("\(report.commands)" == told["commands"])
    #expect(report.snapshots == 1)

    var facts: Set<String> = []
    var events = try store.events()
    while let event = try events.next() { facts.insert(event.event.fact.name) }
    #expect(facts.sorted().joined(separator: " ") == told["facts"])
  }
}
