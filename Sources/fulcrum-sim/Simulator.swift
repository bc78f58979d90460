import ArgumentParser

@main
struct Simulator: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fulcrum-sim", abstract: "Seeded trials of Fulcrum's own ledger.",
    subcommands: [CrashWriterCommand.self, CrashCheckCommand.self])
}
