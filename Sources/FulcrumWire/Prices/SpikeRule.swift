/// What a bar far from its neighbours is judged by.
package enum SpikeRule: Hashable, Sendable {
  /// The bars on both sides contradict it: a level that stays is a move, however large.
  case bothNeighbours
  /// The bars before it: what history did not know then, a backtest must not know.
  case pastAlone

  struct Spike: Hashable {
    let place: Int
    /// The close that it was held against.
    let before: Double
  }

  /// Closes ten times apart.
  static func isFar(_ a: Double, _ b: Double) -> Bool {
    max(a / b, b / a) >= PriceDocument.largestJump
  }

  /// Bars whose close is ten times or a tenth of the last good one. The second of two that agree is
  /// good again: then the level has moved.
  ///
  /// A first bar that the two after it contradict is left out as well: nothing can have been decided
  /// before there were three.
  static func unlikeThePast(_ closes: [Double]) -> [Spike] {
    guard closes.count >= 3 else { return [] }
    var spikes: [Spike] = []
    var last = closes[0]
    if isFar(closes[0], closes[1]), isFar(closes[0], closes[2]), !isFar(closes[1], closes[2]) {
      spikes.append(Spike(place: 0, before: closes[1]))
      last = closes[1]
    }
    for place in closes.indices.dropFirst() {
      let isDoubtful = isFar(closes[place], last)
      if isDoubtful, isFar(closes[place], closes[place - 1]) {
        spikes.append(Spike(place: place, before: last))
      } else {
        last = closes[place]
      }
    }
    return spikes
  }
}
