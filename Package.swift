// swift-tools-version:6.2
import PackageDescription

// `FULCRUM_ONLY=core` leaves out every target that needs a package beyond swift-numerics, so that
// the pure core builds and tests alone in well under a minute.
let coreOnly = Context.environment["FULCRUM_ONLY"] == "core"

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let real: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")

var products: [Product] = [
  .library(
    name: "Fulcrum",
    targets: [
      "FulcrumModel", "FulcrumNumerics", "FulcrumPricing", "FulcrumRisk", "FulcrumLedger",
    ])
]

var dependencies: [Package.Dependency] = [
  .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1")
]

var targets: [Target] = [
  .target(name: "FulcrumModel", swiftSettings: strict),
  // Levels are chosen by attribute, never by a flag, so that the package stays usable as a dependency.
  .target(name: "CFulcrumKernels", exclude: ["kernels.inc"]),
  .target(
    name: "FulcrumNumerics", dependencies: ["CFulcrumKernels", real], swiftSettings: strict),
  .target(
    name: "FulcrumPricing",
    dependencies: ["CFulcrumKernels", "FulcrumModel", "FulcrumNumerics", real],
    swiftSettings: strict),
  .target(
    name: "FulcrumRisk",
    dependencies: ["CFulcrumKernels", "FulcrumModel", "FulcrumNumerics", "FulcrumPricing", real],
    swiftSettings: strict),
  .target(name: "FulcrumLedger", dependencies: ["FulcrumModel"], swiftSettings: strict),
  // The judge of ledgers: it ships to users, so it needs no test kit and no store.
  .target(
    name: "FulcrumAuditor", dependencies: ["FulcrumModel", "FulcrumLedger"],
    swiftSettings: strict),
  // Worlds build with the core; what breaks disks needs the store.
  .target(
    name: "FulcrumTestKit",
    dependencies: [
      "FulcrumModel", "FulcrumPricing", "FulcrumRisk", "FulcrumLedger", "FulcrumAuditor",
    ]
      + (coreOnly ? [] : ["CFaultFileSystem", "FulcrumStore"]),
    exclude: coreOnly ? ["Faults"] : [], swiftSettings: strict),
  .testTarget(
    name: "FulcrumSimTests",
    dependencies: [
      "FulcrumModel", "FulcrumPricing", "FulcrumRisk", "FulcrumLedger", "FulcrumAuditor",
      "FulcrumTestKit",
    ],
    swiftSettings: strict),
  .testTarget(
    name: "FulcrumLedgerTests",
    dependencies: ["FulcrumModel", "FulcrumPricing", "FulcrumRisk", "FulcrumLedger"],
    swiftSettings: strict),
  .testTarget(
    name: "FulcrumModelTests", dependencies: ["FulcrumModel"], swiftSettings: strict),
  .testTarget(
    name: "FulcrumNumericsTests", dependencies: ["FulcrumNumerics"], swiftSettings: strict),
  .testTarget(
    name: "FulcrumPricingTests",
    dependencies: ["FulcrumModel", "FulcrumNumerics", "FulcrumPricing"],
    swiftSettings: strict),
  .testTarget(
    name: "FulcrumRiskTests",
    dependencies: ["FulcrumModel", "FulcrumNumerics", "FulcrumPricing", "FulcrumRisk"],
    swiftSettings: strict),
]

// Only `make docs` asks for the documentation plugin, so that nobody else resolves it.
if Context.environment["FULCRUM_DOCS"] == "1" {
  dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}

if !coreOnly {
  products.append(.executable(name: "fulcrum", targets: ["fulcrum"]))
  products.append(.executable(name: "fulcrum-sim", targets: ["fulcrum-sim"]))
  // For the fuzz package: its types are `package`, so nothing outside can use them.
  products.append(.library(name: "FulcrumWire", targets: ["FulcrumWire"]))
  products.append(.library(name: "FulcrumStore", targets: ["FulcrumStore"]))
  products.append(.library(name: "FulcrumHedgeSolver", targets: ["FulcrumHedgeSolver"]))
  dependencies += [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ]
  targets += [
    .systemLibrary(name: "CClp", pkgConfig: "clp", providers: [.apt(["coinor-libclp-dev"])]),
    .target(
      name: "FulcrumHedgeSolver",
      dependencies: [
        .target(name: "CClp", condition: .when(traits: ["Clp"])), "FulcrumRisk",
      ],
      swiftSettings: strict),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "FulcrumWire",
      dependencies: [
        "CZlib", "FulcrumModel", "FulcrumNumerics", "FulcrumPricing", "FulcrumRisk",
        "FulcrumLedger", "FulcrumHedgeSolver",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(
      name: "FulcrumStore",
      dependencies: [
        "FulcrumModel", "FulcrumLedger",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    // An SQLite file system that breaks on order, for the tests of the store.
    .target(name: "CFaultFileSystem", linkerSettings: [.linkedLibrary("sqlite3")]),
    .executableTarget(
      name: "fulcrum-sim",
      dependencies: [
        "FulcrumModel", "FulcrumLedger", "FulcrumAuditor", "FulcrumStore", "FulcrumTestKit",
        "FulcrumWire",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FulcrumStoreTests",
      dependencies: [
        "FulcrumModel", "FulcrumLedger", "FulcrumStore", "FulcrumTestKit",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "fulcrum",
      dependencies: [
        "FulcrumModel", "FulcrumNumerics", "FulcrumPricing", "FulcrumRisk", "FulcrumLedger",
        "FulcrumAuditor", "FulcrumStore", "FulcrumWire", "FulcrumHedgeSolver",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FulcrumTrialTests",
      dependencies: ["FulcrumAuditor", "FulcrumTestKit", "fulcrum-sim"], swiftSettings: strict),
    .testTarget(
      name: "FulcrumEdgeTests",
      dependencies: [
        "CZlib", "FulcrumModel", "FulcrumPricing", "FulcrumRisk", "FulcrumLedger",
        "FulcrumAuditor", "FulcrumStore", "FulcrumTestKit", "FulcrumWire", "fulcrum",
        "FulcrumHedgeSolver",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "SwiftCSV", package: "SwiftCSV"),
      ],
      swiftSettings: strict),
  ]
}

// Clp is a library of the system: on by default, and `--disable-default-traits` builds without it.
let traits: Set<Trait> =
  coreOnly
  ? []
  : [
    .trait(name: "Clp", description: "Solve hedges by COIN-OR Clp (coinor-libclp-dev)."),
    .default(enabledTraits: ["Clp"]),
  ]

let package = Package(
  name: "fulcrum",
  products: products,
  traits: traits,
  dependencies: dependencies,
  targets: targets,
  swiftLanguageModes: [.v6])
