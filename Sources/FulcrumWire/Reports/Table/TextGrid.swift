/// A table of text: every column as wide as its widest entry, the whole within a given width.
///
/// Numbers are never cut. Where the table would be too wide, text columns that may shrink are cut
/// with an ellipsis, then columns are left out from the lowest rank up, and `leftOut` names them.
struct TextGrid {
  struct Column {
    var title: String
    /// Unit, under the title.
    var unit: String
    var rightAligned: Bool
    /// A text column may be cut down to this many characters; nil: never cut.
    var shortest: Int?
    /// The column of the lowest rank is the first to be left out; 0 stays always.
    var rank: Int

    init(
      _ title: String, unit: String = "", rightAligned: Bool = true, shortest: Int? = nil,
      rank: Int = 0
    ) {
      self.title = title
      self.unit = unit
      self.rightAligned = rightAligned
      self.shortest = shortest
      self.rank = rank
    }
  }

  enum Row {
    case cells([String], tone: Tone)
    /// A line of its own across the columns.
    case heading(String, tone: Tone)
  }

  var columns: [Column]
  var rows: [Row] = []
  private(set) var leftOut: [String] = []

  init(columns: [Column]) { self.columns = columns }

  static let gap = 2

  mutating func lines(width: Int, ink: Ink) -> [String] {
    var kept = Array(columns.indices)
    var widths = naturalWidths()
    shrink(&widths, kept, to: width)
    while total(widths, kept) > width,
      let last = kept.filter({ columns[$0].rank > 0 }).max(by: {
        columns[$0].rank < columns[$1].rank
      })
    {
      kept.removeAll { $0 == last }
      leftOut.append(columns[last].title)
      widths = naturalWidths()
      shrink(&widths, kept, to: width)
    }
    return layout(kept, widths, width, ink)
  }

  private func layout(_ kept: [Int], _ widths: [Int], _ width: Int, _ ink: Ink) -> [String] {
    var lines = [line(columns.map(\.title), kept, widths, ink)].map { ink.paint($0, .heading) }
    if columns.contains(where: { !$0.unit.isEmpty }) {
      lines.append(ink.paint(line(columns.map(\.unit), kept, widths, ink), .quiet))
    }
    lines.append(ink.paint(String(repeating: ink.rule, count: total(widths, kept)), .quiet))
    for row in rows {
      switch row {
      case .cells(let cells, let tone):
        lines.append(ink.paint(line(cells, kept, widths, ink), tone))
      case .heading(let text, let tone):
        lines.append(ink.paint(cut(text, to: width, ink), tone))
      }
    }
    return lines
  }

  private func naturalWidths() -> [Int] {
    var widths = columns.map { max($0.title.count, $0.unit.count) }
    for case .cells(let cells, _) in rows {
      for (place, cell) in cells.enumerated() { widths[place] = max(widths[place], cell.count) }
    }
    return widths
  }

  private func total(_ widths: [Int], _ kept: [Int]) -> Int {
    kept.reduce(0) { $0 + widths[$1] } + Self.gap * max(kept.count - 1, 0)
  }

  private func shrink(_ widths: inout [Int], _ kept: [Int], to width: Int) {
    for place in kept.reversed() {
      guard let shortest = columns[place].shortest else { continue }
      let excess = total(widths, kept) - width
      if excess > 0 { widths[place] = max(min(shortest, widths[place]), widths[place] - excess) }
    }
  }

  private func line(_ cells: [String], _ kept: [Int], _ widths: [Int], _ ink: Ink) -> String {
    var text = ""
    for (order, place) in kept.enumerated() {
      if order > 0 { text += String(repeating: " ", count: Self.gap) }
      let cell = cut(cells[place], to: widths[place], ink)
      let padding = String(repeating: " ", count: widths[place] - cell.count)
      text += columns[place].rightAligned ? padding + cell : cell + padding
    }
    while text.last == " " { text.removeLast() }
    return text
  }

  private func cut(_ text: String, to width: Int, _ ink: Ink) -> String {
    guard text.count > width else { return text }
    return text.prefix(max(width - ink.ellipsis.count, 0)) + ink.ellipsis
  }
}
