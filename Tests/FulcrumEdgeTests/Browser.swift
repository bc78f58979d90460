import Foundation
import Testing

/// Chromium without a window, where this machine has one.
enum Browser {
  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for name in ["chromium", "chromium-browser", "google-chrome"] {
      for folder in folders {
        let path = "\(folder)/\(name)"
        if FileManager.default.isExecutableFile(atPath: path) { return path }
      }
    }
    return nil
  }()

  static let missing: Comment = "no chromium on PATH: the page is not opened in a browser"

  struct Visit {
    let dom: String
    let console: [String]
    let screenshot: Data
  }

  /// Opens a page and returns its document after scripts ran, what they logged, and a picture.
  static func open(_ page: String, width: Int, height: Int, dark: Bool) throws -> Visit {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("fulcrum-page-\(UInt64.random(in: 0...UInt64.max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("report.html")
    try Data(page.utf8).write(to: file)
    let common = [
      "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
      "--hide-scrollbars", "--enable-logging=stderr", "--virtual-time-budget=2000",
      "--user-data-dir=\(folder.path)/profile", "--window-size=\(width),\(height)",
      "--blink-settings=preferredColorScheme=\(dark ? 0 : 1)",
    ]
    let picture = folder.appendingPathComponent("page.png")
    let (_, log) = try run(common + ["--screenshot=\(picture.path)", file.absoluteString], folder)
    let (dom, _) = try run(common + ["--dump-dom", file.absoluteString], folder)
    return Visit(
      dom: dom,
      console: log.split(separator: "\n").map(String.init).filter { $0.contains("CONSOLE") },
      screenshot: try Data(contentsOf: picture))
  }

  /// Output goes to files: a pipe that nobody reads while waiting would stop the browser.
  private static func run(_ arguments: [String], _ folder: URL) throws -> (String, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    process.arguments = arguments
    let places = ["out", "err"].map { folder.appendingPathComponent($0) }
    for place in places { try Data().write(to: place) }
    let handles = try places.map { try FileHandle(forWritingTo: $0) }
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let texts = try places.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return (texts[0], texts[1])
  }
}

/// What every page of Fulcrum is held to, on a phone and on a desk, light and dark.
extension Browser {
  /// Measures the page from inside: its width, pictures whose text leaves them, and controls.
  private static let probe = """
    <script>(function(){var d=document.documentElement,out=[],small=0;
    document.querySelectorAll('svg[viewBox] text').forEach(function(t){
    var b=t.getBBox(),v=t.ownerSVGElement.viewBox.baseVal,r=t.getBoundingClientRect(),
    s=parseFloat(getComputedStyle(t).fontSize)*r.height/b.height;
    if(-1.5>b.x||b.x+b.width>v.width+1.5||-1.5>b.y||b.y+b.height>v.height+1.5)
    out.push(t.textContent);
    if(9.5>s)small++});
    var narrow=[].filter.call(document.querySelectorAll('tbody th'),function(t){
    return 100>t.getBoundingClientRect().width&&t.closest('.stick')}).length;
    var wide=[].filter.call(document.querySelectorAll('.scroll'),function(t){
    return t.scrollWidth>t.clientWidth}).length;
    (frameElement?parent.document.documentElement:d).setAttribute('data-probe','width='+innerWidth+
    ';scroll='+d.scrollWidth+';out='+out.join(',')+';small='+small+';narrow='+narrow+';wide='+wide+
    ';hidden='+
    document.getElementById('theme').hidden+';ground='+
    getComputedStyle(document.body).backgroundColor)})();</script></body>
    """

  /// A browser window is never narrower than 500: a phone is a frame inside one.
  private static func framed(_ page: String, width: Int, height: Int) -> String {
    guard width < 500 else { return page }
    let source = page.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
    return "<!DOCTYPE html><html><body style=\"margin:0\"><iframe style=\"border:0;width:"
      + "\(width)px;height:\(height)px\" srcdoc=\"\(source)\"></iframe></body></html>"
  }

  private static func measured(_ dom: String) throws -> [String: String] {
    let start = try #require(dom.firstRange(of: "data-probe=\"")).upperBound
    let text = dom[start...].prefix { $0 != "\"" }
    var fields: [String: String] = [:]
    for part in text.split(separator: ";") {
      let pair = part.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { fields[String(pair[0])] = String(pair[1]) }
    }
    return fields
  }

  /// Opens a page and expects it to fit, to be readable, quiet and in its colours.
  ///
  /// - Returns: the document after its scripts ran.
  static func check(
    _ html: String, named name: String, size: (Int, Int), dark: Bool
  ) throws -> String {
    let page = html.replacing("</body>", with: probe, maxReplacements: 1)
    let visit = try open(
      framed(page, width: size.0, height: size.1), width: size.0, height: size.1, dark: dark)
    #expect(visit.console == [])
    let fields = try measured(visit.dom)
    let shown = fields.sorted { $0.key < $1.key }
    print("\(name) page \(size.0) \(dark ? "dark" : "light"): \(shown)")
    #expect(fields["width"] == "\(size.0)")
    #expect(fields["scroll"] == "\(size.0)", "the page scrolls sideways")
    #expect(fields["out"] == nil, "text leaves its picture")
    #expect(fields["small"] == "0", "text below 9.5 px")
    #expect(fields["narrow"] == "0", "a name is folded letter by letter")
    if size.0 >= 1280 { #expect(fields["wide"] == "0", "a table is cut at a desk's width") }
    #expect(fields["hidden"] == "false", "the theme button is shown where scripts run")
    #expect(fields["ground"] == (dark ? "rgb(16, 20, 26)" : "rgb(246, 246, 243)"))
    // A PNG of one colour compresses to next to nothing.
    #expect(visit.screenshot.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(visit.screenshot.count > 20_000)
    return visit.dom
  }
}
