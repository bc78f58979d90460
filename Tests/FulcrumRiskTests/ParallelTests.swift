import FulcrumRisk
import Testing

@Suite struct ParallelTests {
  @Test(arguments: [0, 1, 7, 64, 65, 1000]) func orderAndResultsAreThoseOfOneThread(
    count: Int
  ) {
    let inputs = (0..<count).map(UInt64.init)
    let work: @Sendable (UInt64) -> Measure = { seed in
      var generator = SeededGenerator(seed: seed)
      let pool = Make.randomPool(&generator)
      return (try? LeverageEngine.measures(pool))?.deltaLeverage ?? .absent(.noMarket)
    }
    let serial = inputs.map(work)
    #expect(Parallel.map(inputs, work) == serial)
    #expect(Parallel.map(inputs, chunk: 1, work) == serial)
    #expect(Parallel.map(inputs, chunk: 13, work) == serial)
  }
}
