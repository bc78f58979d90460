// swift-tools-version:6.2
import PackageDescription

// A package of its own, so that nothing here weighs on the build of the product. It depends on the
// library alone; whole runs are measured on the released program. Why no benchmark framework:
// docs/decisions/0011-own-benchmark-driver.md.
let package = Package(
  name: "fulcrum-benchmarks",
  dependencies: [
    .package(name: "fulcrum", path: ".."),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .target(name: "CLimitKernels", exclude: ["limit.inc"]),
    .executableTarget(
      name: "fulcrum-bench",
      dependencies: [
        "CLimitKernels",
        .product(name: "Fulcrum", package: "fulcrum"),
        .product(name: "FulcrumStore", package: "fulcrum"),
        .product(name: "FulcrumHedgeSolver", package: "fulcrum"),
        // SQLite itself, for the bare inserts that a store is compared with.
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
      ]),
    .executableTarget(
      name: "fulcrum-gate",
      dependencies: [.product(name: "Fulcrum", package: "fulcrum")],
      swiftSettings: [.treatAllWarnings(as: .error)]),
  ],
  swiftLanguageModes: [.v6])
