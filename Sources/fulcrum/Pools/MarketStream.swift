import Foundation
import FulcrumLedger
import FulcrumModel
import FulcrumWire

/// Markets one after another, each read only when the one before it has been dealt with.
protocol MarketStream {
  /// The next input; nil where there is none now.
  mutating func next() throws -> StreamedMarket?
  /// Whether nothing more can come.
  var hasEnded: Bool { get }
}

/// One input of a stream: a market, prices for the markets after it, or why it is neither.
struct StreamedMarket {
  enum Content {
    case market(MarketInput)
    case prices(PriceSheet)
    /// Why it cannot be used.
    case unusable([String])
  }

  let name: String
  let content: Content

  init(_ input: InputBytes, name: String) {
    self.name = name
    do {
      content =
        SourcedPriceDocument.isOne(input)
        ? .prices(try JudgeOptions.sheet(input)) : .market(try MarketInput([input]))
    } catch let refusal as CommandRefusal {
      content = .unusable(refusal.lines)
    } catch {
      content = .unusable(["\(error)"])
    }
  }

  init(unreadable name: String, _ fault: String) {
    self.name = name
    content = .unusable([fault])
  }

  /// Of a market, or of the newest price.
  var instant: Timestamp? {
    switch content {
    case .market(let market): market.snapshot.asOf
    case .prices(let sheet): sheet.newest
    case .unusable: nil
    }
  }

  var isPrices: Bool {
    if case .prices = content { return true }
    return false
  }
}

/// The files of a folder, in the order of their names or of the instants in them.
struct FolderStream: MarketStream {
  let folder: String
  let byTime: Bool
  /// Of the files that wait, only the newest is used.
  let latestOnly: Bool
  private var seen: Set<String> = []
  private var waiting: [String] = []
  let hasEnded = false
  /// Files that were passed over by `latestOnly`.
  private(set) var passedOver = 0

  init(folder: String, byTime: Bool, latestOnly: Bool) throws {
    self.folder = folder
    self.byTime = byTime
    self.latestOnly = latestOnly
    _ = try names()
  }

  mutating func next() throws -> StreamedMarket? {
    try look()
    guard !waiting.isEmpty else { return nil }
    if latestOnly { keepLatest() }
    let name = waiting.removeFirst()
    return read(name)
  }

  /// Of the markets the newest, with the prices that come before it.
  private mutating func keepLatest() {
    guard waiting.count > 1 else { return }
    let isPrices = waiting.map { read($0).isPrices }
    let newest = isPrices.lastIndex(of: false)
    let kept = waiting.indices.filter { isPrices[$0] || $0 == newest }
    passedOver += waiting.count - kept.count
    waiting = kept.map { waiting[$0] }
  }

  /// New files join those that wait; hidden ones and those still being written stay out.
  private mutating func look() throws {
    let fresh = try names().filter { !seen.contains($0) }
    guard !fresh.isEmpty else { return }
    seen.formUnion(fresh)
    waiting += fresh
    guard byTime else { return waiting.sort() }
    let instants = Dictionary(
      uniqueKeysWithValues: waiting.map { ($0, read($0).instant) })
    waiting.sort { a, b in
      switch (instants[a] ?? nil, instants[b] ?? nil) {
      case (let x?, let y?) where x != y: x < y
      case (.some, nil): false
      case (nil, .some): true
      default: a < b
      }
    }
  }

  private func names() throws -> [String] {
    let all: [String]
    do {
      all = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw CommandRefusal(
        "\(folder): saw no folder that can be read; allowed is a folder of market files; correct "
          + "--folder")
    }
    return all.filter { name in
      !name.hasPrefix(".") && ![".tmp", ".partial", ".part"].contains { name.hasSuffix($0) }
    }.sorted()
  }

  private func read(_ name: String) -> StreamedMarket {
    let path = (folder as NSString).appendingPathComponent(name)
    do throws(FulcrumWire.Issue) {
      return StreamedMarket(try InputFile.read(path), name: name)
    } catch {
      return StreamedMarket(unreadable: name, error.description)
    }
  }
}

/// One market document a line, from standard input.
struct LineStream: MarketStream {
  /// 64 MiB: four times the largest whole chain.
  private static let limit = 64 << 20
  private var buffer = Data()
  private var isAtEnd = false
  private var number = 0

  var hasEnded: Bool { isAtEnd && buffer.isEmpty }

  mutating func next() throws -> StreamedMarket? {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        let line = Data(buffer[..<end])
        buffer = Data(buffer[(end + 1)...])
        number += 1
        if line.contains(where: { $0 > 0x20 }) { return market(line) }
        continue
      }
      if isAtEnd {
        guard !buffer.isEmpty else { return nil }
        let line = buffer
        buffer = Data()
        number += 1
        return line.contains(where: { $0 > 0x20 }) ? market(line) : nil
      }
      guard buffer.count <= Self.limit else {
        throw CommandRefusal(
          "standard input:\(number + 1): saw a line over \(Self.limit) bytes; allowed is one market "
            + "document a line; end each with a line feed")
      }
      try fill()
    }
  }

  private func market(_ line: Data) -> StreamedMarket {
    let name = "standard input:\(number)"
    return StreamedMarket(InputBytes(line, source: name), name: name)
  }

  /// - Postcondition: more bytes, or the end; the end too where somebody asked to stop, and what is not
  ///   a whole line is then left.
  private mutating func fill() throws {
    guard try isReadable() else {
      buffer = Data()
      isAtEnd = true
      return
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = Foundation.read(STDIN_FILENO, &chunk, chunk.count)
    if count > 0 {
      buffer.append(contentsOf: chunk[..<count])
    } else if count == 0 {
      isAtEnd = true
    } else if errno != EINTR {
      throw CommandRefusal("standard input: \(String(cString: strerror(errno)))")
    }
  }

  /// Waits for input; false where somebody asked to stop. A signal may reach another thread than this
  /// one, which then would wait on, so that the wait is short and repeated.
  private func isReadable() throws -> Bool {
    while !StopSignal.isAsked {
      var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wait, 1, 100)
      if ready > 0 { return true }
      if ready < 0, errno != EINTR {
        throw CommandRefusal("standard input: \(String(cString: strerror(errno)))")
      }
    }
    return false
  }
}
