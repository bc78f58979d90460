import Foundation
import Testing

@testable import FulcrumWire

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The built program's `surface` on the demo market and on bad input.
@Suite struct SurfaceCommandTests {
  private func demo(_ more: String...) throws -> Program.Run {
    let market = Repository.root.appendingPathComponent("Demo/market.json").path
    return try Program.run(["surface", "--market", market] + more)
  }

  private func expiries(_ json: JSONObject) -> [JSONObject] {
    (json["surfaces"]?.array ?? []).compactMap(\.object)
      .flatMap { $0["expiries"]?.array ?? [] }.compactMap(\.object)
  }

  @Test func theTableIsWithinItsColumns() throws {
    for width in [80, 140] {
      let run = try demo("--width", "\(width)")
      #expect(run.lines.allSatisfy { $0.count <= width })
      #expect(!run.output.contains("\u{1B}"))
      for said in ["BTC, coin-settled", "RMSE", "svi", "Left out", "g min: least density"] {
        #expect(run.output.contains(said), "\(width): \(said)")
      }
    }
  }

  @Test func jsonAndCSVSayTheSame() throws {
    let json = try JSONObject(text: demo("--format", "json").output)
    #expect(json["format"] == .string("fulcrum.surface") && json["version"] == .number(2))
    let rows = expiries(json)
    let csv = try demo("--format", "csv").output.split(separator: "\r\n")
    #expect(csv.count == rows.count + 1 && rows.count > 4)
    #expect(String(csv[0]) == SurfaceCSV.header.joined(separator: ","))
    var fitted = 0
    for row in rows where row["model"]?.string == "svi" {
      fitted += 1
      #expect(row["arbitrage"] == .string("none"))
      #expect(try row.double("densityMinimum") >= 0)
      #expect(try row.double("leeSlope") <= 2)
      let parameters = try #require(row["parameters"]?.object)
      #expect(parameters.names == ["a", "b", "rho", "m", "sigma"])
      #expect(row["quotes"]?.array?.isEmpty == false)
      let forward = try row.double("forward")
      #expect(csv.contains { $0.contains("\(forward)") })
    }
    #expect(fitted > 2)
  }

  /// Every number of the document has its row in `explain`, and every row its number.
  @Test func everyKeyIsExplained() throws {
    let json = try JSONObject(text: demo("--format", "json").output)
    let keys = Set(expiries(json).flatMap(\.names))
    for entry in Glossary.surfaceReport where !entry.name.contains(".") {
      #expect(keys.contains(entry.name), "\(entry.name)")
    }
    for key in ["atmVol", "atmSkew", "fitError", "fitBound", "densityMinimum", "rejected.crossed"] {
      #expect(Glossary.entry(named: key) != nil, "\(key)")
    }
  }

  @Test func thePageIsOneFileAndSound() throws {
    let page = try demo("--format", "html").output
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.utf8.count < 1_000_000)
    #expect(!page.contains("http://") && !page.contains("https://"))
    #expect(page.contains("<title>Volatility surface, ") && page.contains("class=\"bar\""))
    let reader = XMLParser(data: Data(page.utf8))
    #expect(reader.parse(), "\(String(describing: reader.parserError))")
  }

  @Test func badInputIsAnswered() throws {
    let missing = try Program.run(["surface", "--market", "/nowhere/chain.csv"])
    #expect(missing.status == 1 && missing.errors.contains("/nowhere/chain.csv"))
    let coin = try demo("--coin", "BTX")
    #expect(coin.status == 1 && coin.errors.contains("did you mean BTC?"))
    let empty = try Program.run(["surface", "--market", "-"], input: Array("{}".utf8))
    #expect(empty.status == 1 && !empty.errors.isEmpty)
    let usage = try Program.run(["surface"])
    #expect(usage.status == 64)
    // Quotes of the wrong day: everything is stale, nothing is fitted, and the page says so.
    let late = try demo("--as-of", "2026-11-21T08:05:00Z", "--format", "json")
    #expect(late.status == 1 && late.output.contains("\"stale\""))
    #expect(late.errors.contains("none with a smile"))
    let past = try demo("--as-of", "2030-01-01T00:00:00Z")
    #expect(past.status == 1 && past.errors.contains("all past at 2030-01-01T00:00:00"))
  }
}
