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
    dependencies: ["FulcrumModel", "FulcrumNumerics", "FulcrumPricing", real],
    swiftSettings: strict),
  .target(name: "FulcrumLedger", dependencies: ["FulcrumModel"], swiftSettings: strict),
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
  // For the fuzz package: its types are `package`, so nothing outside can use them.
  products.append(.library(name: "FulcrumWire", targets: ["FulcrumWire"]))
  dependencies += [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
  ]
  targets += [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "FulcrumWire",
      dependencies: [
        "CZlib", "FulcrumModel", "FulcrumNumerics", "FulcrumPricing", "FulcrumRisk",
        "FulcrumLedger", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "fulcrum",
      dependencies: [
        "FulcrumModel", "FulcrumNumerics", "FulcrumPricing", "FulcrumRisk", "FulcrumWire",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FulcrumEdgeTests",
      dependencies: [
        "CZlib", "FulcrumModel", "FulcrumPricing", "FulcrumRisk", "FulcrumWire", "fulcrum",
        .product(name: "SwiftCSV", package: "SwiftCSV"),
      ],
      swiftSettings: strict),
  ]
}

let package = Package(
  name: "fulcrum",
  products: products,
  dependencies: dependencies,
  targets: targets,
  swiftLanguageModes: [.v6])
