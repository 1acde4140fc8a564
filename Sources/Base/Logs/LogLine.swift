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
    /// - Parameter opening: what stands behind the time, where another line of this head had it: see `opening`.
    package init(
        _ head: borrowing LogHead,
        into target: UnsafeMutableRawBufferPointer,
        at stamp: LogStamp,
        opening: UnsafeRawBufferPointer? = nil
    ) {
        guard let base = target.baseAddress, target.count >= LogLine.bytesMax else {
            preconditionFailure("a line needs room for \(LogLine.bytesMax) bytes")
        }
        start = base
        at = base
        limit = base + (LogLine.bytesMax - LogLine.endRoom)
        form = head.form
        if form == .json { put("{\"time\":\"") }
        // Safe: the line is empty and has room for a stamp.
        stamp.write(to: at)
        at += LogStamp.bytesCount
        if let opening { put(opening) } else { head.bytes.withUnsafeBytes { put($0) } }
    }

    /// What stands behind the time so far, for lines that begin alike; nil where something was cut.
    package var opening: UnsafeRawBufferPointer? {
        let behind = start + (LogStamp.bytesCount + (form == .json ? LogLine.timeKey : 0))
        return isCut ? nil : UnsafeRawBufferPointer(start: behind, count: at - behind)
    }

    /// Bytes before the time of JSON.
    private static let timeKey = 9

    /// Ends the line; its bytes.
    package mutating func end() -> Int {
        // The room behind the limit is for this: 16 bytes.
        if isCut { putEnd(form == .json ? ",\"cut\":true" : " cut=true") }
        if form == .json {
            at.storeBytes(of: LogLine.pair("}\n"), as: UInt16.self)
            at += 2
        } else {
            putEnd("\n")
        }
        return at - start
    }

    /// A whole line as bytes of its own.
    package static func make(_ head: LogHead, at time: WallTime, fields: (inout LogLine) -> Void) -> [UInt8] {
        withUnsafeTemporaryAllocation(byteCount: bytesMax, alignment: 8) { target in
            var line = LogLine(head, into: target, at: LogStamp(time))
            fields(&line)
            return Array(target[..<line.end()])
        }
    }
}

// MARK: - fields

extension LogLine {
    /// Adds a field whose value is text from anywhere. The key is the program's own.
    package mutating func add(_ key: String, _ value: String) {
        var (key, value) = (key, value)
        key.withUTF8 { key in value.withUTF8 { add(UnsafeRawBufferPointer(key), UnsafeRawBufferPointer($0)) } }
    }

    /// Adds a field whose value is bytes from anywhere.
    package mutating func add(_ key: StaticString, _ value: UnsafeRawBufferPointer) { add(LogLine.bytes(key), value) }

    private mutating func add(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        let before = at
        guard begin(key, room: 0) else { return }
        quote(value)
        guard isFull else { return }
        // It does not fit.
        at = before
        (isFull, isCut) = (false, true)
    }

    /// Adds a field whose value is the program's own: words, digits and dashes.
    package mutating func add(_ key: StaticString, plain value: StaticString) { add(key, plain: LogLine.bytes(value)) }

    /// The same for bytes that are known to be such.
    package mutating func add(_ key: StaticString, plain value: UnsafeRawBufferPointer) {
        guard begin(LogLine.bytes(key), room: value.count &+ 2) else { return }
        putQuote()
        put(value)
        putQuote()
    }

    /// Adds a field that counts something.
    package mutating func add(_ key: StaticString, _ value: Int) {
        guard begin(LogLine.bytes(key), room: DecimalDigits.bytesMax) else { return }
        at += DecimalDigits.write(value, to: at)
    }

    /// Adds a time in milliseconds with three decimals.
    package mutating func add(_ key: StaticString, millisecondsOf nanoseconds: Int64) {
        guard begin(LogLine.bytes(key), room: DecimalDigits.bytesMax &+ 4) else { return }
        let micros = UInt(max(0, nanoseconds)) / 1000
        // Of eight digits the last three are the fraction, and of the others the last one stands whatever it is.
        let (long, short) = micros.quotientAndRemainder(dividingBy: DecimalDigits.eightEnd)
        let digits = DecimalDigits.eight(short)
        var zeros = (digits | 1 << 32).trailingZeroBitCount / 8
        if long > 0 {
            zeros = 0
            at += DecimalDigits.write(Int(long), to: at)
        }
        let text = digits | DecimalDigits.asciiZeros
        at.storeBytes(of: (text &>> UInt64(zeros &* 8)).littleEndian, as: UInt64.self)
        at += 5 &- zeros
        // The last whole one comes before the fraction: the point takes its place.
        let fraction = UInt32(truncatingIfNeeded: text &>> 32) & 0xFFFF_FF00 | UInt32(UInt8(ascii: "."))
        at.storeBytes(of: fraction.littleEndian, as: UInt32.self)
        at += 4
    }

    /// Adds a field that names a trace.
    package mutating func add(_ key: StaticString, _ trace: TraceID) {
        guard begin(LogLine.bytes(key), room: TraceID.digits &+ 2) else { return }
        putQuote()
        trace.write(hex: UnsafeMutableRawBufferPointer(start: at, count: TraceID.digits))
        at += TraceID.digits
        putQuote()
    }

    /// Adds fields that a line of the same form has had: see `spell`.
    package mutating func add(spelt fields: UnsafeRawBufferPointer) {
        put(fields)
        guard isFull else { return }
        (isFull, isCut) = (false, true)
    }

    /// Adds fields by `add`; their bytes, for lines that say the same. Nil where something was cut.
    package mutating func spell(_ add: (inout LogLine) -> Void) -> UnsafeRawBufferPointer? {
        let before = at
        add(&self)
        return isCut ? nil : UnsafeRawBufferPointer(start: before, count: at - before)
    }

    /// Begins a field for whose value `room` bytes are enough; false where the line has no room for it.
    @inline(__always)
    private mutating func begin(_ key: UnsafeRawBufferPointer, room: Int) -> Bool {
        guard let name = key.baseAddress, key.count &+ 4 &+ room <= limit - at else {
            isCut = true
            return false
        }
        if form == .json {
            at.storeBytes(of: LogLine.pair(",\""), as: UInt16.self)
            memcpy(at + 2, name, key.count)
            (at + 2 + key.count).storeBytes(of: LogLine.pair("\":"), as: UInt16.self)
            at += key.count &+ 4
        } else {
            at.storeBytes(of: UInt8(ascii: " "), as: UInt8.self)
            memcpy(at + 1, name, key.count)
            (at + 1 + key.count).storeBytes(of: UInt8(ascii: "="), as: UInt8.self)
            at += key.count &+ 2
        }
        return true
    }

    /// Puts the quote that the form has around words; the caller knows that there is room.
    @inline(__always)
    private mutating func putQuote() {
        guard form == .json else { return }
        at.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
        at += 1
    }
}

// MARK: - bytes

extension LogLine {
    @inline(__always)
    private static func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// Two characters as they lie in memory.
    @inline(__always)
    private static func pair(_ text: StaticString) -> UInt16 {
        UnsafeRawPointer(text.utf8Start).loadUnaligned(as: UInt16.self)
    }

    @inline(__always)
    private mutating func put(_ text: StaticString) { put(LogLine.bytes(text)) }

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
