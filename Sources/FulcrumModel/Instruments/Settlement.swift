/// The money a derivative is margined and settled in.
public enum Settlement: String, Hashable, Sendable, CaseIterable {
  /// USD or a USD stablecoin: profit is linear in the price.
  case linear
  /// The underlying coin itself: profit in coin is a function of 1/price.
  case inverse
}
