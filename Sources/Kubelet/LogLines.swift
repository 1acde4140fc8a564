import Base

/// Turns what a program writes into lines of a log file.
struct LogLines {
    private let head: [UInt8]
    /// What has come of a line whose end has not.
    private(set) var partial: [UInt8]
    /// Finished lines of the file.
    private(set) var output: [UInt8] = []

    init(stamp: String, stream: LogStream, partial: [UInt8]) {
        head = Array("\(stamp) \(stream.rawValue) ".utf8)
        self.partial = partial
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            partial += rest[..<newline]
            cut()
            write("F")
            rest = rest[(newline + 1)...]
        }
        partial += rest
        cut()
    }

    /// Ends the last line, where it has no newline.
    mutating func finish() { if !partial.isEmpty { write("F") } }

    /// Writes what is longer than a line may be in parts.
    private mutating func cut() {
        while partial.count > KubeletLimits.logLineBytesMax {
            let tail = Array(partial[KubeletLimits.logLineBytesMax...])
            partial.removeLast(tail.count)
            write("P")
            partial = tail
        }
    }

    private mutating func write(_ tag: StaticString) {
        output += head
        output += tag.withUTF8Buffer { Array($0) }
        output.append(UInt8(ascii: " "))
        output += partial
        output.append(UInt8(ascii: "\n"))
        partial = []
    }
}

/// Turns lines of a log file back into what a program wrote, as a reader asked for it.
struct LogFilter {
    private let since: WallTimeText?
    private let showsTimes: Bool
    private var bytesLeft: Int
    private var isAtLineStart = true

    /// Times in log lines are all of one length, so that their text sorts as they do.
    typealias WallTimeText = [UInt8]

    init(_ options: LogOptions) {
        since = options.since.map { Array($0.rfc3339Nano.utf8) }
        showsTimes = options.showsTimes
        bytesLeft = options.bytesMax ?? .max
    }

    /// Whether the reader has got all that it asked for.
    var isDone: Bool { bytesLeft == 0 }

    /// Appends what a line of the file (without its newline) is to the reader. Lines of another form are left out.
    mutating func append(_ line: ArraySlice<UInt8>, to output: inout [UInt8]) {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let tag = parts[2].first else { return }
        if let since, parts[0].lexicographicallyPrecedes(since) { return }
        var text: [UInt8] = []
        if showsTimes, isAtLineStart { text += parts[0] + [UInt8(ascii: " ")] }
        text += parts[3]
        isAtLineStart = tag == UInt8(ascii: "F")
        if isAtLineStart { text.append(UInt8(ascii: "\n")) }
        let taken = text.prefix(bytesLeft)
        bytesLeft -= taken.count
        output += taken
    }
}
