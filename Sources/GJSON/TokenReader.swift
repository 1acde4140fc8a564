/// Reads one value after the other out of JSON text. What is between them, commas, colons and things that are no JSON,
/// is passed over.
struct TokenReader {
    /// A value as it stands, not yet looked into.
    struct Token {
        let kind: GJSONResult.Kind
        let raw: Bytes
        /// Whether a string has escapes.
        var isEscaped = false
    }

    let json: Bytes
    private(set) var at: Int

    init(_ json: Bytes) {
        self.json = json
        at = json.startIndex
    }

    /// The byte at hand; nil at the end.
    var peek: UInt8? { at < json.endIndex ? json[at] : nil }

    mutating func skip() { if at < json.endIndex { at += 1 } }

    mutating func skipBlanks() {
        while at < json.endIndex, json[at] <= 0x20 { at += 1 }
    }

    /// Whether a value may begin with this byte.
    static func startsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "N"):
            true
        default: false
        }
    }

    /// Moves to the next value and returns its first byte; nil at the end, and behind `stop`.
    mutating func findValue(before stop: UInt8? = nil) -> UInt8? {
        while let byte = peek {
            if Self.startsValue(byte) { return byte }
            at += 1
            if byte == stop { return nil }
        }
        return nil
    }

    /// Takes the value at hand; nil where a string does not end.
    mutating func readToken() -> Token? {
        switch peek {
        case UInt8(ascii: "\""): return readString()
        case UInt8(ascii: "{"), UInt8(ascii: "["): return Token(kind: .json, raw: readNested())
        case UInt8(ascii: "t"): return Token(kind: .yes, raw: readWord())
        case UInt8(ascii: "f"): return Token(kind: .no, raw: readWord())
        case UInt8(ascii: "n") where at + 1 >= json.endIndex || json[at + 1] == UInt8(ascii: "u"):
            return Token(kind: .null, raw: readWord())
        case .some: return Token(kind: .number, raw: readNumber())
        case nil: return nil
        }
    }

    /// Takes a string with its quotes; nil where it does not end.
    mutating func readString() -> Token? {
        let start = at
        var isEscaped = false
        at += 1
        while let byte = peek {
            at += 1
            if byte == UInt8(ascii: "\"") { return Token(kind: .string, raw: json[start..<at], isEscaped: isEscaped) }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                at += 1
            }
        }
        at = min(at, json.endIndex)
        return nil
    }

    /// Takes everything up to the bracket that closes the byte at hand, or to the end; kinds of brackets are one.
    mutating func readNested() -> Bytes {
        let start = at
        var depth = 1
        at += 1
        while let byte = peek, depth > 0 {
            switch byte {
            case UInt8(ascii: "\""):
                _ = readString()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= 1
            default: break
            }
            at += 1
        }
        return json[start..<at]
    }

    private mutating func readNumber() -> Bytes {
        let start = at
        at += 1
        while let byte = peek, byte > 0x20, byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"),
            byte != UInt8(ascii: "}")
        {
            at += 1
        }
        return json[start..<at]
    }

    private mutating func readWord() -> Bytes {
        let start = at
        at += 1
        while let byte = peek, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) { at += 1 }
        return json[start..<at]
    }
}

extension GJSONResult {
    init(_ token: TokenReader.Token) {
        switch token.kind {
        case .string: self.init(string: token)
        case .number: self.init(.number, raw: token.raw, number: GoNumber.double(token.raw))
        case .null, .no, .yes, .json: self.init(token.kind, raw: token.raw)
        }
    }

    init(string token: TokenReader.Token) {
        self.init(.string, raw: token.raw, text: token.text)
    }
}

extension TokenReader.Token {
    /// What stands between a string's quotes, without escapes.
    var text: Bytes {
        let inner = raw.dropFirst().dropLast()
        return isEscaped ? Escapes.removed(from: inner) : inner
    }
}
