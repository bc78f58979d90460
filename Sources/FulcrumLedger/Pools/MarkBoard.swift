public import FulcrumModel

/// The marks of every listed contract at one instant.
public struct MarkBoard: Hashable, Sendable {
  public let asOf: Timestamp
  /// Name and date of the margin rule, kept in the history.
  public let ruleSet: String
  /// Digest of what was read; empty where there was nothing to read.
  public let source: [UInt8]
  /// By contract number.
  public let marks: [Result<ContractMark, MarkFault>]
  /// Of assets that are pledged.
  public let prices: [AssetPrice]
  /// What pools must hold, where it is not the sum of what their lots must.
  public let rule: WholePoolRule?

  public init(
    asOf: Timestamp, ruleSet: String, source: [UInt8] = [],
    marks: [Result<ContractMark, MarkFault>], prices: [AssetPrice] = [],
    rule: WholePoolRule? = nil
  ) {
    self.asOf = asOf
    self.ruleSet = ruleSet
    self.source = source
    self.marks = marks
    self.prices = prices
    self.rule = rule
  }

  @inline(__always)
  func mark(_ id: ContractID) throws(ValuationFault) -> ContractMark {
    guard id.place < marks.count else { throw .markMissing(id) }
    switch marks[id.place] {
    case .success(let mark): return mark
    case .failure(.missing): throw .markMissing(id)
    case .failure(.stale(let age)): throw .markStale(id, age: age)
    case .failure(.divergent): throw .markDivergent(id)
    }
  }
}

/// Why a contract has no mark.
public enum MarkFault: Error, Hashable, Sendable {
  case missing
  case stale(ageMilliseconds: Int64)
  case divergent
}
