import Foundation
import FulcrumModel
import FulcrumWire

/// Amounts, collateral tables and account summaries, against a book of a few legs.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCollateral(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = InputBytes(Data(bytes: start, count: count), source: "fuzz")
  let file = CollateralDocument.parse(input)
  precondition(file.value != nil || !file.issues.isEmpty, "nothing read and nothing said")
  assign(file)
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  if let amount = CollateralDocument.amount(text) {
    precondition(amount.value != nil || !amount.issues.isEmpty, "nothing read and nothing said")
    assign(amount)
  }
  return 0
}

private func assign(_ parsed: Parsed<CollateralDocument?>) {
  let table = """
    instrument,size
    BTC-PERPETUAL,50
    BTC-27SEP24-40000-C,-0.4
    SOL_USDC-30AUG24-125-C,20
    """
  let rows = BookDocument.parse(InputBytes(Data(table.utf8), source: "book")).value
  for pooling in [Pooling.eachLeg, .byUnderlying] {
    let book = BookAssembly.book(rows, pooling: pooling, collateral: parsed.value)
    precondition(book.value.legCount == 3, "collateral lost a leg")
    for pool in book.value.pools {
      switch pool.collateral {
      case .cash(let money), .equity(let money):
        precondition(money.asset == pool.currency, "\(money) in a pool of \(pool.currency)")
      case .unknown: break
      }
    }
    for issue in parsed.issues + book.issues {
      precondition(!issue.seen.isEmpty && !issue.allowed.isEmpty && !issue.fix.isEmpty, "\(issue)")
    }
  }
}
