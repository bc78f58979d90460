import Foundation
import FulcrumModel
import FulcrumWire

/// Books in every layout, JSON and tables: whatever comes in, what goes on is whole.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBook(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = InputBytes(Data(bytes: start, count: count), source: "fuzz")
  let parsed = BookDocument.parse(input)
  check(parsed.issues)
  precondition(
    !parsed.value.rows.isEmpty || !parsed.issues.isEmpty, "nothing read and nothing said")
  for row in parsed.value.rows {
    precondition(row.position.size.count != 0, "a flat leg: \(row)")
    precondition(row.position.contracts.isFinite, "\(row)")
  }
  for pooling in [Pooling.eachLeg, .byExpiry, .byUnderlying] {
    let book = BookAssembly.book(parsed.value, pooling: pooling)
    check(book.issues)
    precondition(book.value.legCount <= parsed.value.rows.count, "legs out of nowhere")
    for pool in book.value.pools {
      precondition(
        pool.positions.allSatisfy { $0.instrument.settlementAsset == pool.currency },
        "pool \(pool.id) mixes currencies")
    }
    let ids = book.value.pools.map(\.id)
    precondition(Set(ids).count == ids.count, "two pools of one id: \(ids)")
    let offered = StrategyRecognition.offers(in: book.value.pools).flatMap(\.pools)
    precondition(Set(offered).count == offered.count, "one leg offered twice: \(offered)")
  }
  return 0
}

private func check(_ issues: [Issue]) {
  for issue in issues {
    precondition(
      !issue.seen.isEmpty && !issue.allowed.isEmpty && !issue.fix.isEmpty, "\(issue)")
  }
}
