/// SVG being written: elements as text, places to a tenth of a unit, all outside text escaped.
struct SVGText {
  private(set) var text = ""

  enum Anchor: String { case start, middle, end }

  /// An image that says what it shows to those who cannot see it.
  static func image(
    width: Int, height: Int, id: String, title: String, description: String,
    _ body: (inout SVGText) -> Void
  ) -> String {
    var svg = SVGText()
    svg.text =
      "<svg viewBox=\"0 0 \(width) \(height)\" role=\"img\" "
      + "aria-labelledby=\"\(id)-t \(id)-d\"><title id=\"\(id)-t\">\(HTMLText.escaped(title))"
      + "</title><desc id=\"\(id)-d\">\(HTMLText.escaped(description))</desc>"
    body(&svg)
    return svg.text + "</svg>"
  }

  static func place(_ number: Double) -> String {
    let tenths = (number * 10).rounded()
    guard tenths.magnitude < 1e9 else { return "0" }
    let whole = Int(tenths)
    return whole % 10 == 0 ? "\(whole / 10)" : "\(Double(whole) / 10)"
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    text +=
      "<line x1=\"\(Self.place(x1))\" y1=\"\(Self.place(y1))\" x2=\"\(Self.place(x2))\" "
      + "y2=\"\(Self.place(y2))\" class=\"\(style)\"/>"
  }

  mutating func box(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String
  ) {
    text +=
      "<rect x=\"\(Self.place(x))\" y=\"\(Self.place(y))\" width=\"\(Self.place(max(width, 0)))\" "
      + "height=\"\(Self.place(max(height, 0)))\" class=\"\(style)\"/>"
  }

  mutating func dot(_ x: Double, _ y: Double, radius: Double = 3.5, _ style: String) {
    text +=
      "<circle cx=\"\(Self.place(x))\" cy=\"\(Self.place(y))\" r=\"\(Self.place(radius))\" "
      + "class=\"\(style)\"/>"
  }

  mutating func diamond(_ x: Double, _ y: Double, radius: Double = 4.5, _ style: String) {
    let points = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
    let route = points.map { Self.place($0.0) + " " + Self.place($0.1) }.joined(separator: "L")
    text += "<path d=\"M\(route)Z\" class=\"\(style)\"/>"
  }

  /// A line through the points; nil is a gap.
  mutating func path(_ points: [(x: Double, y: Double)?], _ style: String) {
    var route = ""
    var isDrawing = false
    for point in points {
      guard let point else {
        isDrawing = false
        continue
      }
      route += (isDrawing ? "L" : "M") + Self.place(point.x) + " " + Self.place(point.y)
      isDrawing = true
    }
    if !route.isEmpty { text += "<path d=\"\(route)\" class=\"\(style)\"/>" }
  }

  mutating func label(
    _ content: String, _ x: Double, _ y: Double, _ anchor: Anchor = .middle, _ style: String = "t"
  ) {
    let side = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    text +=
      "<text x=\"\(Self.place(x))\" y=\"\(Self.place(y))\"\(side) class=\"\(style)\">"
      + "\(HTMLText.escaped(content))</text>"
  }
}
