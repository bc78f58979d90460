import ArgumentParser
import FulcrumWire

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say what a number is: formula, inputs, unit, source.",
    discussion: """
      Names are those of reports (keys of JSON, columns of CSV, titles of tables) and of calculation \
      output. Without a name, all are listed.

        fulcrum explain deltaLeverage
        fulcrum explain "worst secant"
        fulcrum explain liquidationPrices --json
      """)

  @Argument(help: "A name of a report or of calculation output.") var name: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    guard let name else { return try list() }
    let entries = Glossary.entries(named: name)
    guard !entries.isEmpty else {
      let near = NearestName.of(name, among: Glossary.names)
      throw CommandRefusal(
        "explain: no number is called \"\(name)\"; "
          + (near.map { "did you mean \"\($0)\"?" } ?? "`fulcrum explain` lists all names"))
    }
    if json, entries.count == 1 { return try StandardOutput.say(entries[0].json) }
    if json { return try StandardOutput.say(Self.object(entries)) }
    try StandardOutput.say(entries.map(\.text).joined(separator: "\n\n"))
  }

  private func list() throws {
    if json {
      return try StandardOutput.say(Self.object(Glossary.all))
    }
    let width = Glossary.names.map(\.count).max() ?? 0
    for entry in Glossary.all {
      let name = entry.name.padding(toLength: width, withPad: " ", startingAt: 0)
      try StandardOutput.say("\(name)  \(entry.title)")
    }
  }

  private static func object(_ entries: [GlossaryEntry]) -> JSONObject {
    var object = JSONObject()
    object["entries"] = .array(entries.map { .object($0.json) })
    return object
  }
}
