/// How lines of logs are spelt.
package enum LogForm: String, CaseIterable, Sendable {
    /// `TIME LEVEL part: message key=value …`
    case text
    /// One JSON object: `time`, `level`, `part`, `message`, then the fields.
    case json
}

/// One line of a log, written in place.
///
/// No value can end a line or forge another: whatever is not plain printable text is quoted and escaped. A line is no
/// longer than a pipe takes as a whole; what does not fit is left out, and the line says so.
package struct LogLine {
    /// Bytes of a line with its end: a pipe takes so many at once (PIPE_BUF).
    package static let bytesMax = 4096
    /// Bytes of a value; longer ones are cut.
    package static let valueMax = 1024

    private let target: UnsafeMutableRawBufferPointer
    private let form: LogForm
    /// Room is kept for the line's end.
    private let limit: Int
    private var count = 0
    private var isFull = false
    private var isCut = false

    private static let endRoom = 16

    /// Begins a line in `target`.
    ///
    /// - Parameter time: RFC 3339, as `LogStamp` has it.
    package init(
        _ form: LogForm,
        into target: UnsafeMutableRawBufferPointer,
        time: UnsafeRawBufferPointer,
        _ level: Log.Level,
        part: String,
        _ message: StaticString
    ) {
        self.target = target
        self.form = form
        limit = max(0, min(target.count, LogLine.bytesMax) - LogLine.endRoom)
        let message = UnsafeRawBufferPointer(start: message.utf8Start, count: message.utf8CodeUnitCount)
        switch form {
        case .text:
            put(time)
            put(level.shortName)
            put(part)
            put(": ")
            escape(message)
        case .json:
            put("{\"time\":\"")
            put(time)
            put(level.member)
            put(",\"part\":\"")
            put(part)
            put("\",\"message\":\"")
            escape(message)
            put("\"")
        }
    }

    /// Ends the line; its bytes.
    package mutating func end() -> Int {
        isFull = false
        if isCut { putEnd(form == .json ? ",\"cut\":true" : " cut=true") }
        putEnd(form == .json ? "}\n" : "\n")
        return count
    }

    /// A whole line as bytes of its own.
    package static func make(
        _ form: LogForm,
        at time: WallTime,
        _ level: Log.Level,
        part: String,
        _ message: StaticString,
        fields: (inout LogLine) -> Void
    ) -> [UInt8] {
        var time = time.rfc3339Micro
        return time.withUTF8 { time in
            withUnsafeTemporaryAllocation(byteCount: bytesMax, alignment: 1) { target in
                var line = LogLine(form, into: target, time: UnsafeRawBufferPointer(time), level, part: part, message)
                fields(&line)
                return Array(target[..<line.end()])
            }
        }
    }
}

// MARK: - fields

extension LogLine {
    /// Adds a field whose value is text from anywhere. The key is the program's own.
    package mutating func add(_ key: String, _ value: String) {
        var value = value
        value.withUTF8 { value in field({ $0.put(key) }) { $0.quote(UnsafeRawBufferPointer(value)) } }
    }

    /// Adds a field whose value is bytes from anywhere.
    package mutating func add(_ key: StaticString, _ value: UnsafeRawBufferPointer) {
        field({ $0.put(key) }) { $0.quote(value) }
    }

    /// Adds a field whose value is the program's own: words, digits and dashes.
    package mutating func add(_ key: StaticString, plain value: StaticString) {
        let value = UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount)
        add(key, plain: value)
    }

    /// The same for bytes that are known to be such.
    package mutating func add(_ key: StaticString, plain value: UnsafeRawBufferPointer) {
        field({ $0.put(key) }) { line in
            if line.form == .json { line.put("\"") }
            line.put(value)
            if line.form == .json { line.put("\"") }
        }
    }

    /// Adds a field that counts something.
    package mutating func add(_ key: StaticString, _ value: Int) {
        field({ $0.put(key) }) { $0.put(decimal: value, digits: 1) }
    }

    /// Adds a time in milliseconds with three decimals.
    package mutating func add(_ key: StaticString, millisecondsOf nanoseconds: Int64) {
        let micros = Int(max(0, nanoseconds)) / 1000
        field({ $0.put(key) }) { line in
            line.put(decimal: micros / 1000, digits: 1)
            line.put(".")
            line.put(decimal: micros % 1000, digits: 3)
        }
    }

    /// Writes a field; one that does not fit is taken back.
    @inline(__always)
    private mutating func field(_ key: (inout LogLine) -> Void, _ value: (inout LogLine) -> Void) {
        let start = count
        put(form == .json ? ",\"" : " ")
        key(&self)
        put(form == .json ? "\":" : "=")
        value(&self)
        guard isFull else { return }
        count = start
        (isFull, isCut) = (false, true)
    }
}

// MARK: - bytes

extension LogLine {
    private mutating func put(_ text: StaticString) {
        put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
    }

    private mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= limit - count else {
            isFull = true
            return
        }
        UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    private mutating func put(_ byte: UInt8) {
        guard count < limit else {
            isFull = true
            return
        }
        target[count] = byte
        count += 1
    }

    /// The end has room of its own.
    private mutating func putEnd(_ text: StaticString) {
        let bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes.count <= target.count - count else { return }
        UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    private mutating func put(decimal value: Int, digits least: Int) {
        if value < 0 { put(UInt8(ascii: "-")) }
        var digits = 1
        var power: UInt = 1
        while value.magnitude / power >= 10 {
            power *= 10
            digits += 1
        }
        for _ in digits..<max(digits, least) { put(0x30) }
        while power > 0 {
            put(UInt8(truncatingIfNeeded: 0x30 + value.magnitude / power % 10))
            power /= 10
        }
    }

    /// Puts a value: bare where the form allows that, else in quotes.
    private mutating func quote(_ value: UnsafeRawBufferPointer) {
        if form == .text, !value.isEmpty, value.count <= LogLine.valueMax, value.allSatisfy(LogLine.isBare) {
            return put(value)
        }
        put(UInt8(ascii: "\""))
        escape(UnsafeRawBufferPointer(rebasing: value.prefix(LogLine.valueMax)))
        if value.count > LogLine.valueMax {
            put("...")
            isCut = true
        }
        put(UInt8(ascii: "\""))
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            && byte != UInt8(ascii: "=")
    }

    /// Puts bytes as the inside of a JSON string: runs of plain ones as they are.
    private mutating func escape(_ bytes: UnsafeRawBufferPointer) {
        var run = 0
        var at = 0
        while at < bytes.count, !isFull {
            let byte = bytes[at]
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                at += 1
                continue
            }
            put(UnsafeRawBufferPointer(rebasing: bytes[run..<at]))
            at += escapeOne(UnsafeRawBufferPointer(rebasing: bytes[at...]))
            run = at
        }
        put(UnsafeRawBufferPointer(rebasing: bytes[run..<at]))
    }

    /// Puts the character that `bytes` begin with; how many bytes it has. Bytes that are no UTF-8 become U+FFFD.
    private mutating func escapeOne(_ bytes: UnsafeRawBufferPointer) -> Int {
        var iterator = bytes.prefix(4).makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
            put("\\ufffd")
            return 1
        }
        switch scalar.value {
        case 0x22: put("\\\"")
        case 0x5C: put("\\\\")
        case 0x0A: put("\\n")
        case 0x0D: put("\\r")
        case 0x09: put("\\t")
        case let value where LogLine.isHidden(scalar):
            for digit in [0x5C, 0x75, hex(value >> 12), hex(value >> 8), hex(value >> 4), hex(value)] { put(digit) }
        default: put(UnsafeRawBufferPointer(rebasing: bytes.prefix(UTF8.width(scalar))))
        }
        return UTF8.width(scalar)
    }

    /// Controls, and what makes a terminal or a reader see other lines than there are: separators of lines and
    /// paragraphs, changes of the direction of text.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private func hex(_ value: UInt32) -> UInt8 {
        let digit = UInt8(truncatingIfNeeded: value & 15)
        return digit < 10 ? 0x30 + digit : 0x57 + digit
    }
}

extension Log.Level {
    fileprivate var shortName: StaticString {
        switch self {
        case .debug: " DEBUG "
        case .info: " INFO "
        case .warning: " WARN "
        case .error: " ERROR "
        }
    }

    fileprivate var member: StaticString {
        switch self {
        case .debug: "\",\"level\":\"debug\""
        case .info: "\",\"level\":\"info\""
        case .warning: "\",\"level\":\"warning\""
        case .error: "\",\"level\":\"error\""
        }
    }
}
