import ArgumentParser

@main
struct Fulcrum: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fulcrum", abstract: "Position-specific leverage for crypto derivatives.")
}
