import Foundation
import FulcrumModel
import FulcrumNumerics
import FulcrumPricing

/// Our side of a comparison with peers: a process that times one job when asked, so that a driver in
/// another language can put us into its own rounds.
///
///     fulcrum-bench serve BOOK HARD     then, a line each:  time JOB LEVEL | dump JOB LEVEL FILE
///
/// BOOK has six rows of doubles, HARD the same of hard quotes. Jobs: greeks, iv, grid, walk; dump also
/// knows hard, the volatilities of the hard quotes.
struct PeerServer {
  let book: KernelBook
  let hard: QuoteColumns

  init(book: String, hard: String) throws {
    self.book = try KernelBook(file: book)
    let data = try Data(contentsOf: URL(fileURLWithPath: hard))
    let values = data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    let count = values.count / 7
    var quotes = QuoteColumns()
    for row in 0..<count {
      quotes.append(
        right: values[4 * count + row] > 0.5 ? .call : .put, forward: values[row],
        strike: values[count + row], years: values[2 * count + row],
        price: values[5 * count + row])
    }
    self.hard = quotes
  }

  func run() throws {
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 3, let level = KernelLevel(rawValue: words[2]), level.isSupported else {
        say("absent")
        continue
      }
      if words[0] == "dump", words.count == 4 {
        try dump(words[1], level, to: words[3])
        say("done")
      } else {
        say(job(words[1], level).map { "\(once($0))" } ?? "absent")
      }
    }
  }

  private func job(_ name: String, _ level: KernelLevel) -> KernelJob? {
    switch name {
    case "greeks": book.evaluation(.firstOrder, level)
    case "iv": book.implied(.usd, level)
    case "grid": book.grid(level)
    case "walk": book.walk(level)
    default: nil
    }
  }

  /// The second of two calls: the first makes room for its results.
  private func once(_ job: KernelJob) -> Double {
    job.body()
    return job.nanoseconds()
  }

  private func dump(_ name: String, _ level: KernelLevel, to file: String) throws {
    var values: [Double] = []
    if name == "greeks" {
      var results = OptionFigureColumns()
      try Black76.evaluate(book.columns, into: &results, level: level)
      for figure in OptionFigures.firstOrder.figures { values += results[figure] ?? [] }
    } else {
      var results = QuoteVolatilityColumns()
      try ImpliedVolatility.solve(
        name == "hard" ? hard : book.quotes, in: .usd, tick: 0, into: &results, level: level)
      values = (0..<results.count).map { results.volatility($0) ?? .nan }
    }
    try values.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: file))
  }

  private func say(_ text: String) {
    print(text)
    fflush(nil)
  }
}
