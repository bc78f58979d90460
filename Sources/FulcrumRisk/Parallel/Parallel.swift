import Dispatch
import Synchronization

/// Runs independent work on all cores in chunks whose bounds do not depend on their number.
///
/// The one place in the pure targets that knows of threads. Each output depends on its own input
/// alone, so results are the same on one core as on many.
public enum Parallel {
  /// `transform` of every input, in order.
  ///
  /// - Parameters:
  ///   - chunk: inputs a task takes at a time, > 0; small enough to balance, large enough to pay.
  public static func map<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], chunk: Int = 64, _ transform: @Sendable (Input) -> Output
  ) -> [Output] {
    precondition(chunk > 0, "a chunk of \(chunk) inputs makes no progress")
    let chunks = (inputs.count + chunk - 1) / chunk
    guard chunks > 1 else { return inputs.map(transform) }
    return Array(unsafeUninitializedCapacity: inputs.count) { buffer, count in
      // Chunks write disjoint slots, each exactly once, and all are done when the call returns.
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: chunks) { place in
        let end = min(inputs.count, (place + 1) * chunk)
        for slot in (place * chunk)..<end {
          slots.initializeElement(at: slot, to: transform(inputs[slot]))
        }
      }
      count = inputs.count
    }
  }

  /// The same, each task with room of its own that it leaves to the next on its thread: what is costly
  /// to make and holds nothing from one input to another.
  static func map<Input: Sendable, Output: Sendable, Room: Sendable>(
    _ inputs: [Input], making room: @Sendable () -> Room,
    _ transform: @Sendable (Input, inout Room) -> Output
  ) -> [Output] {
    let free = Mutex<[Room]>([])
    return map(inputs, chunk: 1) { input in
      var own = free.withLock { $0.popLast() } ?? room()
      let output = transform(input, &own)
      free.withLock { $0.append(own) }
      return output
    }
  }
}
