import Foundation
package import FulcrumModel

/// Reads a market file of any documented layout, told by its content, never by its name.
///
/// Layouts and units: `docs/reference/market-files.md`. Every row is tried; what could not be used,
/// or is strange, is an issue with its line or path. Takes any bytes: it never traps.
package enum MarketDocument {
  /// - Parameter asOf: the instant of rows that carry none; the file's own instants win.
  /// - Returns: the snapshot, empty where nothing could be read, and every issue. Its `asOf` is the
  ///   newest instant in it, or 1970 where no instant is known (an instrument list alone).
  package static func parse(_ input: InputBytes, asOf: Timestamp? = nil) -> Parsed<MarketSnapshot> {
    var assembler = MarketAssembler(source: input.source, fallback: asOf)
    if let fault = input.textFault() {
      assembler.add([fault])
    } else {
      let start = input.bytes.lazy.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }.prefix(2)
      // A header in brackets, `[QUOTE_UNIXTIME], …`, is not a JSON list.
      let isHeader =
        start.last.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false
      switch start.first {
      case UInt8(ascii: "[") where isHeader: readTable(input, into: &assembler)
      case UInt8(ascii: "{") where isLines(input.bytes): readLines(input, into: &assembler)
      case UInt8(ascii: "{"), UInt8(ascii: "["): readReply(input, into: &assembler)
      default: readTable(input, into: &assembler)
      }
    }
    assembler.finish()
    return Parsed(assembler.snapshot, issues: assembler.issues)
  }

  // MARK: JSON

  private static func readReply(_ input: InputBytes, into assembler: inout MarketAssembler) {
    let parsed = JSONDocument.decode(MarketReply.self, from: input)
    assembler.add(parsed.issues)
    guard let reply = parsed.value else { return }
    take(reply, into: &assembler)
    if reply.isEmpty, parsed.issues.isEmpty, reply.refusal == nil {
      assembler.add([
        Issue(
          source: input.source, seen: reply.unused ?? "JSON without market rows",
          allowed: "a layout of docs/reference/market-files.md",
          fix: "give tickers, book summaries, an instrument list or a fulcrum.market document")
      ])
    }
  }

  private static func take(_ reply: MarketReply, into assembler: inout MarketAssembler) {
    let outer = assembler.fallback
    assembler.fallback = reply.asOf ?? outer
    for row in reply.rows where row.isListing { assembler.add(row) }
    for row in reply.rows where !row.isListing { assembler.add(row) }
    for index in reply.indices {
      assembler.add(index: index.price, of: index.code, at: index.asOf, "index.\(index.code)")
    }
    assembler.fallback = outer
    assembler.add(reply.unknown.map { $0.issue(source: assembler.source) })
    if let refusal = reply.refusal {
      assembler.add([
        Issue(
          source: assembler.source, seen: "a venue's \(refusal)", allowed: "a reply with data",
          fix: "ask the venue again")
      ])
    }
  }

  // MARK: JSON Lines

  /// Whether the first line is a whole object and another one follows.
  private static func isLines(_ bytes: Data) -> Bool {
    guard let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return false }
    let first = bytes[..<newline].last { ![0x20, 0x09, 0x0D].contains($0) }
    let next = bytes[newline...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return first == UInt8(ascii: "}") && next == UInt8(ascii: "{")
  }

  private static func readLines(_ input: InputBytes, into assembler: inout MarketAssembler) {
    assembler.isStream = true
    var unused: [String: Int] = [:]
    var number = 0
    for line in input.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard line.contains(where: { $0 > 0x20 }) else { continue }
      let parsed = JSONDocument.decode(
        MarketReply.self, from: Data(line), of: input, line: number)
      assembler.add(parsed.issues)
      guard var reply = parsed.value else { continue }
      for place in reply.rows.indices { reply.rows[place].place.line = number }
      take(reply, into: &assembler)
      if reply.isEmpty { unused[reply.unused ?? "other", default: 0] += 1 }
    }
    guard !unused.isEmpty else { return }
    let counts = unused.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    assembler.add([
      Issue(
        .warning, source: input.source,
        seen: "messages of other kinds: "
          + counts.joined(separator: ", "),
        allowed: "tickers, quotes and index prices", fix: "nothing; they are passed over")
    ])
  }

  // MARK: CSV

  private static func readTable(_ input: InputBytes, into assembler: inout MarketAssembler) {
    let opened = CSVTable.open(input)
    assembler.add(opened.issues)
    guard let table = opened.value else { return }
    guard let market = MarketTable(table) else {
      let names = table.header.prefix(8).joined(separator: ",").prefix(120)
      assembler.add([
        Issue(
          source: input.source, line: 1, seen: "the columns \(ScalarText.quoted(names))",
          allowed: "a layout of docs/reference/market-files.md",
          fix: "name the columns as one of them does")
      ])
      return
    }
    var rows = table.rows
    if rows.next() == nil {
      assembler.add([
        Issue(
          source: input.source, line: 1, seen: "a header without rows", allowed: "one row or more",
          fix: "check how the file was made")
      ])
    }
    market.read(into: &assembler)
  }
}
