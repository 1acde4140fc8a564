import CLinux

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

    private let start: UnsafeMutableRawPointer
    /// Where the next byte goes.
    private var at: UnsafeMutableRawPointer
    /// Room is kept behind it for the line's end.
    private let limit: UnsafeMutableRawPointer
    private let form: LogForm
    private var isFull = false
    private var isCut = false

    private static let endRoom = 16

    /// Begins a line in `target`, which has room for the longest.
    ///
    /// - Parameter time: RFC 3339, as `LogStamp` has it.
    package init(_ head: LogHead, into target: UnsafeMutableRawBufferPointer, time: UnsafeRawBufferPointer) {
        guard let base = target.baseAddress, target.count >= LogLine.bytesMax else {
            preconditionFailure("a line needs room for \(LogLine.bytesMax) bytes")
        }
        start = base
        at = base
        limit = base + (LogLine.bytesMax - LogLine.endRoom)
        form = head.form
        if form == .json { put("{\"time\":\"") }
        put(time)
        head.bytes.withUnsafeBytes { put($0) }
    }

    /// Ends the line; its bytes.
    package mutating func end() -> Int {
        // The room behind the limit is for this: 16 bytes.
        if isCut { putEnd(form == .json ? ",\"cut\":true" : " cut=true") }
        putEnd(form == .json ? "}\n" : "\n")
        return at - start
    }

    /// A whole line as bytes of its own.
    package static func make(_ head: LogHead, at time: WallTime, fields: (inout LogLine) -> Void) -> [UInt8] {
        var time = time.rfc3339Micro
        return time.withUTF8 { time in
            withUnsafeTemporaryAllocation(byteCount: bytesMax, alignment: 8) { target in
                var line = LogLine(head, into: target, time: UnsafeRawBufferPointer(time))
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
        var (key, value) = (key, value)
        key.withUTF8 { key in
            value.withUTF8 { value in
                let before = at
                put(form == .json ? ",\"" : " ")
                put(UnsafeRawBufferPointer(key))
                put(form == .json ? "\":" : "=")
                quote(UnsafeRawBufferPointer(value))
                takeBackWhatDoesNotFit(to: before)
            }
        }
    }

    /// Adds a field whose value is bytes from anywhere.
    @inline(__always)
    package mutating func add(_ key: StaticString, _ value: UnsafeRawBufferPointer) {
        let before = put(key: key)
        quote(value)
        takeBackWhatDoesNotFit(to: before)
    }

    /// Adds a field whose value is the program's own: words, digits and dashes.
    @inline(__always)
    package mutating func add(_ key: StaticString, plain value: StaticString) {
        add(key, plain: UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    /// The same for bytes that are known to be such.
    @inline(__always)
    package mutating func add(_ key: StaticString, plain value: UnsafeRawBufferPointer) {
        let before = put(key: key)
        if form == .json { put(UInt8(ascii: "\"")) }
        put(value)
        if form == .json { put(UInt8(ascii: "\"")) }
        takeBackWhatDoesNotFit(to: before)
    }

    /// Adds a field that counts something.
    @inline(__always)
    package mutating func add(_ key: StaticString, _ value: Int) {
        let before = put(key: key)
        put(decimal: value, digits: 1)
        takeBackWhatDoesNotFit(to: before)
    }

    /// Adds a time in milliseconds with three decimals.
    @inline(__always)
    package mutating func add(_ key: StaticString, millisecondsOf nanoseconds: Int64) {
        let micros = Int(max(0, nanoseconds)) / 1000
        let before = put(key: key)
        put(decimal: micros / 1000, digits: 1)
        put(UInt8(ascii: "."))
        put(decimal: micros % 1000, digits: 3)
        takeBackWhatDoesNotFit(to: before)
    }

    /// Begins a field; where the line ended before it.
    @inline(__always)
    private mutating func put(key: StaticString) -> UnsafeMutableRawPointer {
        let before = at
        put(form == .json ? ",\"" : " ")
        put(key)
        put(form == .json ? "\":" : "=")
        return before
    }

    @inline(__always)
    private mutating func takeBackWhatDoesNotFit(to before: UnsafeMutableRawPointer) {
        guard isFull else { return }
        at = before
        (isFull, isCut) = (false, true)
    }
}

// MARK: - bytes

extension LogLine {
    @inline(__always)
    private mutating func put(_ text: StaticString) {
        put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    private mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= limit - at else {
            isFull = true
            return
        }
        guard let source = bytes.baseAddress else { return }
        memcpy(at, source, bytes.count)
        at += bytes.count
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        guard at < limit else {
            isFull = true
            return
        }
        at.storeBytes(of: byte, as: UInt8.self)
        at += 1
    }

    /// The end has room of its own.
    private mutating func putEnd(_ text: StaticString) {
        memcpy(at, text.utf8Start, text.utf8CodeUnitCount)
        at += text.utf8CodeUnitCount
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
        let isShort = value.count <= LogLine.valueMax
        if isShort, PlainBytes.holds(for: value, isBare: form == .text) {
            guard form == .text else {
                put(UInt8(ascii: "\""))
                put(value)
                return put(UInt8(ascii: "\""))
            }
            if !value.isEmpty { return put(value) }
        }
        put(UInt8(ascii: "\""))
        escape(UnsafeRawBufferPointer(rebasing: value.prefix(LogLine.valueMax)))
        if !isShort {
            put("...")
            isCut = true
        }
        put(UInt8(ascii: "\""))
    }

    /// Puts bytes as the inside of a JSON string.
    fileprivate mutating func escape(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while rest.count > 0, !isFull {
            let plain = rest.prefix { PlainBytes.holds(for: $0) }
            put(UnsafeRawBufferPointer(rebasing: plain))
            rest = UnsafeRawBufferPointer(rebasing: rest[plain.count...])
            guard rest.count > 0 else { return }
            rest = UnsafeRawBufferPointer(rebasing: rest[escapeOne(rest)...])
        }
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
