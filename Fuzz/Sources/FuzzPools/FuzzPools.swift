import Foundation
import FulcrumModel
import FulcrumWire

/// Grouping files, against a book of a few legs.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPools(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = InputBytes(Data(bytes: start, count: count), source: "fuzz")
  let parsed = PoolsDocument.parse(input)
  for issue in parsed.issues {
    precondition(!issue.seen.isEmpty && !issue.allowed.isEmpty && !issue.fix.isEmpty, "\(issue)")
  }
  precondition(
    parsed.value.pools.values.allSatisfy { parsed.value.headers[$0] != nil }, "a pool without words"
  )
  let table = """
    instrument,size
    BTC-PERPETUAL,50
    BTC-27SEP24-40000-C,-0.4
    SOL_USDC-30AUG24-125-C,20
    """
  let rows = BookDocument.parse(InputBytes(Data(table.utf8), source: "book")).value
  precondition(rows.rows.count == 3, "\(rows)")
  let book = BookAssembly.book(rows, pooling: .file(parsed.value))
  precondition(book.value.legCount == 3 || !book.errors.isEmpty, "a leg went without a word")
  return 0
}
