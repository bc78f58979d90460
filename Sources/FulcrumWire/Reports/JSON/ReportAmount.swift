import FulcrumModel
import FulcrumRisk

/// Amounts as files carry them: exact decimals of the asset's smallest unit, rounded as named.
enum ReportAmount {
  /// Nil where the amount is no number of the asset's smallest units (not finite, beyond 2¹²⁶).
  static func text(_ amount: Double, _ asset: Asset, _ rounding: Rounding) -> String? {
    (try? Money(modelled: amount, asset: asset, rounding: rounding))?.amount.description
  }

  static func usd(_ amount: Double, _ rounding: Rounding) -> String? {
    text(amount, .usd, rounding)
  }
}
