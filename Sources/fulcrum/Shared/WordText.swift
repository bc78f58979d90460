import ArgumentParser
import FulcrumWire

/// Words of a fixed set as they stand on a command line.
enum WordText {
  /// What a shell offers.
  static func completion<Choice>(_ type: Choice.Type) -> CompletionKind
  where Choice: RawRepresentable<String> & CaseIterable {
    .list(Choice.allCases.map(\.rawValue))
  }

  static func choice<Choice>(_ text: String) throws -> Choice
  where Choice: RawRepresentable<String> & CaseIterable {
    let words = Choice.allCases.map(\.rawValue)
    let exact = Choice.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
    if let exact { return exact }
    let near = NearestName.of(text, among: words).map { "; did you mean \($0)?" } ?? ""
    throw ValidationError("it is one of \(words.joined(separator: ", "))\(near)")
  }
}
