/// Call or put: the right that an option gives its holder.
public enum OptionRight: String, Hashable, Sendable, CaseIterable {
  case call, put

  /// θ of leverage-math 0: +1 for a call, −1 for a put.
  @inlinable public var sign: Double { self == .call ? 1 : -1 }
}
