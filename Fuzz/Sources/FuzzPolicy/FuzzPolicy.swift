import Foundation
import FulcrumWire

/// A policy and a strategy file: taken, or refused with a reason.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPolicy(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = InputBytes(Data(bytes: start, count: count), source: "fuzz")
  do throws(YAMLRefusal) {
    let text = PolicyPreview.text(try PolicyDocument.parse(input), source: "fuzz")
    precondition(!text.contains("nan"), "a policy that allows no number: \(text)")
  } catch {
    precondition(!error.issues.isEmpty, "refused without a word")
  }
  do throws(YAMLRefusal) {
    _ = try StrategyDocument.parse(input)
  } catch {
    precondition(!error.issues.isEmpty, "refused without a word")
  }
  return 0
}
