import Foundation
import Synchronization

/// Whether somebody asked the program to end: Ctrl-C, or a polite kill.
enum StopSignal {
  private static let asked = Atomic<Bool>(false)

  static var isAsked: Bool { asked.load(ordering: .relaxed) }

  /// From now on both signals end the work after its present step.
  static func watch() {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      StopSignal.asked.store(true, ordering: .relaxed)
    }
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
    // Whoever started us may have held them back: a worker thread's mask is inherited.
    var both = sigset_t()
    sigemptyset(&both)
    sigaddset(&both, SIGINT)
    sigaddset(&both, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &both, nil)
  }

  /// Waits, and comes back early where somebody asks to stop.
  static func sleep(milliseconds: UInt32) {
    var left = milliseconds
    while left > 0, !isAsked {
      let step = min(left, 50)
      usleep(step * 1000)
      left -= step
    }
  }
}
