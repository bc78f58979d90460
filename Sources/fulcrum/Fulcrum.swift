import ArgumentParser
import Foundation
import FulcrumNumerics
import FulcrumWire

@main
struct Fulcrum: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fulcrum", abstract: "Position-specific leverage for crypto derivatives.",
    discussion: """
      How levered is this position, what capital does it really put at risk, and where does it die, \
      on both sides? Account leverage cannot say; these commands do.

        fulcrum leverage --index 60000 --leg type=call,K=66000,days=7,vol=55%,qty=40
        fulcrum price --type call --forward 60000 --strike 66000 --days 7 --vol 55%
        fulcrum explain deltaLeverage

      FULCRUM_ISA names the kernel level, so that last bits can be reproduced elsewhere: swift, \
      portable, avx2 or avx512; without it the best of the processor runs.

      Exit codes: 0 whole, 2 partial (some lines or rows say why not), 1 refused or failed, \
      64 usage.
      """,
    version: ProductVersion.text,
    subcommands: [
      PriceCommand.self, ImpliedVolatilityCommand.self, LeverageCommand.self,
      LiquidationCommand.self, ReportCommand.self, SurfaceCommand.self, MarginCommand.self,
      PoolCommand.self, LedgerCommand.self, RegimeCommand.self, TargetCommand.self,
      PolicyCommand.self, BacktestCommand.self, ConsequencesCommand.self, HedgeCommand.self,
      VerifyCommand.self, ExplainCommand.self, AccuracyCommand.self, CapabilitiesCommand.self,
    ])

  static func main() {
    // A reader that goes away is reported by the write, which can end the run quietly.
    signal(SIGPIPE, SIG_IGN)
    do {
      try pinKernels()
      var command = try parseAsRoot(CommandLine.arguments.dropFirst().map(amountAsValue))
      do {
        try command.run()
      } catch {
        finish(error, in: command)
      }
    } catch {
      finish(error)
    }
  }

  /// `-1 BTC` is an amount and no option: behind a blank the parser takes it for the value that it is,
  /// and what reads amounts drops the blank.
  private static func amountAsValue(_ argument: String) -> String {
    guard argument.hasPrefix("-") else { return argument }
    let (number, currency) = ScalarText.split(amount: argument)
    guard number.contains(where: \.isNumber), currency.first?.isLetter == true else {
      return argument
    }
    return " " + argument
  }

  /// The one place where the environment decides about arithmetic.
  private static func pinKernels() throws {
    do {
      try KernelLevel.pin(named: ProcessInfo.processInfo.environment["FULCRUM_ISA"])
    } catch {
      throw ValidationError("FULCRUM_ISA: \(error)")
    }
  }
}
