import Foundation
import FulcrumLedger
import FulcrumModel
import FulcrumStore

/// A folder for one test, gone when the test is.
final class Workshop {
  let folder: String

  init() {
    var pattern = Array((NSTemporaryDirectory() + "/fulcrum-store-XXXXXX").utf8CString)
    precondition(mkdtemp(&pattern) != nil, "no temporary folder: \(errno)")
    folder = String(decoding: pattern.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String = "ledger.fulcrum") -> String { folder + "/" + name }
}

enum Sample {
  static let usdc = asset("USDC", 6)
  static let start = Timestamp(milliseconds: 1_763_000_000_000)

  static func asset(_ code: String, _ decimals: UInt8) -> Asset {
    guard let asset = Asset(code, decimals: decimals) else { preconditionFailure("asset \(code)") }
    return asset
  }

  static func dollars(_ amount: Int128) -> Money {
    Money(minorUnits: amount * 1_000_000, asset: usdc)
  }

  static func command(_ number: UInt64, _ action: Command.Action) -> Command {
    Command(
      id: CommandID("c", number), issuedAt: start.adding(milliseconds: Int64(number)),
      action: action)
  }

  /// An owner with money and a pool.
  static let opening: [Command] = [
    command(1, .openOwner(name: "anna")),
    command(2, .deposit(OwnerID(0), dollars(1_000_000))),
    command(3, .openPool(PoolTerms(name: "carry", owner: OwnerID(0), asset: usdc))),
    command(4, .fund(PoolID(0), dollars(500))),
  ]

  /// Money to and fro: deposits with now and then a withdrawal that is too large.
  static func traffic(_ range: Range<UInt64>) -> [Command] {
    range.map { number in
      switch number % 5 {
      case 0: command(number, .fund(PoolID(0), dollars(1)))
      case 1: command(number, .release(PoolID(0), dollars(1)))
      case 2: command(number, .withdraw(OwnerID(0), dollars(1_000_000_000)))
      case 3: command(number, .deposit(OwnerID(0), dollars(-1)))
      default: command(number, .deposit(OwnerID(0), dollars(2)))
      }
    }
  }
}

/// What a call is refused with; nil where it succeeds.
func refusal<Value>(_ body: () throws(StoreError) -> Value) -> StoreError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

struct Unexpected: Error, CustomStringConvertible {
  let description: String
  init(_ seen: StoreError?) { description = seen.map { "\($0)" } ?? "nothing was refused" }
}
