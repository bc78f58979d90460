import ArgumentParser
import FulcrumWire

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say what a number is: formula, inputs, unit, source.",
    discussion: """
      Names are those of reports and of calculation output. Without a name, all are listed.

        fulcrum explain deltaLeverage
        fulcrum explain liquidationPrices --json
      """)

  @Argument(help: "A name of a report or of calculation output.") var name: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    guard let name else { return try list() }
    guard let entry = Glossary.entry(named: name) else {
      let near = NearestName.of(name, among: Glossary.names)
      throw CommandRefusal(
        "explain: no number is called \"\(name)\"; "
          + (near.map { "did you mean \"\($0)\"?" } ?? "`fulcrum explain` lists all names"))
    }
    try json ? StandardOutput.say(entry.json) : StandardOutput.say(entry.text)
  }

  private func list() throws {
    if json {
      var object = JSONObject()
      object["entries"] = .array(Glossary.all.map { .object($0.json) })
      return try StandardOutput.say(object)
    }
    let width = Glossary.names.map(\.count).max() ?? 0
    for entry in Glossary.all {
      let name = entry.name.padding(toLength: width, withPad: " ", startingAt: 0)
      try StandardOutput.say("\(name)  \(entry.title)")
    }
  }
}
