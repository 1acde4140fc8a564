/// What a path led to: the text of a value in the document, or one that was put together.
package struct GJSONResult: Sendable {
    /// The kinds of values, in gjson's words.
    package enum Kind: String, Sendable {
        case null = "Null"
        case no = "False"
        case number = "Number"
        case string = "String"
        case yes = "True"
        case json = "JSON"
    }

    package let kind: Kind
    /// The value as it stands in the document; empty where there is none.
    package let raw: ArraySlice<UInt8>
    /// The text of a string without quotes and escapes; empty for other kinds.
    let text: Bytes
    /// The value of a number; 0 for other kinds.
    let number: Double

    init(_ kind: Kind, raw: Bytes, text: Bytes = [], number: Double = 0) {
        self.kind = kind
        self.raw = raw
        self.text = text
        self.number = number
    }

    /// Nothing was found.
    package static let missing = GJSONResult(.null, raw: [])

    /// Whether anything was found; null and false are something.
    package var exists: Bool { kind != .null || !raw.isEmpty }

    var isArray: Bool { kind == .json && raw.first == UInt8(ascii: "[") }
    var isObject: Bool { kind == .json && raw.first == UInt8(ascii: "{") }

    /// The value of a whole text; arrays and objects reach to its end.
    init(parsing json: Bytes) {
        var reader = TokenReader(json)
        reader.skipBlanks()
        self =
            switch reader.peek {
            case UInt8(ascii: "{"), UInt8(ascii: "["): GJSONResult(.json, raw: json[reader.at...])
            case UInt8(ascii: "\""):
                reader.readString().map { GJSONResult(string: $0) }
                    ?? GJSONResult(.string, raw: json[reader.at...], text: json[(reader.at + 1)...])
            case .some(let byte) where TokenReader.startsValue(byte):
                reader.readToken().map { GJSONResult($0) } ?? .missing
            default: .missing
            }
    }
}

// Conversions, as Go programs see a result.
extension GJSONResult {
    /// The value as text: strings without quotes, numbers in full, arrays and objects as they stand.
    package var string: String { String(decoding: stringBytes, as: UTF8.self) }

    var stringBytes: Bytes {
        switch kind {
        case .null: []
        case .no: Bytes("false".utf8)
        case .yes: Bytes("true".utf8)
        case .string: text
        case .json: raw
        case .number:
            raw.drop { $0 == UInt8(ascii: "-") }.allSatisfy { (0x30...0x39).contains($0) }
                ? raw : Bytes(GoNumber.plain(number).utf8)
        }
    }

    /// Whether the value stands for yes.
    package var bool: Bool {
        switch kind {
        case .yes: true
        case .string: GoNumber.bool(text) ?? false
        case .number: number != 0
        case .null, .no, .json: false
        }
    }

    /// The value as a whole number, the fraction cut off.
    package var integer: Int64 {
        switch kind {
        case .yes: 1
        case .string: GoNumber.integer(text) ?? 0
        case .number: GoNumber.safeInteger(number) ?? GoNumber.integer(raw) ?? Int64(exactly: number) ?? .min
        case .null, .no, .json: 0
        }
    }

    /// The value as a number.
    package var double: Double {
        switch kind {
        case .yes: 1
        case .string: GoNumber.double(text)
        case .number: number
        case .null, .no, .json: 0
        }
    }
}

extension GJSONResult {
    /// The elements of an array as they stand in it; nil for anything else.
    package var elements: [ArraySlice<UInt8>]? {
        guard isArray else { return nil }
        var elements: [Bytes] = []
        forEach { _, value in elements.append(value.raw) }
        return elements
    }
}
