import Foundation
import FulcrumPricing
import FulcrumWire

/// Price bars and funding rates; what is taken gives an outlook of numbers.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPrices(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = InputBytes(Data(bytes: start, count: count), source: "fuzz")
  _ = FundingDocument.parse(input)
  let parsed = PriceDocument.parse(input)
  guard let series = parsed.value else {
    precondition(!parsed.issues.isEmpty, "refused without a word")
    return 0
  }
  guard let settings = try? OutlookSettings(regime: .relative()) else { return 0 }
  for outlook in OutlookEngine.walk(series, settings: settings) {
    precondition(outlook.volatility.isFinite, "\(outlook)")
  }
  return 0
}
