import Base

/// Values of rows: numbers, and what numpy and pandas take for numbers.
extension BodyCursor {
    /// Takes a member's name and the colon behind it; where the name stands, escapes not resolved.
    mutating func memberName() throws(RequestDefect) -> Range<Int> {
        let name = try rawString()
        skipSpace()
        guard take(":") else { throw unexpected() }
        return name
    }

    /// Whether `word` stands at `range`.
    @inline(__always)
    func isText(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where bytes[range.lowerBound &+ index] != word.utf8Start[index] { return false }
        return true
    }

    /// Takes the finite numbers that stand here with commas between them, as far as they go; false where there is none.
    ///
    /// Behind the last one is whatever follows it: a comma where more is to come.
    mutating func numbers(into values: inout [Double]) -> Bool {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: BodyCursor.runLength) { run in
            let count = NumberScanner.finiteNumbers(bytes, at: &at, into: run)
            values.append(contentsOf: UnsafeBufferPointer(rebasing: run[..<count]))
            return count > 0
        }
    }

    /// Numbers that are read before they are moved to where they belong.
    private static let runLength = 64

    /// Takes one cell of a row as a number: `true` and `false` are 1 and 0, null is NaN, and a text is read as Python's
    /// `float` reads it. `place` names it where it is none.
    mutating func cell(_ place: () -> String) throws(RequestDefect) -> Double {
        skipSpace()
        let start = at
        if let number = number() {
            if allowsNonFinite || number.isFinite { return number }
            throw .malformed("number is infinity when parsed as double", bytes, at: start)
        }
        if take(word: "true") { return 1 }
        if take(word: "false") { return 0 }
        if take(word: "null") { return .nan }
        if allowsNonFinite, let number = nonFinite() { return number }
        guard here == UInt8(ascii: "\"") else {
            throw RequestDefect("\(place()) is \(try kindOfValue()), expected is a number")
        }
        let text = try text(rawString())
        guard let number = PythonFloat.read(text) else {
            throw RequestDefect("could not convert string to float: '\(text)': \(place())")
        }
        return number
    }

    /// `NaN`, `Infinity` and `-Infinity`, which Python's own parser takes for JSON.
    mutating func nonFinite() -> Double? {
        if take(word: "NaN") { return .nan }
        if take(word: "Infinity") { return .infinity }
        return take(word: "-Infinity") ? -.infinity : nil
    }

    /// What a string says whose inside stands at `range`.
    func text(_ range: Range<Int>) throws(RequestDefect) -> String {
        var utf8: [UInt8] = []
        try resolve(range, into: &utf8)
        return String(decoding: utf8, as: UTF8.self)
    }

    /// Whether a list starts here whose first element is an object.
    var startsListOfObjects: Bool {
        var ahead = self
        guard ahead.take("[") else { return false }
        ahead.skipSpace()
        return ahead.here == UInt8(ascii: "{")
    }

    /// What a person calls the value here; throws where that is no JSON.
    mutating func kindOfValue() throws(RequestDefect) -> String {
        let kind =
            switch here {
            case UInt8(ascii: "{"): "an object"
            case UInt8(ascii: "["): "a list"
            case UInt8(ascii: "\""): "a text"
            case UInt8(ascii: "n"): "null"
            case UInt8(ascii: "t"), UInt8(ascii: "f"): "a bool"
            default: "a number"
            }
        try skipValue()
        return kind
    }
}

/// Numbers as Python's `float` reads them from text.
enum PythonFloat {
    /// The number that a text says; nil where it says none.
    static func read(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        var slice = bytes[...]
        while let last = slice.last, isSpace(last) { slice.removeLast() }
        while let first = slice.first, isSpace(first) { slice.removeFirst() }
        var isNegative = false
        if let sign = slice.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            slice.removeFirst()
        }
        guard let magnitude = magnitude(slice) else { return nil }
        return isNegative ? -magnitude : magnitude
    }

    private static func magnitude(_ digits: ArraySlice<UInt8>) -> Double? {
        switch String(decoding: digits, as: UTF8.self).lowercased() {
        case "nan": return .nan
        case "inf", "infinity": return .infinity
        default:
            // Swift's own reading would also take hexadecimal digits.
            let isDecimal = digits.allSatisfy { $0 &- 0x30 < 10 || $0 | 0x20 == 0x65 || 0x2B...0x2E ~= $0 }
            return isDecimal ? Double(String(decoding: digits, as: UTF8.self)) : nil
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
