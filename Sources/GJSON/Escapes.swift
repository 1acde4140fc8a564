/// The escapes of JSON's strings.
enum Escapes {
    /// The text that an escaped one stands for; it ends at the first thing that is no JSON.
    static func removed(from text: Bytes) -> Bytes {
        var result = Bytes()
        result.reserveCapacity(text.count)
        var at = text.startIndex
        while at < text.endIndex, text[at] >= 0x20 {
            if text[at] != UInt8(ascii: "\\") {
                result.append(text[at])
                at += 1
                continue
            }
            guard at + 1 < text.endIndex else { break }
            if text[at + 1] == UInt8(ascii: "u") {
                guard let scalar = scalar(text, &at) else { break }
                result.append(contentsOf: Array(String(scalar).utf8))
            } else {
                guard let byte = simple(text[at + 1]) else { break }
                result.append(byte)
                at += 2
            }
        }
        return result
    }

    private static func simple(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "\""): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// Takes `\uXXXX`, and the second half of a pair behind the first; what is no scalar becomes U+FFFD.
    private static func scalar(_ text: Bytes, _ at: inout Int) -> Unicode.Scalar? {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard at + 6 <= text.endIndex else { return nil }
        let unit = hex(text[(at + 2)..<(at + 6)])
        at += 6
        guard 0xD800...0xDFFF ~= unit else { return Unicode.Scalar(unit) ?? replacement }
        guard at + 6 <= text.endIndex, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") else {
            return replacement
        }
        let low = hex(text[(at + 2)..<(at + 6)])
        at += 6
        guard unit < 0xDC00, 0xDC00...0xDFFF ~= low else { return replacement }
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? replacement
    }

    private static func hex(_ digits: Bytes) -> UInt32 {
        UInt32(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
    }

    /// Text as a JSON string, with what is special in HTML escaped as well, as Go writes it.
    static func quoted(_ text: Bytes) -> Bytes {
        var result: Bytes = [UInt8(ascii: "\"")]
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars { append(scalar, to: &result) }
        result.append(UInt8(ascii: "\""))
        return result
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout Bytes) {
        switch scalar {
        case "\"", "\\": result.append(contentsOf: [UInt8(ascii: "\\"), UInt8(scalar.value)])
        case "\u{8}": result.append(contentsOf: Array("\\b".utf8))
        case "\u{C}": result.append(contentsOf: Array("\\f".utf8))
        case "\n": result.append(contentsOf: Array("\\n".utf8))
        case "\r": result.append(contentsOf: Array("\\r".utf8))
        case "\t": result.append(contentsOf: Array("\\t".utf8))
        case "\u{0}"..."\u{1F}", "<", ">", "&", "\u{2028}", "\u{2029}", "\u{FFFD}":
            let digits = String(scalar.value, radix: 16)
            result.append(contentsOf: Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8))
        default: result.append(contentsOf: Array(String(scalar).utf8))
        }
    }
}
