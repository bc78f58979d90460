public import FulcrumLedger
import FulcrumModel

/// Commands for a store under trial: money to and fro, with refusals of both kinds among them.
public struct DiskTraffic {
  private var draws: SeededDraws
  private var issued: UInt64 = 0
  private let asset: Asset
  private static let start: Int64 = 1_763_000_000_000

  public init(seed: UInt64) {
    draws = SeededDraws(seed: seed)
    guard let asset = Asset("USDC", decimals: 6) else {
      preconditionFailure("USDC of 6 decimals is no asset")
    }
    self.asset = asset
  }

  /// The next commands; the first ones open four owners and eight pools.
  public mutating func next(_ count: Int) -> [Command] { (0..<count).map { _ in next() } }

  private mutating func next() -> Command {
    issued += 1
    return Command(
      id: CommandID("t", issued), issuedAt: Timestamp(milliseconds: Self.start + Int64(issued)),
      action: action(issued))
  }

  private mutating func action(_ number: UInt64) -> Command.Action {
    switch number {
    case 1...4: return .openOwner(name: "owner-\(number)")
    case 5...8: return .deposit(OwnerID(UInt32(number - 5)), dollars(1_000_000))
    case 9...16:
      let owner = OwnerID(UInt32(number % 4))
      return .openPool(PoolTerms(name: "pool-\(number)", owner: owner, asset: asset))
    default: break
    }
    let owner = OwnerID(UInt32(draws.below(4)))
    let pool = PoolID(UInt32(draws.below(8)))
    let amount = dollars(Int128(draws.below(2000)))
    switch draws.below(8) {
    case 0, 1: return .deposit(owner, amount)
    case 2: return .withdraw(owner, amount)
    case 3, 4: return .fund(pool, amount)
    case 5, 6: return .release(pool, amount)
    default: return .charge(pool, amount, .fee)
    }
  }

  private func dollars(_ amount: Int128) -> Money {
    Money(minorUnits: amount * 1_000_000, asset: asset)
  }
}
