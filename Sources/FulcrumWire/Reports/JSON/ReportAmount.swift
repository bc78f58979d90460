import FulcrumModel
import FulcrumRisk

/// Amounts as files carry them: exact decimals of the asset's smallest unit, rounded as named.
///
/// A double within the rounding noise of a sum of a whole unit is that unit, as on screen: a stated
/// 0.42 comes back as 0.42, not 0.41999999 because the double lies below it.
enum ReportAmount {
  /// Nil where the amount is no number of the asset's smallest units (not finite, beyond 2¹²⁶).
  static func text(_ amount: Double, _ asset: Asset, _ rounding: Rounding) -> String? {
    let scaled = (0..<asset.decimals).reduce(amount) { product, _ in product * 10 }
    let rounding = NumberText.isOnStep(scaled) ? .toNearestEven : rounding
    return (try? Money(modelled: amount, asset: asset, rounding: rounding))?.amount.description
  }

  /// A profit or loss, a difference of sums as large as `scale`: within 10⁻¹² of that it is 0
  /// (leverage-math 2.2), not a smallest unit of noise.
  static func change(
    _ amount: Double, of scale: Double, _ asset: Asset, _ rounding: Rounding
  ) -> String? {
    text(amount.magnitude <= NumberText.noise * scale ? 0 : amount, asset, rounding)
  }

  static func usd(_ amount: Double, _ rounding: Rounding) -> String? {
    text(amount, .usd, rounding)
  }
}
