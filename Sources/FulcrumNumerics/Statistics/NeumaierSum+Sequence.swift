extension Sequence<Double> {
  /// The compensated sum of all elements, in order.
  @inlinable public var neumaierSum: Double {
    var sum = NeumaierSum()
    for element in self { sum.add(element) }
    return sum.value
  }
}
