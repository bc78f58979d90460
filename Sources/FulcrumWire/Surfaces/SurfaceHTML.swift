import FulcrumModel
import FulcrumPricing

/// Volatility surfaces as one HTML file: no network, no scripts needed, inline pictures.
package enum SurfaceHTML {
  package static func render(_ contents: SurfaceContents) -> String { "" }
}
