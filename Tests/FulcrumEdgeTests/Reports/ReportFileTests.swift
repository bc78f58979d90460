import Foundation
import FulcrumModel
import Testing

@testable import FulcrumRisk
@testable import FulcrumWire

@Suite("Report as JSON") struct ReportJSONTests {
  private func document() throws -> [String: Any] {
    let bytes = ReportJSON.render(try ReportSample.contents())
    let object = try JSONSerialization.jsonObject(with: Data(bytes))
    return try #require(object as? [String: Any])
  }

  private func pools() throws -> [[String: Any]] {
    let document = try document()
    return try #require(document["pools"] as? [[String: Any]])
  }

  @Test("it is JSON of the format and version it says")
  func format() throws {
    let document = try document()
    #expect(document["format"] as? String == "fulcrum.report")
    #expect(document["version"] as? Int == 2)
    #expect(document["asOf"] as? String == "2026-11-22T12:00:00Z")
    #expect(document["marketAgeMilliseconds"] as? Int == 93_000)
    #expect(document["whole"] as? Bool == false)
    let issues = try #require(document["issues"] as? [[String: Any]])
    #expect(issues.first?["line"] as? Int == 14)
  }

  @Test("every documented field appears, and every field is documented")
  func documented() throws {
    let documented = try ReportReference.names(under: "## JSON")
    var seen: Set<String> = []
    Self.collect(try document(), into: &seen)
    let offered = ReportJSON.render(try ReportSample.offered())
    Self.collect(try JSONSerialization.jsonObject(with: Data(offered)), into: &seen)
    #expect(seen.subtracting(documented).sorted() == [], "fields without documentation")
    #expect(documented.subtracting(seen).sorted() == [], "documented, never written")
  }

  /// Names of members, those of dictionaries by code (reasons) left out.
  private static func collect(_ value: Any, into names: inout Set<String>) {
    if let object = value as? [String: Any] {
      for (name, member) in object {
        names.insert(name)
        if name != "reasons" { collect(member, into: &names) }
      }
    } else if let list = value as? [Any] {
      for element in list { collect(element, into: &names) }
    }
  }

  @Test("every definition is one that `fulcrum explain` knows")
  func definitions() throws {
    var names: Set<String> = []
    for part in String(decoding: ReportJSON.render(try ReportSample.contents()), as: UTF8.self)
      .components(separatedBy: "\"definition\": \"").dropFirst()
    {
      names.insert(String(part.prefix { $0 != "\"" }))
    }
    #expect(names.count > 20)
    #expect(names.filter { Glossary.entry(named: $0) == nil } == [])
  }

  @Test("amounts are exact strings, rounded against overstating safety; ratios read back the same")
  func amounts() throws {
    let contents = try ReportSample.contents()
    let measures = try #require(contents.report.pools[0].measures)
    let pools = try pools()
    let pool = try #require(pools.first)
    let equityText = try #require(pool["equity"] as? String)
    let lossText = try #require(pool["maxLoss"] as? String)
    let equity = try #require(ExactDecimal(equityText))
    let loss = try #require(ExactDecimal(lossText))
    let maxLoss = try #require(measures.maxLoss.finite)
    #expect(equity.scale <= 8 && equity.doubleValue <= measures.equity)
    #expect(measures.equity - equity.doubleValue < 1e-8)
    #expect(loss.doubleValue >= maxLoss)
    let headline = try #require(pool["leverage"] as? [String: Any])
    #expect(headline["value"] as? Double == measures.deltaLeverage.finite)
    #expect(headline["direction"] as? String == "long")
    #expect(headline["definition"] as? String == "deltaLeverage")
  }

  @Test("unlimited loss is \"inf\", unknown collateral null with its reason")
  func absences() throws {
    let pools = try pools()
    let strangle = try #require(pools.first { $0["id"] as? String == "strangle" })
    #expect(strangle["maxLoss"] as? String == "inf")
    let naked = try #require(pools.first { ($0["id"] as? String)?.hasPrefix("naked") == true })
    #expect(naked["capitalAtRisk"] is NSNull)
    #expect(naked["status"] as? String == "unknownCollateral")
    let headline = try #require(naked["leverage"] as? [String: Any])
    #expect(headline["value"] is NSNull)
    #expect(headline["reason"] as? String == "unknownCollateral")
    let reasons = try #require(naked["reasons"] as? [String: String])
    #expect(reasons["unknownCollateral"] == Absence.unknownCollateral.explanation)
    let lost = try #require(pools.first { $0["id"] as? String == "lost" })
    #expect(lost["status"] as? String == "notValued")
    #expect((lost["problems"] as? [String])?.count == 1)
  }

  @Test("names with quotes, newlines and control characters survive")
  func escaping() throws {
    let name = "a\"b\\c\nd\u{1}é😀<script>"
    let pool = try ReportSample.pool(
      name, strategy: nil, cash: nil, basis: .premiumOnly,
      [SampleLeg(name: "BTC-27NOV26-66000-C", contracts: 1, forward: 60_010, volatility: 0.5)])
    let bytes = ReportJSON.render(ReportContents(report: ReportSample.report([pool])))
    let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let pools = try #require(object?["pools"] as? [[String: Any]])
    #expect(pools[0]["id"] as? String == name)
  }
}

@Suite("Report as CSV") struct ReportCSVTests {
  /// RFC 4180, read by a parser of the tests' own.
  static func rows(_ bytes: [UInt8]) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var quoted = false
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      let next = place + 1 < bytes.count ? bytes[place + 1] : 0
      if quoted, byte == 0x22, next == 0x22 {
        field.append(byte)
        place += 1
      } else if byte == 0x22 {
        quoted.toggle()
      } else if !quoted, byte == 0x2C || (byte == 0x0D && next == 0x0A) {
        row.append(String(decoding: field, as: UTF8.self))
        field = []
        if byte == 0x0D {
          rows.append(row)
          row = []
          place += 1
        }
      } else {
        field.append(byte)
      }
      place += 1
    }
    return rows
  }

  @Test("a row a pool and a row a leg, all as long as the header, none of it undocumented")
  func shape() throws {
    let contents = try ReportSample.contents()
    let rows = Self.rows(ReportCSV.render(contents))
    let legs = contents.report.pools.reduce(0) { $0 + $1.legs.count }
    #expect(rows.count == 1 + contents.report.pools.count + legs)
    #expect(rows.allSatisfy { $0.count == ReportCSV.header.count })
    #expect(rows[0] == ReportCSV.header)
    #expect(Set(ReportCSV.header).count == ReportCSV.header.count)
    let documented = try ReportReference.names(under: "## CSV")
    #expect(documented.symmetricDifference(ReportCSV.header).sorted() == [])
  }

  @Test("numbers are plain: they read back as the report's own")
  func numbers() throws {
    let contents = try ReportSample.contents()
    let rows = Self.rows(ReportCSV.render(contents))
    func column(_ name: String) throws -> Int {
      try #require(ReportCSV.header.firstIndex(of: name))
    }
    let measures = try #require(contents.report.pools[0].measures)
    #expect(Double(rows[1][try column("leverage_ratio")]) == measures.deltaLeverage.finite)
    #expect(rows[1][try column("record")] == "pool")
    #expect(rows[2][try column("record")] == "leg")
    #expect(rows[2][try column("contracts_signed")] == "40")
    let short = try #require(rows.first { $0[2] == "short strangle" && $0[0] == "leg" })
    #expect(short[try column("contracts_signed")] == "-4")
    #expect(!rows.joined().contains { ["nan", "-nan"].contains($0.lowercased()) })
  }

  @Test(
    "text that a spreadsheet would run is defused; quotes and line ends survive",
    arguments: ["=1+2", "+A1", "-cmd|' /C calc'!A0", "@SUM(1)", "\tx", "a,\"b\"\r\nc"])
  func formulas(name: String) throws {
    let pool = try ReportSample.pool(
      name, strategy: name, cash: nil, basis: .premiumOnly,
      [SampleLeg(name: "BTC-27NOV26-66000-C", contracts: 1, forward: 60_010, volatility: 0.5)])
    let rows = Self.rows(
      ReportCSV.render(ReportContents(report: ReportSample.report([pool]))))
    let isFormula = name.first.map { "=+-@\t".contains($0) } ?? false
    #expect(rows[1][1] == (isFormula ? "'" + name : name))
    #expect(rows[1][2] == rows[1][1])
  }
}

@Suite("Sorting and filtering of a report") struct ReportViewTests {
  private func ids(_ view: ReportView) throws -> [String] {
    view.pools(of: try ReportSample.contents().report).map(\.id)
  }

  @Test("the report's own order stands unless another is asked for")
  func order() throws {
    #expect(try ids(ReportView()).first == "weekly-calls")
    let unsorted = try ids(ReportView())
    #expect(try ids(ReportView(sort: [.id])) == unsorted.sorted())
    #expect(try ids(ReportView(sort: [.leverage])).prefix(2) == ["weekly-calls", "call-spread"])
    #expect(try ids(ReportView(sort: [.liquidation])).first == "call-spread")
    #expect(try ids(ReportView(sort: [.capital])).first == "strangle")
    for key in ReportSort.allCases {
      #expect(try ids(ReportView(sort: [key])).count == 7, "\(key) loses pools")
    }
  }

  @Test(
    "terms of a filter",
    arguments: [
      ("", 7), ("strangle", 1), ("BTC-27NOV26", 2), ("leverage>5", 2), ("underlying=ETH", 2),
      ("currency=usdc", 1), ("leverage>5 underlying=ETH", 1), ("leverage>5,strangle", 0),
      ("liquidation<=0", 1), ("capital>=40000", 2), ("status=notvalued", 1),
    ])
  func filter(text: String, count: Int) throws {
    #expect(try ids(ReportView(filter: try ReportFilter(text))).count == count)
  }

  @Test(
    "a filter that cannot be read says what is allowed", arguments: ["lever>1", "delta>x", "id>3"])
  func refused(text: String) {
    let issue = #expect(throws: Issue.self) { try ReportFilter(text) }
    #expect(issue?.source == "--filter" && issue?.allowed.isEmpty == false)
  }
}

/// The field names that docs/reference/report-files.md documents, in backquotes in the first column
/// of its tables.
enum ReportReference {
  static func names(under heading: String) throws -> Set<String> {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let path = root.appendingPathComponent("docs/reference/report-files.md")
    let text = try String(contentsOf: path, encoding: .utf8)
    var names: Set<String> = []
    var isInside = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix("## ") { isInside = line.hasPrefix(heading) }
      guard isInside, line.hasPrefix("| `") else { continue }
      let cell = line.dropFirst(2).prefix { $0 != "|" }
      for (place, part) in cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      where !place.isMultiple(of: 2) {
        names.insert(String(part))
      }
    }
    return names
  }
}
