import Foundation
import FulcrumModel
import Testing

@testable import FulcrumWire

/// Damaged files: whatever is cut or flipped, the readers come back, with a value or with an issue.
@Suite struct BookMutationTests {
  static let names = [
    "deribit_positions.json", "ccxt_positions.json", "okx_positions.json", "derive_positions.json",
    "fulcrum_book.json", "fulcrum_book.csv", "pools.json", "pools.csv", "collateral.csv",
    "collateral.json", "account_summaries.json", "paper_book.json",
  ]

  @Test(arguments: names)
  func truncatedFilesAreSurvived(_ name: String) throws {
    let whole = try BookFixture.file(name).bytes
    for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 97)) {
      let input = InputBytes(whole.prefix(length), source: name)
      let remarks = Self.readAll(input)
      #expect(!remarks.isEmpty, "\(name) cut to \(length) bytes went unremarked")
    }
  }

  @Test(arguments: names, [UInt64(1), 2, 3])
  func flippedBytesAreSurvived(_ name: String, _ seed: UInt64) throws {
    let whole = try BookFixture.file(name).bytes
    var random = SplitMix64(state: seed)
    for _ in 0..<100 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[bytes.startIndex + place] = UInt8.random(in: .min ... .max, using: &random)
      }
      for issue in Self.readAll(InputBytes(bytes, source: name)) {
        #expect(!issue.seen.isEmpty && !issue.allowed.isEmpty && !issue.fix.isEmpty)
      }
    }
  }

  /// Every reader over one input, and the whole way to pools.
  static func readAll(_ input: InputBytes) -> [FulcrumWire.Issue] {
    let book = BookDocument.parse(input)
    let pools = PoolsDocument.parse(input)
    let collateral = CollateralDocument.parse(input)
    let poolings: [Pooling] = [.eachLeg, .byExpiry, .byUnderlying, .file(pools.value)]
    let made = poolings.flatMap {
      BookAssembly.book(book.value, pooling: $0, collateral: collateral.value).issues
    }
    return book.issues + pools.issues + collateral.issues + made
  }
}
