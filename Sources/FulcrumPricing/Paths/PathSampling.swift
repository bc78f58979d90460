internal import FulcrumNumerics

/// Where the normals of the index come from.
public enum PathSampling: String, Hashable, Sendable, CaseIterable {
  /// All from the random generator; paths are independent.
  case random
  /// The first 64 in the order of a Brownian bridge from Sobol points, in 16 randomised replicates;
  /// the rest, jumps, variance and the bridge between steps at random (leverage-math 6.4).
  ///
  /// Paths of one replicate depend on each other: errors come from the spread of the replicates.
  case sobol

  /// Samples that are independent of each other; path p belongs to p mod `replicates`.
  public var replicates: Int { self == .sobol ? ShiftedSobol.replicates : 1 }
}

/// Sobol points in the place of the normals that matter most.
struct PathPoints: Sendable {
  private let points: SobolRows
  private let bridge: BrownianPath

  /// - Parameter substeps: equal parts of each step, each with a normal of its own.
  init(times: [Double], substeps: Int, seed: UInt64) {
    let starts = [0] + times.dropLast()
    let parts = zip(starts, times).flatMap { start, end in
      (1...substeps).map { start + (end - start) * Double($0) / Double(substeps) }
    }
    bridge = BrownianPath(times: parts)
    points = SobolRows(dimensions: min(parts.count, Sobol.mostDimensions), seed: seed)
  }

  /// Normals of independent steps in rows 0, stride, 2·stride … become those of paths that Sobol
  /// points have the outline of.
  func replace(
    _ rows: inout [Double], at place: PathRows.Place, stride: Int, room: inout [Double]
  ) {
    points.normals(at: place, stride: stride, into: &rows)
    bridge.stepNormals(&rows, width: place.width, stride: stride, room: &room)
  }
}
