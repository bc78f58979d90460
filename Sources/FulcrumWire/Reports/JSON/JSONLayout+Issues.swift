extension JSONLayout {
  /// What every document says of its inputs, under `issues`, `[]` where nothing was found.
  mutating func issues(_ issues: [Issue]) {
    array("issues") { json in for issue in issues { json.issue(issue) } }
  }

  /// An issue: `line` and `path` stand where they are known, since one of a whole file has neither.
  mutating func issue(_ issue: Issue) {
    object(inline: true) { json in
      json.text("severity", issue.severity.rawValue)
      json.text("source", issue.source)
      if let line = issue.line { json.integer("line", Int64(line)) }
      if let path = issue.path { json.text("path", path) }
      json.text("seen", issue.seen)
      json.text("allowed", issue.allowed)
      json.text("fix", issue.fix)
    }
  }
}
