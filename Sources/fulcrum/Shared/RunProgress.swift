import Foundation
import Synchronization

/// A bar with the time left for a person who waits, and Ctrl-C as a wish to see what is done.
///
/// Nothing is written where standard error is no terminal.
final class RunProgress {
  private let what: String
  private var start: UInt64
  private let isShown: Bool
  private let source: any DispatchSourceSignal
  private let stop: Stop

  /// Whether the user has had enough.
  private final class Stop: Sendable {
    private let flag = Atomic<Bool>(false)
    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
  }

  init(what: String) {
    self.what = what
    start = DispatchTime.now().uptimeNanoseconds
    isShown = StandardError.isTerminal
    let stopped = Stop()
    stop = stopped
    // The default action would end the program before it could report.
    signal(SIGINT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler { stopped.set() }
    source.resume()
  }

  /// Shows how far a run is; false where the user has had enough. The time left counts from the last
  /// show of 0 done: what was read before says nothing of the pace.
  func show(done: Int, total: Int) -> Bool {
    if done == 0 { start = DispatchTime.now().uptimeNanoseconds }
    if isShown, total > 0 {
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
      let share = Double(done) / Double(total)
      let left =
        share > 0 ? "\(Int((seconds / share - seconds).rounded(.up))) s left" : "just begun"
      let filled = Int(share * 30)
      let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
      StandardError.write(
        "\r\u{1B}[2K[\(bar)] \(done) of \(total) \(what), \(left) "
          + "(Ctrl-C reports what is done)")
    }
    return !stop.isSet
  }

  /// Clears the line and gives Ctrl-C its meaning back.
  func finish() {
    if isShown { StandardError.write("\r\u{1B}[2K") }
    source.cancel()
    signal(SIGINT, SIG_DFL)
  }
}
