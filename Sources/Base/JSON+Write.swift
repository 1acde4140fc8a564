extension JSON {
    /// The value as compact JSON text in UTF-8, members in name order.
    package var bytes: [UInt8] {
        var output: [UInt8] = []
        write(into: &output)
        return output
    }

    /// The value as compact JSON text, members in name order.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The value as JSON text for people: one member a line, indented by `indent` spaces a level.
    package func pretty(indent: Int = 4) -> String {
        var output: [UInt8] = []
        write(into: &output, indent: indent, level: 0)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the value as compact JSON text.
    package func write(into output: inout [UInt8]) { write(into: &output, indent: nil, level: 0) }

    private func write(into output: inout [UInt8], indent: Int?, level: Int) {
        switch self {
        case .null: output.append(utf8: "null")
        case .bool(let value): output.append(utf8: value ? "true" : "false")
        case .int(let value): output.append(utf8: String(value))
        case .double(let value): JSON.write(value, into: &output)
        case .string(let value): JSON.write(value, into: &output)
        case .array(let elements):
            JSON.writeList(elements, "[", "]", into: &output, indent, level) { element, output in
                element.write(into: &output, indent: indent, level: level + 1)
            }
        case .object(let members):
            JSON.writeList(members.sorted { $0.key < $1.key }, "{", "}", into: &output, indent, level) {
                member,
                output in
                JSON.write(member.key, into: &output)
                output.append(utf8: indent == nil ? ":" : ": ")
                member.value.write(into: &output, indent: indent, level: level + 1)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element],
        _ open: String,
        _ close: String,
        into output: inout [UInt8],
        _ indent: Int?,
        _ level: Int,
        _ write: (Element, inout [UInt8]) -> Void
    ) {
        output.append(utf8: open)
        for (index, element) in elements.enumerated() {
            if index > 0 { output.append(utf8: ",") }
            if let indent { output.append(utf8: "\n" + String(repeating: " ", count: indent * (level + 1))) }
            write(element, &output)
        }
        if let indent, !elements.isEmpty { output.append(utf8: "\n" + String(repeating: " ", count: indent * level)) }
        output.append(utf8: close)
    }

    /// Appends a double in its shortest spelling that reads back the same, always with a point or exponent.
    ///
    /// JSON has no word for infinities and NaN: they are written as null.
    package static func write(_ value: Double, into output: inout [UInt8]) {
        output.append(utf8: value.isFinite ? value.description : "null")
    }

    /// Appends a quoted string; only what JSON demands is escaped.
    package static func write(_ value: String, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output.append(utf8: "\\\"")
            case UInt8(ascii: "\\"): output.append(utf8: "\\\\")
            case 0x0A: output.append(utf8: "\\n")
            case 0x0D: output.append(utf8: "\\r")
            case 0x09: output.append(utf8: "\\t")
            case 0..<0x20:
                output.append(utf8: "\\u00")
                output.append(hexDigits[Int(byte >> 4)])
                output.append(hexDigits[Int(byte & 15)])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}

extension [UInt8] {
    /// Appends the UTF-8 bytes of a text.
    package mutating func append(utf8 text: String) { append(contentsOf: text.utf8) }
}
