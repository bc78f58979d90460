public import FulcrumRisk

/// The solver that this build has.
public enum HedgeSolver {
  /// Nil in a build without the trait `Clp`.
  public static var available: (any LinearProgramSolver)? {
    #if Clp
      ClpSolver()
    #else
      nil
    #endif
  }

  /// What to do where there is none.
  public static let missing =
    "this build has no solver of linear programs; install coinor-libclp-dev and build with the "
    + "package trait Clp, which is on unless it is switched off"
}
