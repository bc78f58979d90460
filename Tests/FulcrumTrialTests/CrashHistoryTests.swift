import Foundation
import FulcrumTestKit
import Testing

@testable import fulcrum_sim

/// Recorded crashes: contained to the last unit. What the waterfall used is printed.
@Suite("Crash history")
struct CrashHistoryTests {
  private static let data: String? = ProcessInfo.processInfo.environment["FULCRUM_SHARED"].map {
    "\($0)/data"
  }

  @Test("Pools through recorded crashes", arguments: HistorySource.all.map(\.name))
  func crash(_ name: String) throws {
    guard let data = Self.data, let source = HistorySource.all.first(where: { $0.name == name }),
      let whole = try source.window(in: data)
    else {
      print("skipped: \(name); set FULCRUM_SHARED to the shared data folder")
      return
    }
    // Four days that hold the fall: an unoptimised build is slow.
    let days = 3 * 86_400_000 / Int(whole.barMilliseconds)
    let low = whole.bars.indices.min { whole.bars[$0].low < whole.bars[$1].low } ?? 0
    let bars = Array(whole.bars[max(0, low - days)..<min(whole.bars.count, low + days / 6)])
    var run = CrashRun(
      CrashWindow(name: name, barMilliseconds: whole.barMilliseconds, bars: bars))
    let report = try run.run()
    print(HistoryCommand.table([report]))
    #expect(report.liquidations > 0 && report.checks > 0)
    #expect(report.fall < -0.1)
  }

  @Test("Option pools through the chains of February 2026")
  func chains() throws {
    let chains = Self.data.map { HistorySource.chains(in: $0) } ?? []
    guard !chains.isEmpty else {
      print("skipped: set FULCRUM_SHARED to the shared data folder")
      return
    }
    var run = ChainRun("February 2026", chains)
    let report = try run.run()
    print(HistoryCommand.table([report]))
    #expect(report.ticks == chains.count && report.fall < -0.1)
    #expect(report.liquidations > 0)
  }
}
