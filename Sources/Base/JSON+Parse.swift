/// Why a text is not JSON, and where.
package struct JSONDefect: Error, Equatable, CustomStringConvertible {
    /// Byte offset of the first byte that does not fit.
    package let offset: Int
    /// What is wrong there.
    package let what: String

    package init(offset: Int, what: String) {
        self.offset = offset
        self.what = what
    }

    package var description: String { "\(what) at byte \(offset)" }
}

/// Bounds of what `JSON.parse` takes.
package enum JSONLimits {
    /// How deep arrays and objects may be nested; deeper text is refused, never followed.
    package static let depthMax = 512
}

extension JSON {
    /// Parses UTF-8 text that holds exactly one JSON value (RFC 8259, no extensions).
    ///
    /// - Parameter duplicates: called with the path of every member name that an object repeats; the last one wins.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer,
        duplicates: ((String) -> Void)? = nil
    ) throws(JSONDefect) -> JSON {
        var parser = JSONParser(bytes, duplicates: duplicates)
        return try parser.document()
    }

    /// Parses bytes that hold exactly one JSON value.
    package static func parse(_ bytes: [UInt8], duplicates: ((String) -> Void)? = nil) throws(JSONDefect) -> JSON {
        // A closure of withUnsafeBytes cannot throw typed errors through every toolchain: carry the result out.
        let result = bytes.withUnsafeBytes { buffer -> Result<JSON, JSONDefect> in
            do throws(JSONDefect) {
                return .success(try parse(buffer, duplicates: duplicates))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Parses text that holds exactly one JSON value.
    package static func parse(_ text: String) throws(JSONDefect) -> JSON { try parse(Array(text.utf8)) }
}

/// A recursive descent over one buffer; depth is bounded, every read is checked.
private struct JSONParser {
    let bytes: UnsafeRawBufferPointer
    let duplicates: ((String) -> Void)?
    var at = 0
    var depth = 0
    var path: [String] = []

    init(_ bytes: UnsafeRawBufferPointer, duplicates: ((String) -> Void)?) {
        self.bytes = bytes
        self.duplicates = duplicates
    }

    mutating func document() throws(JSONDefect) -> JSON {
        let value = try value()
        skipSpace()
        guard at == bytes.count else { throw defect("something follows the value") }
        return value
    }

    func defect(_ what: String, at offset: Int? = nil) -> JSONDefect { JSONDefect(offset: offset ?? at, what: what) }

    mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }

    mutating func value() throws(JSONDefect) -> JSON {
        skipSpace()
        guard at < bytes.count else { throw defect("the text ends where a value is expected") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONDefect) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONDefect) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw defect("unexpected character")
        }
    }

    mutating func nested(_ body: (inout JSONParser) throws(JSONDefect) -> JSON) throws(JSONDefect) -> JSON {
        guard depth < JSONLimits.depthMax else { throw defect("nested deeper than \(JSONLimits.depthMax) levels") }
        depth += 1
        at += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    mutating func word(_ word: StaticString, _ value: JSON) throws(JSONDefect) -> JSON {
        let length = word.utf8CodeUnitCount
        guard bytes.count - at >= length,
            bytes[at..<at + length].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: length))
        else { throw defect("unexpected character") }
        at += length
        return value
    }

    mutating func object() throws(JSONDefect) -> JSON {
        var members: [String: JSON] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw defect("a member name is expected") }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw defect("':' is expected after a member name") }
            if duplicates != nil { path.append(name) }
            let value = try value()
            if members.updateValue(value, forKey: name) != nil { duplicates?(path.joined(separator: ".")) }
            if duplicates != nil { path.removeLast() }
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "}")) { return .object(members) }
            throw defect("',' or '}' is expected")
        }
    }

    mutating func array() throws(JSONDefect) -> JSON {
        var elements: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value())
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "]")) { return .array(elements) }
            throw defect("',' or ']' is expected")
        }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    mutating func number() throws(JSONDefect) -> JSON {
        guard let number = NumberScanner.scan(bytes, at: at) else { throw defect("not a number") }
        at = number.end
        if let integer = number.integer { return .int(integer) }
        return .double(number.value)
    }

    /// Reads a string whose opening quote is at `at`. Plain runs are taken whole; escapes are rare in manifests.
    mutating func string() throws(JSONDefect) -> String {
        let opening = at
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 {
            at += 1
        }
        guard at < bytes.count else { throw defect("the string that starts here does not end", at: opening) }
        if bytes[at] == UInt8(ascii: "\"") {
            defer { at += 1 }
            return try text(bytes[start..<at], at: start)
        }
        var unescaped = Array(bytes[start..<at])
        while true {
            guard at < bytes.count else { throw defect("the string that starts here does not end", at: opening) }
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return try text(unescaped, at: start)
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0..<0x20: throw defect("control character in a string")
            default:
                unescaped.append(byte)
                at += 1
            }
        }
    }

    func text(_ utf8: some Collection<UInt8>, at offset: Int) throws(JSONDefect) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else { throw defect("not UTF-8", at: offset) }
        return text
    }

    mutating func escape(into output: inout [UInt8]) throws(JSONDefect) {
        guard at + 1 < bytes.count else { throw defect("the text ends inside an escape") }
        let letter = bytes[at + 1]
        at += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(letter)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): output.append(contentsOf: Array(String(try unicodeEscape()).utf8))
        default: throw defect("unknown escape", at: at - 2)
        }
    }

    /// The scalar after `\u`; a lone surrogate becomes U+FFFD, as Go's decoder has it.
    mutating func unicodeEscape() throws(JSONDefect) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        let unit = try fourHexDigits()
        guard unit & 0xFC00 == 0xD800 else { return Unicode.Scalar(unit) ?? replacement }
        guard at + 6 <= bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
            return replacement
        }
        let beforeLow = at
        at += 2
        let low = try fourHexDigits()
        guard low & 0xFC00 == 0xDC00 else {
            at = beforeLow
            return replacement
        }
        return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF) ?? replacement
    }

    mutating func fourHexDigits() throws(JSONDefect) -> UInt32 {
        guard at + 4 <= bytes.count else { throw defect("the text ends inside an escape") }
        var unit: UInt32 = 0
        for offset in at..<at + 4 {
            guard let digit = hexDigit(bytes[offset]) else { throw defect("not a hexadecimal digit", at: offset) }
            unit = unit << 4 | digit
        }
        at += 4
        return unit
    }

    func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
