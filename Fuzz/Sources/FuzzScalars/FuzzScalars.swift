import FulcrumModel

/// Decimals and instants: what is read prints as a text that reads back as the same value.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzScalars(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  if let value = ExactDecimal(text) {
    precondition(ExactDecimal(value.description) == value, "\(text) prints as \(value)")
    precondition(value.doubleValue.isFinite, "\(text) is \(value.doubleValue)")
    precondition(-(-value) == value && !(value < value), "\(text)")
    for rounding in Rounding.allCases { _ = value.units(decimals: 8, rounding: rounding) }
    _ = value.multiplied(by: value)
    _ = value.adding(value)
    if let count = value.count(of: ExactDecimal(significand: 1, scale: 8)) {
      precondition(
        value == ExactDecimal(significand: count, scale: 8), "\(text) counts \(count)")
    }
    _ = try? Money(value, asset: .btc, rounding: .down)
  }
  if let instant = Timestamp(text) {
    precondition(Timestamp(instant.description) == instant, "\(text) prints as \(instant)")
  }
  return 0
}
