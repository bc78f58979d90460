import Foundation
import Testing

@testable import FulcrumWire

/// docs/reference/margin.md shows what the program prints and takes.
@Suite struct MarginPageTests {
  /// The fenced blocks of the page, without their fences.
  private func blocks() throws -> [(language: String, lines: [String])] {
    var blocks: [(String, [String])] = []
    var open: (String, [String])?
    for line in try Repository.text("docs/reference/margin.md").split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.hasPrefix("```") {
        if let block = open { blocks.append(block) }
        open = open == nil ? (String(line.dropFirst(3)), []) : nil
      } else {
        open?.1.append(String(line))
      }
    }
    return blocks
  }

  @Test func theOutputShownIsTheRealOne() throws {
    var checked = 0
    for block in try blocks() where block.lines.first?.hasPrefix("fulcrum margin") == true {
      var command = block.lines[0]
      var shown = block.lines.dropFirst()
      while command.hasSuffix("\\"), let next = shown.popFirst() {
        command = command.dropLast() + next
      }
      let run = try Program.run(command.split(separator: " ").dropFirst().map(String.init))
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output == shown.joined(separator: "\n") + "\n", "\(command)")
      checked += 1
    }
    #expect(checked == 2)
  }

  @Test func theParametersShownAreTaken() throws {
    let shown = try #require(blocks().first { $0.language == "json" })
    let text = shown.lines.joined(separator: "\n")
    let parsed = VenueParametersDocument.parse(InputBytes(Data(text.utf8), source: "page"))
    #expect(parsed.value != nil, "\(parsed.issues)")
  }

  @Test func theJSONShownIsAPartOfTheRealOne() throws {
    let run = try Program.run([
      "margin", "--book", "Demo/book.json", "--market", "Demo/market.json", "--pool",
      "perp-long-3x", "--model", "deribit-standard", "--format", "json",
    ])
    let shown = try #require(
      blocks().first { $0.lines.first?.contains("\"liquidation\"") == true })
    let text = shown.lines.joined(separator: "\n")
    #expect(run.output.contains(text))
  }

  @Test func everyRuleIsOnThePage() throws {
    let page = try Repository.text("docs/reference/margin.md")
    for format in Capabilities.current.marginRules {
      #expect(page.contains("| `\(format.name)` |"), "\(format.name)")
    }
  }
}
