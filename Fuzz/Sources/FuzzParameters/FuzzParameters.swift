import Foundation
import FulcrumModel
import FulcrumRisk
import FulcrumWire

/// Parameters of venues' rules, and a pool of two legs under every rule made with them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzParameters(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = InputBytes(Data(bytes: start, count: count), source: "fuzz")
  let parsed = VenueParametersDocument.parse(input)
  guard let parameters = parsed.value else {
    precondition(!parsed.issues.isEmpty, "refused without a word")
    return 0
  }
  guard let day = CalendarDay(year: 2026, month: 11, day: 20) else { return 0 }
  let option = RiskLeg(
    contract: .option(.put, strike: 55_000, years: 0.05, volatility: 0.6), settlement: .linear,
    forward: 60_000, quantity: -1)
  let future = RiskLeg(
    contract: .future(entry: 59_000, years: nil), settlement: .linear, forward: 60_000,
    quantity: 2)
  let question = VenueQuestion(coins: ["BTC"], currency: .usd, day: day)
  for entry in VenueRules.all(with: parameters) {
    for leg in [option, future] {
      let pool = RiskPool(index: 60_000, currency: .usd, cash: 9000, legs: [leg])
      guard let found = try? entry.rule(for: question).requirement(for: pool) else { continue }
      precondition(!found.initial.isNaN && !found.maintenance.isNaN, "\(entry.name): \(found)")
    }
  }
  return 0
}
