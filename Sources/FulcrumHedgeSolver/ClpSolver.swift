#if Clp
  internal import CClp
  internal import FulcrumRisk

  /// COIN-OR's simplex code behind its C interface.
  struct ClpSolver: LinearProgramSolver {
    /// By how much a row or a price may be off, in units of a scaled program; nil for Clp's own 1e-7.
    var tolerance: Double?

    var name: String {
      let parts = [Clp_VersionMajor(), Clp_VersionMinor(), Clp_VersionRelease()]
      return "Clp " + parts.map(String.init).joined(separator: ".")
    }

    func solve(_ program: LinearProgram) -> LinearOutcome {
      guard program.isSound else { return .failed("a number of the program is not finite") }
      guard Self.isWithinReach(program) else {
        return .failed("a number of the program is beyond 1e20")
      }
      guard !program.columns.isEmpty else { return emptyOutcome(program) }
      // Clp's own reduced gradient creeps for minutes on some, and stops short of the optimum on others
      // without a word.
      if program.isQuadratic { return QuadraticTangents(program).solve(by: Self.exact) }
      guard let model = Clp_newModel() else { return .failed("Clp gave no model") }
      defer { Clp_deleteModel(model) }
      Clp_setLogLevel(model, 0)
      if let tolerance {
        Clp_setPrimalTolerance(model, tolerance)
        Clp_setDualTolerance(model, tolerance)
      }
      load(program, into: model)
      _ = Clp_dual(model, 0)
      // Dual simplex calls an unbounded program infeasible at times; primal settles it.
      if Clp_status(model) != 0 { _ = Clp_primal(model, 0) }
      switch Clp_status(model) {
      case 0: return outcome(program, model)
      case 1: return .infeasible
      case 2: return .unbounded
      case let status: return .failed("Clp ended with status \(status)")
      }
    }

    /// Tangents lie closer to each other than Clp's own tolerance tells apart.
    private static let exact = ClpSolver(tolerance: 1e-11)

    /// Clp ends the process on costs from 1e25 on and takes bounds from 1e30 on as infinite.
    private static func isWithinReach(_ program: LinearProgram) -> Bool {
      func isSmall(_ number: Double) -> Bool { number.isInfinite || number.magnitude <= 1e20 }
      return program.columns.allSatisfy { column in
        column.cost.magnitude <= 1e20 && column.curvature <= 1e20
          && column.coefficients.allSatisfy { $0.magnitude <= 1e20 }
          && isSmall(column.bounds.lower) && isSmall(column.bounds.upper)
      } && program.rows.allSatisfy { isSmall($0.lower) && isSmall($0.upper) }
    }

    /// Without unknowns Ax = 0.
    private func emptyOutcome(_ program: LinearProgram) -> LinearOutcome {
      let holds = program.rows.allSatisfy { $0.lower <= 0 && $0.upper >= 0 }
      return holds ? .optimal(LinearSolution(values: [], cost: 0, dualCost: 0)) : .infeasible
    }

    private func load(_ program: LinearProgram, into model: UnsafeMutableRawPointer) {
      var starts: [CoinBigIndex] = [0]
      var places: [Int32] = []
      var elements: [Double] = []
      for column in program.columns {
        for (row, value) in column.coefficients.enumerated() where value != 0 {
          places.append(Int32(row))
          elements.append(value)
        }
        starts.append(CoinBigIndex(places.count))
      }
      Clp_loadProblem(
        model, Int32(program.columns.count), Int32(program.rows.count), starts, places, elements,
        program.columns.map { Self.bound($0.bounds.lower) },
        program.columns.map { Self.bound($0.bounds.upper) }, program.columns.map(\.cost),
        program.rows.map { Self.bound($0.lower) }, program.rows.map { Self.bound($0.upper) })
    }

    /// Clp takes numbers from 1e30 on as infinite.
    private static func bound(_ value: Double) -> Double {
      value.isInfinite ? (value > 0 ? 1e31 : -1e31) : value
    }

    private func outcome(
      _ program: LinearProgram, _ model: UnsafeMutableRawPointer
    ) -> LinearOutcome {
      let count = program.columns.count
      guard let columns = Clp_getColSolution(model), let reduced = Clp_getReducedCost(model),
        let prices = Clp_getRowPrice(model)
      else {
        return .failed("Clp gave no solution")
      }
      let values = (0..<count).map { columns[$0] }
      let rowPrices = program.rows.indices.map { prices[$0] }
      var dual = 0.0
      for (price, row) in zip(rowPrices, program.rows) { dual += Self.price(price, row) }
      for place in 0..<count {
        dual += Self.price(reduced[place], program.columns[place].bounds)
      }
      return .optimal(
        LinearSolution(
          values: values, cost: program.cost(of: values), dualCost: dual, rowPrices: rowPrices))
    }

    /// What a multiplier earns at the bound that it pushes against.
    private static func price(_ multiplier: Double, _ bounds: LinearProgram.Bounds) -> Double {
      let bound = multiplier > 0 ? bounds.lower : bounds.upper
      // A multiplier at an infinite bound is rounding.
      return bound.isInfinite ? 0 : multiplier * bound
    }
  }
#endif
