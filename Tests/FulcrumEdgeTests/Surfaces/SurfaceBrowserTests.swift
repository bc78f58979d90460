import Testing

@testable import FulcrumWire

/// The page of surfaces in a browser, measured as the report's page is.
@Suite(
  "Surface in a browser", .serialized, .enabled(if: Browser.path != nil, Browser.missing))
struct SurfaceBrowserTests {
  @Test(
    "no page scroll, no error, readable pictures: phone and desk, light and dark",
    arguments: [(390, 844), (1280, 900)], [false, true])
  func opens(size: (Int, Int), dark: Bool) throws {
    let market = Repository.root.appendingPathComponent("Demo/market.json").path
    let contents = try SurfaceReading.contents([try InputFile.read(market)], SurfaceRequest())
    _ = try Browser.check(
      SurfaceHTML.render(contents), named: "surface", size: size, dark: dark)
  }
}
