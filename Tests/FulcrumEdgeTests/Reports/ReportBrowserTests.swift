import Testing

@testable import FulcrumWire

@Suite(
  "Report in a browser", .serialized, .enabled(if: Browser.path != nil, Browser.missing))
struct ReportBrowserTests {
  @Test(
    "no page scroll, no error, readable pictures: phone and desk, light and dark",
    arguments: [(390, 844), (1280, 900)], [false, true])
  func opens(size: (Int, Int), dark: Bool) throws {
    let dom = try Browser.check(
      ReportHTML.render(try ReportSample.contents()), named: "report", size: size, dark: dark)
    #expect(dom.contains("Account leverage 0.206x hides pool weekly-calls"))
    #expect(!dom.contains("<script>alert"))
  }
}
