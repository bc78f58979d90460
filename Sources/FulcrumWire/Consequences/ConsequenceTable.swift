import FulcrumModel
import FulcrumRisk

/// Consequences as text.
package enum ConsequenceTable {
  package static func render(_ contents: ConsequenceContents, view: ReportView) -> String {
    let sheet = ConsequenceSheet(contents: contents)
    let ink = Ink(colour: view.colour, unicode: view.unicode)
    let width = max(view.width, TablePage.narrowest)
    var lines = [ink.paint("FULCRUM  consequences of leverage", .heading)]
    func add(_ text: String, _ tone: Tone = .plain) {
      lines += ink.folded(text, tone, width: width)
    }
    let strategy = contents.pool.strategy.map { ": \($0)" } ?? ""
    add("\(contents.pool.id)\(strategy)", .heading)
    add("As of \(contents.asOf)\(ink.separator)engine \(contents.provenance.engineVersion)", .quiet)
    for sentence in sheet.setting { add(sentence) }
    for section in sheet.sections {
      lines.append("")
      add(section.title, .heading)
      add(section.note, .quiet)
      var grid = TextGrid(
        columns: section.columns.map { .init($0.title, unit: $0.unit, rank: $0.rank) })
      grid.rows = sheet.report.sizes.map { size in
        .cells(
          section.columns.map { ink.safe($0.text(size)) },
          tone: size.multiple == 1 ? .heading : .plain)
      }
      lines += grid.lines(width: width, ink: ink)
      if !grid.leftOut.isEmpty {
        add("Left out for width: \(grid.leftOut.joined(separator: ", ")).", .quiet)
      }
    }
    lines.append("")
    add(sheet.optimum)
    let converged: Bool
    if case .differs = sheet.report.convergence { converged = false } else { converged = true }
    add(sheet.convergence, converged ? .plain : .warning)
    if sheet.report.sizes.contains(where: { !$0.isAffordable }) {
      add(
        "* equity does not cover the initial margin, or not the premiums: this size cannot be "
          + "opened.")
    }
    for remark in contents.remarks { add(remark) }
    for issue in contents.issues { add(issue.description, .warning) }
    return lines.joined(separator: "\n") + "\n"
  }
}
