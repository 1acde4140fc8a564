/// Why bytes are no protobuf message, and where.
package struct ProtobufDefect: Error, Equatable, CustomStringConvertible {
    /// What can be wrong with a message.
    package enum Kind: String, Sendable {
        case truncated = "the message ends inside a field"
        case varintTooLong = "a varint is longer than 64 bits"
        case fieldNumber = "a field number is 0 or too large"
        case group = "a group, which this message format does not have"
        case wireType = "an unknown wire type"
        case notUTF8 = "a string is not UTF-8"
        case packed = "a packed field does not hold whole elements"
        case tooMany = "a field is repeated too often"
    }

    /// What is wrong.
    package let kind: Kind
    /// Where, counted from the start of the outermost message.
    package let byte: Int

    package init(_ kind: Kind, byte: Int) {
        self.kind = kind
        self.byte = byte
    }

    package var description: String { "\(kind.rawValue) at byte \(byte)" }
}
