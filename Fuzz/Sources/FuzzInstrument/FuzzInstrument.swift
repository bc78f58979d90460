import FulcrumModel

/// Instrument names: what is read prints in its own dialect and reads back as itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzInstrument(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  do throws(InstrumentNameError) {
    let read = try InstrumentName(text)
    let printed = read.instrument.name(in: read.dialect)
    precondition(printed == read.instrument.id.name, "\(text) prints as \(printed ?? "nothing")")
    let again = try InstrumentName(read.instrument.id.name)
    precondition(again == read, "\(text) reads back as \(again.instrument.id)")
    for dialect in InstrumentDialect.allCases {
      guard let name = read.instrument.name(in: dialect) else { continue }
      let other = try InstrumentName(name)
      precondition(other.instrument.kind == read.instrument.kind, "\(text) as \(name)")
    }
  } catch {
    precondition(!error.description.isEmpty, "a refusal without words")
  }
  return 0
}
