import ArgumentParser
import Foundation
import FulcrumLedger
import FulcrumModel
import FulcrumStore
import FulcrumWire

/// What every command that changes a store takes.
struct WriteOptions: ParsableArguments {
  @OptionGroup var store: StoreOptions
  @OptionGroup var market: MarketOptions
  @Option(
    help: """
      Key of the command: the same key twice is one command. Made and printed where absent; give it \
      again to repeat safely.
      """)
  var key: String?
  @Option(
    help:
      "Instant of the command: ISO 8601 UTC, epoch, or `market` for the market's (default: now).")
  var at: String?
  @Flag(help: "Show what would happen, before and after, and change nothing.") var dryRun = false

  /// - Throws: a usage error for a key that is none.
  func commandID() throws -> CommandID {
    guard let key else { return Self.madeKey() }
    guard let id = CommandID(key) else {
      throw ValidationError("--key \"\(key)\": give 1 to 64 printable characters without spaces")
    }
    return id
  }

  private static func madeKey() -> CommandID {
    var generator = SystemRandomNumberGenerator()
    let number: UInt64 = generator.next()
    let digits = String(number, radix: 16)
    let text = "k-" + String(repeating: "0", count: 16 - digits.count) + digits
    guard let id = CommandID(text) else { preconditionFailure("key \(text) is not printable") }
    return id
  }

  /// As it was given; nil where none was.
  func instant(_ market: MarketInput?) throws -> Timestamp? {
    guard let at else { return nil }
    if at == "market" {
      guard let market else {
        throw ValidationError(
          "--at market needs --market FILE: a store keeps the digest of a market, not the market, "
            + "and what happens at its instant is judged by it; give the file that the ledger was "
            + "marked with, or the instant itself")
      }
      return market.snapshot.asOf
    }
    return try ReportValuationOptions.instant(at)
  }

  static var now: Timestamp {
    Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
  }
}
