internal import CFulcrumKernels
internal import Synchronization

/// The instruction set that the batch kernels run on, which decides their last bits.
///
/// In every kernel `avx512` and `avx2` give the same bits as each other. `portable`, without fused
/// multiply-add, differs from them in the last bits. What `swift` is depends on the kernel:
///
/// - prices and Greeks: pure Swift on `SIMD8<Double>`, the bits of `portable`; both differ from the
///   levels with FMA by less than 1e-15 of max(F, K) in price;
/// - implied volatility, normal functions, legs at nodes: the scalar functions, the same within each
///   kernel's accuracy;
/// - walks: the scalar functions, whose normals are exact and differ from the others by up to 5e-10
///   of themselves.
///
/// A result to be reproduced names its level. Figures: docs/numerics/kernels.md; why: decision 0039.
public enum KernelLevel: String, Hashable, Sendable, CaseIterable {
  /// No C: a text of its own for prices and Greeks, the scalar functions for the rest.
  case swift
  /// C in the instructions that every processor of the architecture has.
  case portable
  /// AVX2 with fused multiply-add.
  case avx2
  /// AVX-512 (F, DQ, BW, VL).
  case avx512

  /// The best level of this processor.
  public static let best: KernelLevel = {
    switch Int(fk_best_level()) {
    case FK_AVX512: .avx512
    case FK_AVX2: .avx2
    default: .portable
    }
  }()

  /// The levels that this processor can run.
  public static var supported: [KernelLevel] { allCases.filter(\.isSupported) }

  public var isSupported: Bool { code <= Self.best.code }

  /// The level of every batch call that does not name one: the best, unless one is pinned.
  public static var current: KernelLevel {
    let pinned = pinnedLevel.load(ordering: .relaxed)
    return allCases.indices.contains(pinned) ? allCases[pinned] : best
  }

  /// Makes `current` this level for the whole process; for the edge, once, before any batch.
  ///
  /// - Throws: `KernelLevelError.unsupported` where the processor lacks its instructions.
  public static func pin(_ level: KernelLevel) throws(KernelLevelError) {
    guard level.isSupported else { throw .unsupported(level, best: best) }
    pinnedLevel.store(allCases.firstIndex(of: level) ?? -1, ordering: .relaxed)
  }

  /// The level that a name means, as `FULCRUM_ISA` gives it; nil or empty asks for none.
  ///
  /// - Throws: `KernelLevelError.unknown` for any other text, `.unsupported` as `pin`.
  public static func pin(named text: String?) throws(KernelLevelError) {
    guard let text, !text.isEmpty else { return }
    guard let level = KernelLevel(rawValue: text) else { throw .unknown(text) }
    try pin(level)
  }

  private static let pinnedLevel = Atomic<Int>(-1)

  /// The level's number in the C kernels; −1 for the Swift text.
  package var code: Int32 {
    switch self {
    case .swift: -1
    case .portable: Int32(FK_PORTABLE)
    case .avx2: Int32(FK_AVX2)
    case .avx512: Int32(FK_AVX512)
    }
  }

  /// This level, or the best one where the processor lacks its instructions: no call can reach an
  /// instruction that does not exist.
  package var runnable: KernelLevel { isSupported ? self : Self.best }
}

/// Why a kernel level is refused.
public enum KernelLevelError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(String)
  case unsupported(KernelLevel, best: KernelLevel)

  public var description: String {
    switch self {
    case .unknown(let text):
      "kernel level \"\(text)\": not one of "
        + KernelLevel.allCases.map(\.rawValue).joined(separator: ", ") + "; name one of them"
    case .unsupported(let level, let best):
      "kernel level \(level.rawValue): this processor has no such instructions;"
        + " its best is \(best.rawValue)"
    }
  }
}
