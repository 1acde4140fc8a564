import Base
import Prediction

/// Reads a document spelt as JSON.
struct JSONDocument: DocumentReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var at = 0
    private var depth = 0

    /// The bytes must stay where they are while the reader is used.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func object(_ member: (inout Self, String) throws(ModelDefect) -> Void) throws(ModelDefect) {
        try open("{")
        if take("}") { return close() }
        repeat {
            let name = try text()
            guard take(":") else { throw defect("':' is expected after a member name") }
            try member(&self, name)
        } while take(",")
        guard take("}") else { throw defect("',' or '}' is expected") }
        close()
    }

    mutating func array(_ element: (inout Self) throws(ModelDefect) -> Void) throws(ModelDefect) {
        try open("[")
        if take("]") { return close() }
        repeat { try element(&self) } while take(",")
        guard take("]") else { throw defect("',' or ']' is expected") }
        close()
    }

    mutating func numbers() throws(ModelDefect) -> [Float] {
        var numbers: [Float] = []
        try array { reader throws(ModelDefect) in numbers.append(Float(try reader.number().value)) }
        return numbers
    }

    mutating func integers() throws(ModelDefect) -> [Int32] {
        var integers: [Int32] = []
        try array { reader throws(ModelDefect) in
            guard let integer = try reader.number().integer, let small = Int32(exactly: integer) else {
                throw reader.defect("an integer is expected before this")
            }
            integers.append(small)
        }
        return integers
    }

    mutating func text() throws(ModelDefect) -> String {
        let range = try stringRange()
        let content = bytes[range]
        guard content.contains(UInt8(ascii: "\\")) else { return String(decoding: content, as: UTF8.self) }
        let quoted = UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound - 1..<range.upperBound + 1])
        guard let text = try? JSON.parse(quoted).string else {
            // Why the text is broken is of no use beside where.
            throw ModelDefect(at: .byte(range.lowerBound), what: "text has a broken escape")
        }
        return text
    }

    mutating func skip() throws(ModelDefect) {
        var open = 0
        repeat {
            skipSpace()
            guard at < bytes.count else { throw defect("the text ends where a value is expected") }
            switch bytes[at] {
            case UInt8(ascii: "\""): _ = try stringRange()
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                open += 1
                at += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                open -= 1
                at += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): at += 1
            default: try skipWord()
            }
            guard (0...DocumentLimits.depthMax).contains(open) else { throw defect("values are nested too deep") }
        } while open > 0
    }

    /// The byte that the next value begins with, which is not taken.
    mutating func next() throws(ModelDefect) -> UInt8 {
        skipSpace()
        guard at < bytes.count else { throw defect("the text ends where a value is expected") }
        return bytes[at]
    }

    private mutating func skipWord() throws(ModelDefect) {
        let start = at
        while at < bytes.count, JSONDocument.isWord[Int(bytes[at])] { at += 1 }
        guard at > start else { throw defect("unexpected character") }
    }

    /// Digits, letters and signs.
    private static let isWord: [Bool] = (0..<256).map { byte in
        "0123456789+-.eEaflnrstuINity".utf8.contains(UInt8(byte))
    }

    /// The content of a string, which is taken.
    private mutating func stringRange() throws(ModelDefect) -> Range<Int> {
        guard take("\"") else { throw defect("a text is expected") }
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        guard at < bytes.count else {
            throw ModelDefect(at: .byte(start), what: "the text that starts here does not end")
        }
        at += 1
        return start..<at - 1
    }

    /// A number, or one of the words that stand for numbers.
    mutating func number() throws(ModelDefect) -> (value: Double, integer: Int64?) {
        skipSpace()
        if let scanned = NumberScanner.scan(bytes, at: at) {
            at = scanned.end
            return (scanned.value, scanned.integer)
        }
        let start = at
        try skipWord()
        switch String(decoding: bytes[start..<at], as: UTF8.self) {
        case "true": return (1, 1)
        case "false": return (0, 0)
        case "NaN": return (.nan, nil)
        case "Infinity": return (.infinity, nil)
        case "-Infinity": return (-.infinity, nil)
        default: throw ModelDefect(at: .byte(start), what: "a number is expected")
        }
    }

    private mutating func open(_ bracket: Unicode.Scalar) throws(ModelDefect) {
        guard take(bracket) else { throw defect("'\(bracket)' is expected") }
        guard depth < DocumentLimits.depthMax else { throw defect("values are nested too deep") }
        depth += 1
    }

    private mutating func close() { depth -= 1 }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(truncatingIfNeeded: character.value) else { return false }
        at += 1
        return true
    }
}
