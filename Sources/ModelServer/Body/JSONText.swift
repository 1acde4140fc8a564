import Net

/// Texts as JSON strings: only what JSON demands is escaped.
enum JSONText {
    /// Appends UTF-8 as a quoted string.
    static func write(_ utf8: UnsafeRawBufferPointer, into body: inout OutBuffer) {
        body.append(UInt8(ascii: "\""))
        var start = 0
        for index in 0..<utf8.count {
            let byte = utf8[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            body.append(UnsafeRawBufferPointer(rebasing: utf8[start..<index]))
            escape(byte, into: &body)
            start = index + 1
        }
        body.append(UnsafeRawBufferPointer(rebasing: utf8[start...]))
        body.append(UInt8(ascii: "\""))
    }

    /// Appends a text as a quoted string.
    static func write(_ text: String, into body: inout OutBuffer) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0), into: &body) }
    }

    private static func escape(_ byte: UInt8, into body: inout OutBuffer) {
        switch byte {
        case 0x08: body.append("\\b")
        case 0x09: body.append("\\t")
        case 0x0A: body.append("\\n")
        case 0x0C: body.append("\\f")
        case 0x0D: body.append("\\r")
        case 0..<0x20:
            body.append(byte < 0x10 ? "\\u000" : "\\u001")
            let digit = byte & 15
            body.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        default:
            body.append(UInt8(ascii: "\\"))
            body.append(byte)
        }
    }
}
