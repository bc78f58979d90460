extension Array {
  /// This ascending list and another as one; of equals this one's come first.
  func merged(with other: [Element], by precedes: (Element, Element) -> Bool) -> [Element] {
    var all: [Element] = []
    all.reserveCapacity(count + other.count)
    var next = 0
    for element in self {
      while next < other.count, precedes(other[next], element) {
        all.append(other[next])
        next += 1
      }
      all.append(element)
    }
    all += other[next...]
    return all
  }
}
