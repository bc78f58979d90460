import FulcrumModel
import FulcrumPricing

/// Bars judged by those around them.
extension PriceReading.Row {
  func isFar(from other: PriceReading.Row) -> Bool {
    SpikeRule.isFar(timed.bar.close, other.timed.bar.close)
  }
}

extension PriceReading {
  /// A bar that opens sooner after its neighbour than bars are long, off the grid of the others: one
  /// late bar is a fault of that row and not of the file.
  mutating func leaveOutLateBars() {
    guard
      let interval = mostFrequent(
        zip(bars.dropFirst(), bars).map { $0.milliseconds - $1.milliseconds }),
      interval > 0,
      let phase = mostFrequent(bars.map { $0.milliseconds % interval })
    else { return }
    var kept: [Row] = []
    kept.reserveCapacity(bars.count)
    for row in bars {
      guard let last = kept.last, row.milliseconds - last.milliseconds < interval else {
        kept.append(row)
        continue
      }
      let lateIsFirst =
        last.milliseconds % interval != phase && row.milliseconds % interval == phase
      let late = lateIsFirst ? last : row
      if lateIsFirst { kept[kept.count - 1] = row }
      badCount += 1
      note(
        fault(
          late.line, "a bar that opens at \(late.timed.opens), between two of the grid",
          "bars \(interval / 1000) s apart", "correct its time or remove it"))
    }
    bars = kept
  }

  /// A first bar that the two after it contradict.
  mutating func leaveOutFirstSpike() {
    guard bars.count >= 3, bars[0].isFar(from: bars[1]), !bars[1].isFar(from: bars[2]) else {
      return
    }
    let first = bars.removeFirst()
    badCount += 1
    note(
      fault(
        first.line, "a close of \(first.timed.bar.close) before \(bars[0].timed.bar.close)",
        "prices within ten times of their neighbours", "correct the bar or remove it"))
  }

  /// A level that stays is a move, however large; most are a change of unit or of contract.
  mutating func noteLastingJumps() {
    for (row, before) in zip(bars.dropFirst(), bars) where row.isFar(from: before) {
      note(
        Issue(
          .warning, source: source, line: row.line,
          seen: "a close of \(row.timed.bar.close) after \(before.timed.bar.close), and it stays",
          allowed: "prices within ten times of their neighbours",
          fix: "it counts as one bar's return; if the unit or the contract changed, split the file")
      )
    }
  }

  private func mostFrequent(_ values: [Int64]) -> Int64? {
    var counts: [Int64: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
  }
}

extension PriceReading.Row {
  fileprivate var milliseconds: Int64 { timed.opens.milliseconds }
}
