import FulcrumModel
import Testing

/// Prices of October 2025: one book prints 0.65 while the others stand near one. Synthetic, after the
/// published figures.
@Suite struct PriceConsensusTests {
  private let now = Timestamp(milliseconds: 1_760_130_000_000)
  private let consensus = PriceConsensus()

  private func price(_ source: String, _ text: String, age: Int64 = 0) throws -> SourcedPrice {
    SourcedPrice(
      source: source, price: try #require(Price(text)), asOf: now.adding(milliseconds: -age))
  }

  @Test func oneBrokenBookNeitherMovesNorFreezesThePrice() throws {
    let prices = [
      try price("own", "0.65"), try price("a", "0.991"), try price("b", "0.993"),
      try price("redemption", "0.995"),
    ]
    let agreed = try consensus.agree(on: prices, at: now)
    #expect(agreed.price == Price("0.993"))
    #expect(agreed.outliers == ["own"] && agreed.agreeing == 3)
  }

  @Test func twoAgainstTwoAreNotTrusted() throws {
    let prices = [
      try price("a", "0.65"), try price("b", "0.66"), try price("c", "0.99"),
      try price("d", "0.995"),
    ]
    #expect(throws: PriceDisagreement.self) { try consensus.agree(on: prices, at: now) }
  }

  @Test func staleAndRepeatedSourcesHaveNoVote() throws {
    let prices = [
      try price("a", "1"), try price("b", "1"), try price("b", "1.001", age: 10),
      try price("c", "1", age: 60_001), try price("d", "0"),
    ]
    #expect(throws: PriceDisagreement.tooFew(fresh: 2, stale: 1, needed: 3)) {
      try consensus.agree(on: prices, at: now)
    }
    let enough = prices + [try price("e", "0.999", age: 60_000)]
    #expect(try consensus.agree(on: enough, at: now).price == Price("1"))
  }

  @Test func theBoundItselfIsInside() throws {
    let prices = [try price("a", "98"), try price("b", "100"), try price("c", "102")]
    #expect(try consensus.agree(on: prices, at: now).agreeing == 3)
    let beyond = [try price("a", "98"), try price("b", "100"), try price("c", "102.0001")]
    #expect(throws: PriceDisagreement.self) { try consensus.agree(on: beyond, at: now) }
  }
}
