import Foundation
import FulcrumNumerics
import FulcrumPricing
import FulcrumRisk

/// Every kernel at every level in interleaved rounds, so that neighbours disturb all alike: a ratio
/// is the median of the ratios within each round.
enum KernelTable {
  static let rounds = 11

  static func print() {
    let book = KernelBook(drawn: 16_384)
    let jobs = book.jobs(rows: 4096)
    let times = interleaved(jobs)
    Swift.print(
      "kernels, 4,096 rows in cache, one thread; level in use \(KernelLevel.current.rawValue)")
    Swift.print(line(["kernel", "level", "ns/item", "x portable", "/ limit"]))
    for (place, job) in jobs.enumerated() {
      let portable = jobs.firstIndex { $0.name == job.name && $0.level == "portable" }
      let limit = jobs.firstIndex { $0.name == KernelBook.limitName && $0.level == job.level }
      let isPriced = job.name == "firstOrder"
      Swift.print(
        line([
          job.name, job.level, String(format: "%.2f", median(times[place])),
          portable.map { String(format: "%.2f", ratio(times[$0], times[place])) } ?? "-",
          isPriced
            ? limit.map { String(format: "%.2f", ratio(times[place], times[$0])) } ?? "-" : "-",
        ]))
      fflush(nil)
    }
    threads()
  }

  /// A million options on one thread and on all.
  private static func threads() {
    let book = KernelBook(drawn: 1_000_000)
    let level = KernelLevel.current
    let results = Box(OptionFigureColumns())
    let all = KernelJob(name: "all", level: level.rawValue, items: book.columns.count) {
      try? Parallel.evaluate(book.columns, into: &results.value, level: level)
    }
    let solved = Box(QuoteVolatilityColumns())
    let quotes = KernelJob(name: "quotes", level: level.rawValue, items: book.quotes.count) {
      try? Parallel.solve(book.quotes, in: .usd, tick: 0, into: &solved.value, level: level)
    }
    let jobs = [book.evaluation(.firstOrder, level), all, book.implied(.usd, level), quotes]
    let times = interleaved(jobs)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    Swift.print(
      "\n\(cores) cores against one thread, 1,000,000 options from memory, \(level.rawValue):")
    Swift.print(
      String(
        format:
          "price with four Greeks %.2f ns -> %.2f ns, %.2f times; implied volatility %.2f times",
        median(times[0]), median(times[1]), ratio(times[0], times[1]), ratio(times[2], times[3])))
  }

  /// Price with four Greeks may take 1.25 of the limit kernel of its level, in interleaved rounds.
  static func gate() -> Bool {
    let book = KernelBook(drawn: 4096)
    var passed = true
    for level in [KernelLevel.avx512, .avx2] where level.isSupported {
      let limit = book.jobs(rows: 4096).first {
        $0.name == KernelBook.limitName && $0.level == level.rawValue
      }
      guard let limit else { continue }
      let times = interleaved([book.evaluation(.firstOrder, level), limit])
      let ratio = ratio(times[0], times[1])
      let allowed = level == .avx512 ? 1.25 : 1.5
      passed = passed && ratio <= allowed
      Swift.print(
        String(
          format: "%@: price with four Greeks %.2f of the limit kernel, allowed %.2f",
          level.rawValue, ratio, allowed))
    }
    return passed
  }

  static func interleaved(_ jobs: [KernelJob]) -> [[Double]] {
    for job in jobs { job.body() }
    var times = [[Double]](repeating: [], count: jobs.count)
    for _ in 0..<rounds {
      for (place, job) in jobs.enumerated() { times[place].append(job.nanoseconds()) }
    }
    return times
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  static func ratio(_ a: [Double], _ b: [Double]) -> Double { median(zip(a, b).map { $0 / $1 }) }

  private static func line(_ cells: [String]) -> String {
    let widths = [36, 10, 10, 12, 10]
    return zip(cells, widths).enumerated().map { place, pair in
      let blank = String(repeating: " ", count: max(0, pair.1 - pair.0.count))
      return place < 2 ? pair.0 + blank : blank + pair.0
    }.joined()
  }
}
