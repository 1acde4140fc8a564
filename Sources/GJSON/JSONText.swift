/// Whether text is JSON, at any depth and without building anything of it.
package enum JSONText {
    /// Whether `bytes` are exactly one value by RFC 8259; what strings hold need not be UTF-8, as in gjson.
    package static func isValid(_ bytes: [UInt8]) -> Bool { isValid(bytes[...]) }

    static func isValid(_ bytes: Bytes) -> Bool {
        var checker = Checker(bytes)
        return checker.document()
    }
}

/// Goes through a document once; containers that are open lie on a stack of one byte each.
private struct Checker {
    private let bytes: Bytes
    private var at: Int
    private var open: [UInt8] = []

    init(_ bytes: Bytes) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    private var peek: UInt8? { at < bytes.endIndex ? bytes[at] : nil }

    mutating func document() -> Bool {
        repeat {
            skipBlanks()
            guard value() else { return false }
            guard let isOver = closeContainers() else { return false }
            if isOver { break }
        } while true
        skipBlanks()
        return at == bytes.endIndex
    }

    /// Takes a value, of an array or object all up to its first inner value; empty ones whole.
    private mutating func value() -> Bool {
        while let byte = peek {
            at += 1
            switch byte {
            case UInt8(ascii: "["):
                skipBlanks()
                if take(UInt8(ascii: "]")) { return true }
                open.append(byte)
                skipBlanks()
            case UInt8(ascii: "{"):
                skipBlanks()
                if take(UInt8(ascii: "}")) { return true }
                open.append(byte)
                guard name() else { return false }
            case UInt8(ascii: "\""): return string()
            case UInt8(ascii: "t"): return word("rue")
            case UInt8(ascii: "f"): return word("alse")
            case UInt8(ascii: "n"): return word("ull")
            case UInt8(ascii: "-"): return digits(leadingZero: false) && fraction()
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                at -= 1
                return digits(leadingZero: false) && fraction()
            default: return false
            }
        }
        return false
    }

    /// Behind a value: closes what ends, and goes to the next value. True at the document's end, nil where neither is.
    private mutating func closeContainers() -> Bool? {
        while let container = open.last {
            skipBlanks()
            let isObject = container == UInt8(ascii: "{")
            if take(UInt8(ascii: ",")) {
                if isObject, !name() { return nil }
                return false
            }
            guard take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return nil }
            open.removeLast()
        }
        return true
    }

    /// A member's name and the colon, up to its value.
    private mutating func name() -> Bool {
        skipBlanks()
        guard take(UInt8(ascii: "\"")), string() else { return false }
        skipBlanks()
        guard take(UInt8(ascii: ":")) else { return false }
        skipBlanks()
        return true
    }

    private mutating func string() -> Bool {
        while let byte = peek, byte >= 0x20 {
            at += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\"), !escape() { return false }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard let letter = peek else { return false }
        at += 1
        if letter == UInt8(ascii: "u") {
            for _ in 0..<4 {
                guard let digit = peek, Self.isHexDigit(digit) else { return false }
                at += 1
            }
            return true
        }
        return "\"\\/bfnrt".utf8.contains(letter)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// One digit or more; where a zero leads, only it.
    private mutating func digits(leadingZero isAllowed: Bool) -> Bool {
        if !isAllowed, take(UInt8(ascii: "0")) { return true }
        let start = at
        while let digit = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) { at += 1 }
        return at > start
    }

    private mutating func fraction() -> Bool {
        if take(UInt8(ascii: ".")), !digits(leadingZero: true) { return false }
        guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return true }
        if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
        return digits(leadingZero: true)
    }

    private mutating func word(_ rest: String) -> Bool {
        guard bytes[at...].starts(with: rest.utf8) else { return false }
        at += rest.utf8.count
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        at += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { at += 1 }
    }
}
