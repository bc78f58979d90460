import ArgumentParser
import FulcrumWire

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Writes a commented starting policy, or checks one.",
    discussion: """
        fulcrum policy init > policy.yaml
        fulcrum policy check policy.yaml

      Fields: docs/reference/policy.md.
      """,
    subcommands: [Init.self, Check.self])

  struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "init", abstract: "A commented policy to start from.")

    @Option(
      name: [.short, .customLong("output")], help: "Write to a file instead of the terminal.",
      completion: .file())
    var output: String?

    func run() throws { try OutputFile.write(Array(PolicyTemplate.text.utf8), to: output) }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Whether a policy can be used, and what it would allow a new long perpetual.")

    @Argument(help: "The policy, or - for standard input.", completion: .file()) var file: String

    func run() throws {
      let bytes = try CommandFiles.read(file)
      let book: PolicyBook
      do throws(YAMLRefusal) {
        book = try PolicyDocument.parse(bytes)
      } catch {
        throw CommandRefusal(error.issues.map(\.description))
      }
      try StandardOutput.write(Array(PolicyPreview.text(book, source: bytes.source).utf8))
    }
  }
}
