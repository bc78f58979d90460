import FulcrumWire

/// Reference-vector files: a file that is not one is a failure, never a stop.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzVectors(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  _ = VectorFile.verify(Array(UnsafeBufferPointer(start: start, count: count)), named: "fuzz")
  return 0
}
