import ArgumentParser
import FulcrumWire

struct CapabilitiesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capabilities", abstract: "Print version, rule sets, formats, build options.")

  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let capabilities = Capabilities.current
    try json
      ? StandardOutput.say(capabilities.json) : StandardOutput.say(capabilities.text)
  }
}
