import Foundation

/// One run of the released program: how long it took and how much memory it held at its peak.
struct ProgramRun {
  let seconds: Double
  /// Megabytes of 10⁶ bytes.
  let peakMegabytes: Double

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameter input: file that becomes standard input; nothing where nil.
  init(_ program: String, _ arguments: [String], input: String? = nil) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }

    var child = pid_t()
    var usage = rusage()
    var status: Int32 = 0
    var failure: Int32 = 0
    seconds = fulcrum_bench.seconds {
      failure = posix_spawn(&child, program, &actions, nil, words, environ)
      if failure == 0 { wait4(child, &status, 0, &usage) }
    }
    guard failure == 0 else { throw Failure(description: "\(program) did not start: \(failure)") }
    let code = status >> 8 & 0xff
    guard status & 0x7f == 0, code == 0 || code == 2 else {
      throw Failure(
        description: "\(program) \(arguments.joined(separator: " ")) ended with status \(status)")
    }
    #if os(Linux)
      peakMegabytes = Double(usage.ru_maxrss) * 1024 / 1e6
    #else
      peakMegabytes = Double(usage.ru_maxrss) / 1e6
    #endif
  }
}
