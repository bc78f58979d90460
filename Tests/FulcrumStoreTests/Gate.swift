import Foundation

/// Holds one thread until it is opened, and says when the thread has come.
final class Gate: Sendable {
  private let opened = DispatchSemaphore(value: 0)
  private let arrived = AsyncStream<Void>.makeStream()

  func enterAndWait() {
    arrived.continuation.yield()
    opened.wait()
  }

  func entered() async { for await _ in arrived.stream { return } }
  func open() { opened.signal() }
}
