import Foundation
import FulcrumModel
import FulcrumWire

/// Market files in every layout, JSON, JSON Lines and tables.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMarket(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = InputBytes(Data(bytes: start, count: count), source: "fuzz")
  let parsed = MarketDocument.parse(input)
  for issue in parsed.issues {
    precondition(!issue.seen.isEmpty && !issue.allowed.isEmpty && !issue.fix.isEmpty, "\(issue)")
  }
  let market = parsed.value
  let isEmpty = market.quotes.isEmpty && market.indices.isEmpty && market.instruments.isEmpty
  precondition(!isEmpty || !parsed.issues.isEmpty, "nothing read and nothing said")
  for (id, quote) in market.quotes {
    precondition(quote.instrument.id == id, "\(id) holds \(quote.instrument.id)")
    precondition(quote.asOf <= market.asOf, "\(id) is newer than its snapshot")
    for volatility in [quote.markVolatility, quote.bidVolatility, quote.askVolatility] {
      precondition(volatility?.isFinite ?? true, "\(id): volatility \(volatility ?? 0)")
    }
  }
  return 0
}
