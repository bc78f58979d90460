#if Clp
  internal import FulcrumRisk

  /// A quadratic program by linear ones: each square is held from below by its tangents, and where an
  /// optimum leaves a gap another is added there.
  ///
  /// The gap of a square between two tangents falls to a quarter each time. Both sides are proofs of
  /// their own: no cost is below a dual's value, and no optimum is above the cost of what was found.
  struct QuadraticTangents {
    /// Of the cost, and in its own unit: what still counts as proved.
    private static let gap = 1e-8
    private static let mostRounds = 60

    private let program: LinearProgram
    /// Columns with a curvature, and where each has tangents.
    private let curved: [Int]
    private var points: [[Double]]
    private var best: LinearSolution?

    init(_ program: LinearProgram) {
      self.program = program
      curved = program.columns.indices.filter { program.columns[$0].curvature > 0 }
      points = curved.map { _ in [-1, -1e-2, 1e-2, 1] }
    }

    private static func isProved(_ solution: LinearSolution) -> Bool {
      (solution.cost - solution.dualCost).magnitude <= gap * max(solution.cost.magnitude, 1e-7)
    }

    func solve(by solver: some LinearProgramSolver) -> LinearOutcome {
      var search = self
      for _ in 0..<Self.mostRounds {
        let outcome = solver.solve(search.linear)
        guard case .optimal(let solution) = outcome else {
          return search.best.map { .optimal($0) } ?? outcome
        }
        let values = Array(solution.values.prefix(program.columns.count))
        search.take(values, Array(solution.rowPrices.prefix(program.rows.count)))
        if let best = search.best, Self.isProved(best) { break }
        for (rank, place) in curved.enumerated() { search.points[rank].append(values[place]) }
      }
      return search.best.map { .optimal($0) } ?? .failed("no tangents were tried")
    }

    /// The lower cost of what was found and the higher proof.
    private mutating func take(_ values: [Double], _ rowPrices: [Double]) {
      let cost = program.cost(of: values)
      let dual = program.dualCost(rowPrices: rowPrices)
      guard var known = best else {
        best = LinearSolution(
          values: values, cost: cost, dualCost: dual, rowPrices: rowPrices)
        return
      }
      if cost < known.cost { (known.values, known.cost) = (values, cost) }
      if dual > known.dualCost { (known.dualCost, known.rowPrices) = (dual, rowPrices) }
      best = known
    }

    /// min c·x + Σ t_i with t_i ≥ q_i p (x_i − ½ p) at every point p, and t_i ≥ 0.
    private var linear: LinearProgram {
      var linear = program
      let tangents = zip(curved, points).flatMap { place, points in
        points.map { (place: place, slope: program.columns[place].curvature * $0, point: $0) }
      }
      for place in linear.columns.indices {
        linear.columns[place].curvature = 0
        linear.columns[place].coefficients += tangents.map { $0.place == place ? -$0.slope : 0 }
      }
      for place in curved {
        linear.columns.append(
          LinearProgram.Column(
            cost: 1, bounds: .init(0, .infinity),
            coefficients: program.rows.map { _ in 0 }
              + tangents.map { $0.place == place ? 1 : 0 }))
      }
      linear.rows += tangents.map { .init(-0.5 * $0.slope * $0.point, .infinity) }
      return linear
    }
  }
#endif
