internal import FulcrumNumerics

/// Consecutive paths of the log price ln(S_t/S₀), step by step: a row holds every path at the end of
/// one step, so that vectors of paths go through time together.
///
/// Rows are `width` wide, which is the number of paths rounded up; the columns beyond it hold the
/// paths that follow.
public struct PathBlock: Sendable {
  public let width: Int
  public let steps: Int
  /// Whether the variance of the diffusion differs from path to path.
  public let hasOwnVariance: Bool
  public package(set) var firstPath: UInt64 = 0

  /// Where the diffusion has brought each path by the end of each step, before its jumps.
  package var diffused: [Double]
  /// After them, in rows of steps that `jumped` marks.
  package var landed: [Double]
  /// By step: not 0 where any path may have jumped.
  package var jumped: [UInt8]
  /// σ²Δ of each step's diffusion, for the bridge between its ends; 0 where there is none. A row a
  /// step where the variance differs, one number a step where it does not.
  package var bridgeVariance: [Double]
  /// Two rows of uniforms: a path has touched its barrier below, and above, where its chance of not
  /// having done so falls to them.
  package var stays: [Double] = []

  // Room for draws, kept from block to block.
  var normals: [Double] = []
  var uniforms: [Double] = []
  var spare: [UInt16]
  var arrivals = Arrivals()
  var bridgeRoom: [Double] = []

  /// - Parameter substeps: parts of a step, each with a block of draws, of a variance that moves; nil
  ///   where a block is for two steps.
  init(count: Int, steps: Int, substeps: Int?) {
    self.steps = steps
    let ownVariance = substeps != nil
    hasOwnVariance = ownVariance
    width = PathRows.width(max(count, 1))
    // The last of an odd number of steps has a row too many.
    let draws = 2 * (substeps.map { $0 * steps } ?? (steps + 1) / 2) * width
    spare = [UInt16](repeating: 0, count: draws)
    diffused = [Double](repeating: 0, count: 2 * ((steps + 1) / 2) * width)
    landed = [Double](repeating: 0, count: steps * width)
    jumped = [UInt8](repeating: 0, count: steps)
    bridgeVariance = [Double](repeating: 0, count: ownVariance ? steps * width : steps)
  }

  /// ln(S/S₀) of a path at the end of a step, before its jumps.
  @inline(__always)
  public func diffused(_ step: Int, column: Int) -> Double { diffused[step * width + column] }

  /// ln(S/S₀) of a path at the end of a step.
  @inline(__always)
  public func landed(_ step: Int, column: Int) -> Double {
    let place = step * width + column
    return jumped[step] != 0 ? landed[place] : diffused[place]
  }

  /// σ²Δ of a path's diffusion in a step.
  @inline(__always)
  public func bridgeVariance(_ step: Int, column: Int) -> Double {
    bridgeVariance[hasOwnVariance ? step * width + column : step]
  }

  /// Steps in which a path may have jumped, and the draws that decide it and size it.
  struct Arrivals {
    var places: [UInt32] = []
    var columns: [UInt32] = []
    var steps: [UInt32] = []
    var draws: (first: [Double], second: [Double]) = ([], [])
  }

  func place(firstBlock: UInt32 = 0) -> PathRows.Place {
    PathRows.Place(firstPath: firstPath, width: width, firstBlock: firstBlock)
  }

  mutating func setJump(_ size: Double, step: Int, column: Int) {
    if jumped[step] == 0 {
      jumped[step] = 1
      for place in (step * width)..<((step + 1) * width) { landed[place] = 0 }
    }
    landed[step * width + column] = size
  }
}
