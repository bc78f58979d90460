import ArgumentParser
import Foundation
import FulcrumStore
import FulcrumWire

/// What the program tells its caller at the end; the only list of exit codes.
enum ExitStatus: Int32, CaseIterable {
  case whole = 0
  case refused = 1
  case partial = 2
  case usage = 64

  var meaning: String {
    switch self {
    case .whole: "whole: everything was answered"
    case .refused: "refused or failed: nothing could be answered, or a check did not pass"
    case .partial: "partial: answered, except the lines or rows that say why not"
    case .usage: "usage: the command line is not understood"
    }
  }

  /// Ends the command with this status; what is to be said has been said.
  var exit: ExitCode { ExitCode(rawValue) }
}

/// A command that cannot do what was asked, with a line for each reason.
struct CommandRefusal: Error {
  let lines: [String]

  init(_ lines: [String]) { self.lines = lines }
  init(_ line: String) { self.init([line]) }
}

extension Fulcrum {
  /// The one place where errors become exit codes.
  ///
  /// ArgumentParser knows its own: help is 0, a command line that it refuses is 64, and an `ExitCode`
  /// is itself.
  static func finish(_ error: any Error, in command: (any ParsableCommand)? = nil) -> Never {
    switch error {
    case let usage as ValidationError:
      let help = (["fulcrum"] + words(of: command) + ["--help"]).joined(separator: " ")
      StandardError.say("Error: \(usage.message)\nSee '\(help)' for more information.")
      exit(withError: ExitStatus.usage.exit)
    case let refusal as CommandRefusal:
      for line in refusal.lines { StandardError.say("fulcrum: \(line)") }
      exit(withError: ExitStatus.refused.exit)
    case let refusal as CalculationRefusal:
      for issue in refusal.issues { StandardError.say("fulcrum: \(issue)") }
      exit(withError: ExitStatus.refused.exit)
    case let refusal as StoreError:
      StandardError.say("fulcrum: \(refusal)")
      exit(withError: ExitStatus.refused.exit)
    case is BrokenPipe:
      exit(withError: ExitStatus.whole.exit)
    case let error as CocoaError:
      StandardError.say("fulcrum: \(error.localizedDescription)")
      exit(withError: ExitStatus.refused.exit)
    default:
      exit(withError: error)
    }
  }

  /// `pool fund`: how a command is called.
  private static func words(of command: (any ParsableCommand)?) -> [String] {
    guard let command, let name = type(of: command).configuration.commandName else { return [] }
    for group in [PoolCommand.configuration, LedgerCommand.configuration]
    where group.subcommands.contains(where: { $0 == type(of: command) }) {
      return [group.commandName, name].compactMap { $0 }
    }
    return [name]
  }
}
