/// The search among legs of one coin and one settlement currency.
///
/// `free` holds which legs are in no offer yet; each pass takes what it finds out of it. A pass
/// visits its legs in order and gives each the nearest partner that is still free, so that the work
/// grows with the square of the legs of one bucket at worst, and the answer is one.
struct SpreadSearch {
  private let legs: [SpreadLeg]
  private var free: [Bool]
  private var found: [FoundSpread] = []
  /// Options of one expiry and one size, by strike; in order of expiry, then size.
  private let buckets: [[Int]]
  /// Options of one expiry, by strike.
  private let expiries: [[Int]]
  private let options: [Int]
  private let futures: [Int]

  init(_ unordered: [SpreadLeg]) {
    let sorted = unordered.sorted(by: SpreadLeg.precedes)
    let options = sorted.indices.filter { sorted[$0].right != nil }
    legs = sorted
    free = Array(repeating: true, count: sorted.count)
    self.options = options
    futures = sorted.indices.filter { sorted[$0].right == nil }
    let byExpiry = Dictionary(grouping: options) { sorted[$0].expiry?.milliseconds ?? .max }
    expiries = byExpiry.keys.sorted().map { byExpiry[$0] ?? [] }
    buckets = expiries.flatMap { expiry in
      let bySize = Dictionary(grouping: expiry) { sorted[$0].coins }
      return bySize.keys.sorted().map { bySize[$0] ?? [] }
    }
  }

  mutating func run() -> [FoundSpread] {
    for bucket in buckets { boxes(bucket) }
    for bucket in buckets { ironButterflies(bucket) }
    for bucket in buckets { ironCondors(bucket) }
    for bucket in buckets { condors(bucket) }
    for expiry in expiries { butterflies(expiry) }
    futuresWithTwoOptions()
    for bucket in buckets { straddles(bucket) }
    for bucket in buckets { verticals(bucket) }
    for bucket in buckets { syntheticFutures(bucket) }
    futuresWithOneOption()
    for bucket in buckets { stranglesAndRiskReversals(bucket) }
    for expiry in expiries { ratios(expiry) }
    calendarsAndDiagonals()
    return found
  }

  // MARK: Taking

  private func select(
    _ candidates: [Int], _ right: OptionRight, long: Bool
  ) -> [Int] {
    candidates.filter { free[$0] && legs[$0].right == right && legs[$0].isLong == long }
  }

  private mutating func take(_ structure: SpreadStructure, _ members: [Int]) {
    for member in members { free[member] = false }
    found.append(FoundSpread(structure: structure, legs: members.sorted().map { legs[$0] }))
  }

  /// The free candidate with the least `distance`, the first of equals; nil distances are passed.
  private func nearest(_ candidates: [Int], by distance: (Int) -> Double?) -> Int? {
    var best: Int?
    var least = Double.infinity
    for candidate in candidates where free[candidate] {
      guard let value = distance(candidate), value < least else { continue }
      least = value
      best = candidate
    }
    return best
  }

  /// The strike distance from `leg` up to a candidate; nil where it is not above.
  private func above(_ leg: Int, _ candidate: Int) -> Double? {
    let distance = legs[candidate].strike - legs[leg].strike
    return distance > 0 ? distance : nil
  }

  private func apart(_ leg: Int, _ candidate: Int) -> Double {
    (legs[candidate].strike - legs[leg].strike).magnitude
  }

  private func sameStrike(_ leg: Int, in candidates: [Int]) -> Int? {
    candidates.first { free[$0] && legs[$0].strike == legs[leg].strike }
  }
}

// MARK: Four legs

extension SpreadSearch {
  private mutating func boxes(_ bucket: [Int]) {
    for longCall in select(bucket, .call, long: true) where free[longCall] {
      guard let shortPut = sameStrike(longCall, in: select(bucket, .put, long: false)) else {
        continue
      }
      let puts = select(bucket, .put, long: true)
      let calls = select(bucket, .call, long: false)
      let other = nearest(calls) { call in
        let distance = apart(longCall, call)
        return distance > 0 && sameStrike(call, in: puts) != nil ? distance : nil
      }
      guard let other, let longPut = sameStrike(other, in: puts) else { continue }
      take(.box, [longCall, shortPut, other, longPut])
    }
  }

  private mutating func ironButterflies(_ bucket: [Int]) {
    for isLong in [false, true] {
      for call in select(bucket, .call, long: isLong) where free[call] {
        guard let put = sameStrike(call, in: select(bucket, .put, long: isLong)),
          let (low, high) = wings(
            around: call, low: select(bucket, .put, long: !isLong),
            high: select(bucket, .call, long: !isLong))
        else { continue }
        take(.ironButterfly, [low, put, call, high])
      }
    }
  }

  /// The nearest pair at equal distances below and above the strike of `body`; otherwise the
  /// nearest on each side.
  private func wings(around body: Int, low: [Int], high: [Int]) -> (Int, Int)? {
    let heights = Set(high.compactMap { above(body, $0).map(distanceKey) })
    let even = nearest(low) { lower in
      guard let distance = above(lower, body), heights.contains(distanceKey(distance)) else {
        return nil
      }
      return distance
    }
    if let even, let distance = above(even, body),
      let upper = high.first(where: { areEven(above(body, $0), distance) })
    {
      return (even, upper)
    }
    guard let lower = nearest(low, by: { above($0, body) }),
      let upper = nearest(high, by: { above(body, $0) })
    else { return nil }
    return (lower, upper)
  }

  /// Strike distances in units of 10⁻⁸, so that 2.3 − 2.2 and 2.2 − 2.1 agree.
  private func distanceKey(_ distance: Double) -> Double { (distance * 1e8).rounded() }

  private func areEven(_ a: Double?, _ b: Double?) -> Bool {
    guard let a, let b else { return false }
    return distanceKey(a) == distanceKey(b)
  }

  private mutating func ironCondors(_ bucket: [Int]) {
    for isLong in [false, true] {
      for put in select(bucket, .put, long: isLong).reversed() where free[put] {
        let lowWings = select(bucket, .put, long: !isLong)
        let highWings = select(bucket, .call, long: !isLong)
        guard let low = nearest(lowWings, by: { above($0, put) }) else { continue }
        let highest = highWings.map { legs[$0].strike }.max() ?? 0
        let call = nearest(select(bucket, .call, long: isLong)) { call in
          legs[call].strike < highest ? above(put, call) : nil
        }
        guard let call, let high = nearest(highWings, by: { above(call, $0) }) else { continue }
        take(.ironCondor, [low, put, call, high])
      }
    }
  }

  /// Four neighbouring strikes of one right whose signs are + − − + or − + + −.
  private mutating func condors(_ bucket: [Int]) {
    for right in [OptionRight.call, .put] {
      var row = bucket.filter { free[$0] && legs[$0].right == right }
      var start = 0
      while start + 4 <= row.count {
        let four = Array(row[start..<start + 4])
        let signs = four.map { legs[$0].isLong }
        let strikes = Set(four.map { legs[$0].strike })
        if strikes.count == 4, signs[0] == signs[3], signs[1] == signs[2], signs[0] != signs[1] {
          take(.condor, four)
          row.removeSubrange(start..<start + 4)
          start = max(0, start - 3)
        } else {
          start += 1
        }
      }
    }
  }
}

// MARK: Three legs

extension SpreadSearch {
  private mutating func butterflies(_ expiry: [Int]) {
    for body in expiry where free[body] {
      guard let right = legs[body].right else { continue }
      let wingSize = legs[body].coins / 2
      let candidates = select(expiry, right, long: !legs[body].isLong)
        .filter { legs[$0].coins == wingSize }
      guard let (low, high) = wings(around: body, low: candidates, high: candidates) else {
        continue
      }
      let even = areEven(above(low, body), above(body, high))
      take(even ? .butterfly : .brokenWingButterfly, [low, body, high])
    }
  }

  private mutating func futuresWithTwoOptions() {
    for future in futures {
      for bucket in buckets where free[future] {
        guard let (call, put) = pair(coveredBy: future, in: bucket) else { continue }
        let synthetic: SpreadStructure = legs[future].isLong ? .conversion : .reversal
        take(apart(call, put) == 0 ? synthetic : .collar, [future, call, put])
      }
    }
  }

  /// The call and put nearest each other, on the sides that enclose the future's risk.
  private func pair(coveredBy future: Int, in bucket: [Int]) -> (call: Int, put: Int)? {
    guard let any = bucket.first, fits(future, option: any) else { return nil }
    let isLong = legs[future].isLong
    let puts = select(bucket, .put, long: isLong)
    var best: (call: Int, put: Int)?
    for call in select(bucket, .call, long: !isLong) {
      let put = nearest(puts) { legs[$0].strike <= legs[call].strike ? apart(call, $0) : nil }
      guard let put else { continue }
      if let held = best, apart(held.call, held.put) <= apart(call, put) { continue }
      best = (call, put)
    }
    return best
  }

  /// Whether a future can stand against an option: sizes agree and it lives as long.
  private func fits(_ future: Int, option: Int) -> Bool {
    guard legs[future].covers(legs[option]) else { return false }
    guard let end = legs[future].expiry, let expiry = legs[option].expiry else { return true }
    return end >= expiry
  }
}

// MARK: Two legs

extension SpreadSearch {
  private mutating func straddles(_ bucket: [Int]) {
    for isLong in [false, true] {
      for call in select(bucket, .call, long: isLong) where free[call] {
        guard let put = sameStrike(call, in: select(bucket, .put, long: isLong)) else { continue }
        take(.straddle, [call, put])
      }
    }
  }

  private mutating func verticals(_ bucket: [Int]) {
    for right in [OptionRight.call, .put] {
      for short in select(bucket, right, long: false) {
        let long = nearest(select(bucket, right, long: true)) {
          apart(short, $0) > 0 ? apart(short, $0) : nil
        }
        guard let long else { continue }
        let longIsLower = legs[long].strike < legs[short].strike
        let isDebit = (right == .call) == longIsLower
        take(isDebit ? .verticalDebit : .verticalCredit, [short, long])
      }
    }
  }

  private mutating func syntheticFutures(_ bucket: [Int]) {
    for isLong in [false, true] {
      for call in select(bucket, .call, long: isLong) where free[call] {
        guard let put = sameStrike(call, in: select(bucket, .put, long: !isLong)) else { continue }
        take(.syntheticFuture, [call, put])
      }
    }
  }

  private mutating func futuresWithOneOption() {
    for future in futures where free[future] {
      let isLong = legs[future].isLong
      let cover = options.first { option in
        guard free[option], fits(future, option: option) else { return false }
        return (legs[option].right == .call) == (legs[option].isLong != isLong)
      }
      guard let cover else { continue }
      switch (isLong, legs[cover].isLong) {
      case (true, false): take(.coveredCall, [cover, future])
      case (true, true): take(.protectivePut, [cover, future])
      case (false, false): take(.coveredPut, [cover, future])
      case (false, true): take(.protectiveCall, [cover, future])
      }
    }
  }

  private mutating func stranglesAndRiskReversals(_ bucket: [Int]) {
    for putIsLongToo in [true, false] {
      for callIsLong in [false, true] {
        let putIsLong = callIsLong == putIsLongToo
        for call in select(bucket, .call, long: callIsLong) where free[call] {
          let put = nearest(select(bucket, .put, long: putIsLong)) { above($0, call) }
          guard let put else { continue }
          take(putIsLongToo ? .strangle : .riskReversal, [put, call])
        }
      }
    }
  }

  /// Sizes of 3:2, 2:1 or 3:1 against each other, at different strikes of one right and expiry.
  private mutating func ratios(_ expiry: [Int]) {
    for right in [OptionRight.call, .put] {
      for short in select(expiry, right, long: false) {
        let long = nearest(select(expiry, right, long: true)) { long in
          let larger = max(legs[long].coins, legs[short].coins)
          let smaller = min(legs[long].coins, legs[short].coins)
          let known = larger * 2 == smaller * 3 || larger == smaller * 2 || larger == smaller * 3
          return known && apart(short, long) > 0 ? apart(short, long) : nil
        }
        guard let long else { continue }
        take(legs[short].coins > legs[long].coins ? .ratio : .backspread, [short, long])
      }
    }
  }

  private mutating func calendarsAndDiagonals() {
    for structure in [SpreadStructure.calendar, .diagonal] {
      for right in [OptionRight.call, .put] {
        let longs = select(options, right, long: true)
        for short in select(options, right, long: false) {
          let long = nearest(longs) { long in
            guard legs[long].coins == legs[short].coins, legs[long].expiry != legs[short].expiry,
              structure == .diagonal || apart(short, long) == 0
            else { return nil }
            return apart(short, long)
          }
          guard let long else { continue }
          take(structure, [short, long])
        }
      }
    }
  }
}
