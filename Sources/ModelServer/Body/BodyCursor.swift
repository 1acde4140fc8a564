import Base

/// A place in a request's JSON body: takes tokens one by one, builds no tree. Every read is checked against the end.
struct BodyCursor {
    let bytes: UnsafeRawBufferPointer
    var at = 0
    /// Whether numbers beyond doubles, and words for NaN and infinities, pass as Python's own parser lets them pass.
    let allowsNonFinite: Bool

    init(_ bytes: UnsafeRawBufferPointer, allowsNonFinite: Bool = false) {
        self.bytes = bytes
        self.allowsNonFinite = allowsNonFinite
    }

    /// The byte here, 0 at the end: no token starts with it.
    @inline(__always)
    var here: UInt8 { at < bytes.count ? bytes[at] : 0 }

    @inline(__always)
    mutating func skipSpace() {
        while at < bytes.count {
            let byte = bytes[at]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            at += 1
        }
    }

    /// Takes `byte` if it is here.
    @inline(__always)
    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard here == UInt8(ascii: byte) else { return false }
        at += 1
        return true
    }

    /// After an element: true where a comma promises another one, false at `end`.
    @inline(__always)
    mutating func takesComma(orEnd end: Unicode.Scalar) throws(RequestDefect) -> Bool {
        skipSpace()
        if take(",") {
            skipSpace()
            return true
        }
        if take(end) { return false }
        throw unexpected()
    }

    func unexpected() -> RequestDefect {
        .malformed(at < bytes.count ? "unexpected character" : "unexpected end of data", bytes, at: at)
    }

    /// Takes `word` if it is here.
    mutating func take(word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard bytes.count - at >= length,
            bytes[at..<at + length].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: length))
        else { return false }
        at += length
        return true
    }

    mutating func number() -> Double? {
        guard let scanned = NumberScanner.scan(bytes, at: at) else { return nil }
        at = scanned.end
        return scanned.value
    }
}

// Strings.
extension BodyCursor {
    /// Takes a string; what it holds, as it stands there (escapes are not resolved).
    mutating func rawString() throws(RequestDefect) -> Range<Int> {
        guard take("\"") else { throw unexpected() }
        let start = at
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return start..<at - 1
            case UInt8(ascii: "\\"): at += 2
            case 0..<0x20: throw RequestDefect.malformed("control character in a string", bytes, at: at)
            default: at += 1
            }
        }
        at = bytes.count
        throw unexpected()
    }

    /// Takes a string and appends the UTF-8 of what it says.
    mutating func string(into output: inout [UInt8]) throws(RequestDefect) {
        try resolve(rawString(), into: &output)
    }

    /// Appends the UTF-8 of what a string says whose inside stands at `range`.
    func resolve(_ range: Range<Int>, into output: inout [UInt8]) throws(RequestDefect) {
        var index = range.lowerBound
        while index < range.upperBound {
            let start = index
            while index < range.upperBound, bytes[index] != UInt8(ascii: "\\") { index += 1 }
            let run = UnsafeRawBufferPointer(rebasing: bytes[start..<index])
            guard BodyCursor.isUTF8(run) else { throw RequestDefect.malformed("string is not UTF-8", bytes, at: start) }
            output.append(contentsOf: run)
            if index < range.upperBound { try escape(&index, range.upperBound, &output) }
        }
    }

    static func isUTF8(_ run: UnsafeRawBufferPointer) -> Bool {
        guard run.contains(where: { $0 >= 0x80 }) else { return true }
        var iterator = run.makeIterator()
        var decoder = UTF8()
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue: continue
            case .emptyInput: return true
            case .error: return false
            }
        }
    }

    private func escape(_ index: inout Int, _ end: Int, _ output: inout [UInt8]) throws(RequestDefect) {
        let letter = index + 1 < end ? bytes[index + 1] : 0
        index += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(letter)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            guard let scalar = scalar(&index, end), let encoded = UTF8.encode(scalar) else {
                throw RequestDefect.malformed("invalid unicode code point", bytes, at: index)
            }
            output.append(contentsOf: encoded)
        default: throw RequestDefect.malformed("invalid escape sequence", bytes, at: index - 2)
        }
    }

    /// The scalar whose digits start at `index`, two escapes for those above U+FFFF; nil for half of such a pair.
    private func scalar(_ index: inout Int, _ end: Int) -> Unicode.Scalar? {
        guard let unit = unit(&index, end) else { return nil }
        guard unit & 0xFC00 == 0xD800 else { return Unicode.Scalar(unit) }
        guard index + 2 <= end, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        index += 2
        guard let low = self.unit(&index, end), low & 0xFC00 == 0xDC00 else { return nil }
        return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF)
    }

    private func unit(_ index: inout Int, _ end: Int) -> UInt32? {
        guard index + 4 <= end else { return nil }
        var unit: UInt32 = 0
        for offset in index..<index + 4 {
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte - 0x30)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt32(byte - 0x57)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt32(byte - 0x37)
            default: return nil
            }
        }
        index += 4
        return unit
    }
}

// Passing over values that nobody asked for.
extension BodyCursor {
    /// Takes a whole value, checking that it is one.
    mutating func skipValue(depth: Int = 0) throws(RequestDefect) {
        guard depth < ModelServerLimits.depthMax else {
            throw RequestDefect.malformed("nested deeper than \(ModelServerLimits.depthMax) levels", bytes, at: at)
        }
        skipSpace()
        switch here {
        case UInt8(ascii: "\""): _ = try rawString()
        case UInt8(ascii: "["): try skipList(depth)
        case UInt8(ascii: "{"): try skipObject(depth)
        default:
            if number() != nil || take(word: "true") || take(word: "false") || take(word: "null") { return }
            guard allowsNonFinite, nonFinite() != nil else { throw unexpected() }
        }
    }

    private mutating func skipList(_ depth: Int) throws(RequestDefect) {
        at += 1
        skipSpace()
        if take("]") { return }
        repeat { try skipValue(depth: depth + 1) } while try takesComma(orEnd: "]")
    }

    private mutating func skipObject(_ depth: Int) throws(RequestDefect) {
        at += 1
        skipSpace()
        if take("}") { return }
        repeat {
            _ = try rawString()
            skipSpace()
            guard take(":") else { throw unexpected() }
            try skipValue(depth: depth + 1)
        } while try takesComma(orEnd: "}")
    }
}
