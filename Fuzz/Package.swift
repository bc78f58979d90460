// swift-tools-version:6.2
import PackageDescription

// One executable for each parser. libFuzzer brings `main`, so each target is compiled as a library
// and holds only the entry point that libFuzzer calls; README.md says how they are built.

// The readers of files are `package`, not public: a fuzz target leaves this package
// (`packageAccess: false`) and joins the one it tests, which SwiftPM names after its folder.
let home = Context.packageDirectory.split(separator: "/").dropLast().last ?? "fulcrum"
let name = String(home.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })

let target = { (target: String, products: [String]) -> Target in
  .executableTarget(
    name: target,
    dependencies: products.map { .product(name: $0, package: "fulcrum") }, packageAccess: false,
    swiftSettings: [.unsafeFlags(["-parse-as-library", "-package-name", name])])
}

let package = Package(
  name: "fulcrum-fuzz",
  dependencies: [.package(name: "fulcrum", path: "..")],
  targets: [
    target("FuzzScalars", ["Fulcrum"]),
    target("FuzzInstrument", ["Fulcrum"]),
    target("FuzzBook", ["Fulcrum", "FulcrumWire"]),
    target("FuzzPools", ["Fulcrum", "FulcrumWire"]),
    target("FuzzCollateral", ["Fulcrum", "FulcrumWire"]),
    target("FuzzMarket", ["Fulcrum", "FulcrumWire"]),
    target("FuzzBatch", ["Fulcrum", "FulcrumWire"]),
    target("FuzzVectors", ["Fulcrum", "FulcrumWire"]),
    target("FuzzParameters", ["Fulcrum", "FulcrumWire"]),
    target("FuzzPolicy", ["Fulcrum", "FulcrumWire"]),
    target("FuzzPrices", ["Fulcrum", "FulcrumWire"]),
  ],
  swiftLanguageModes: [.v6])
