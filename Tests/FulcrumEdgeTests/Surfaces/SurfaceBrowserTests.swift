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
    let page = SurfaceHTML.render(contents)
      .replacing("</body>", with: ReportBrowserTests.probe, maxReplacements: 1)
    let visit = try Browser.open(
      ReportBrowserTests.framed(page, width: size.0, height: size.1), width: size.0,
      height: size.1, dark: dark)
    #expect(visit.console == [])
    let fields = try ReportBrowserTests.measured(visit.dom)
    print("surface page \(size.0) \(dark ? "dark" : "light"): \(fields.sorted { $0.key < $1.key })")
    #expect(fields["width"] == "\(size.0)")
    #expect(fields["scroll"] == "\(size.0)", "the page scrolls sideways")
    #expect(fields["out"] == nil, "text leaves its picture")
    #expect(fields["small"] == "0", "text below 9.5 px")
    #expect(fields["hidden"] == "false", "the theme button is shown where scripts run")
    #expect(fields["ground"] == (dark ? "rgb(16, 20, 26)" : "rgb(246, 246, 243)"))
    #expect(visit.screenshot.count > 20_000)
  }
}
