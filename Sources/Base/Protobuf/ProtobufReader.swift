/// One field of a message, as the wire has it.
package struct ProtobufField {
    /// What stands behind a tag; bytes lie in the message and live as long as it.
    package enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(UnsafeRawBufferPointer)
        case fixed32(UInt32)
    }

    package let number: Int
    package let value: Value
}

/// Reads a protobuf message in place, field by field (protobuf.dev/programming-guides/encoding).
///
/// A field is read whole, so a caller passes over those it does not know by ignoring them. Nothing is copied, every
/// read is checked against the end, and the depth is that of the caller's own code: a nested message is bytes until
/// `nested` opens it.
package struct ProtobufReader {
    private let bytes: UnsafeRawBufferPointer
    /// Start of the outermost message, by which defects are placed.
    private let origin: UnsafeRawPointer?
    private var at = 0

    private static let fieldNumberMax: UInt64 = (1 << 29) - 1

    /// A reader of `message`, which must outlive it and all that it hands out.
    package init(_ message: UnsafeRawBufferPointer) {
        bytes = message
        origin = message.baseAddress
    }

    private init(_ message: UnsafeRawBufferPointer, origin: UnsafeRawPointer?) {
        bytes = message
        self.origin = origin
    }

    /// A reader of a message inside this one.
    package func nested(_ message: UnsafeRawBufferPointer) -> ProtobufReader {
        ProtobufReader(message, origin: origin)
    }

    /// The next field; nil at the end.
    package mutating func next() throws(ProtobufDefect) -> ProtobufField? {
        guard at < bytes.count else { return nil }
        let start = at
        let tag = try varint()
        let number = tag >> 3
        guard number > 0, number <= ProtobufReader.fieldNumberMax else { throw defect(.fieldNumber, at: start) }
        let value: ProtobufField.Value =
            switch tag & 7 {
            case 0: .varint(try varint())
            case 1: .fixed64(try fixed(UInt64.self))
            case 2: .bytes(try delimited())
            case 3, 4: throw defect(.group, at: start)
            case 5: .fixed32(try fixed(UInt32.self))
            default: throw defect(.wireType, at: start)
            }
        return ProtobufField(number: Int(number), value: value)
    }

    /// The next varint of a packed field; nil at the end.
    package mutating func nextVarint() throws(ProtobufDefect) -> UInt64? {
        at < bytes.count ? try varint() : nil
    }

    /// The bytes of a string field, known to be UTF-8 from here on.
    package func text(_ bytes: UnsafeRawBufferPointer) throws(ProtobufDefect) -> UnsafeRawBufferPointer {
        guard UTF8Rule.holds(for: bytes) else { throw defect(.notUTF8, in: bytes) }
        return bytes
    }

    /// The text of a string field.
    package func string(_ bytes: UnsafeRawBufferPointer) throws(ProtobufDefect) -> String {
        String(decoding: try text(bytes), as: UTF8.self)
    }

    /// A defect at the start of `field`, which is part of the message.
    package func defect(_ kind: ProtobufDefect.Kind, in field: UnsafeRawBufferPointer) -> ProtobufDefect {
        guard let origin, let start = field.baseAddress else { return ProtobufDefect(kind, byte: 0) }
        return ProtobufDefect(kind, byte: start - origin)
    }

    private func defect(_ kind: ProtobufDefect.Kind, at offset: Int) -> ProtobufDefect {
        guard let origin, let start = bytes.baseAddress else { return ProtobufDefect(kind, byte: offset) }
        return ProtobufDefect(kind, byte: start - origin + offset)
    }
}

// MARK: - the wire's own types

extension ProtobufReader {
    @inline(__always)
    private mutating func varint() throws(ProtobufDefect) -> UInt64 {
        if at < bytes.count, bytes[at] < 0x80 {
            at += 1
            return UInt64(bytes[at - 1])
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(ProtobufDefect) -> UInt64 {
        let start = at
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            // The tenth byte holds the 64th bit and no more.
            guard shift < 63 || byte <= 1 else { throw defect(.varintTooLong, at: start) }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw defect(.truncated, at: start)
    }

    private mutating func fixed<Word: FixedWidthInteger>(_ type: Word.Type) throws(ProtobufDefect) -> Word {
        let size = MemoryLayout<Word>.size
        guard size <= bytes.count - at else { throw defect(.truncated, at: at) }
        defer { at += size }
        return Word(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: Word.self))
    }

    private mutating func delimited() throws(ProtobufDefect) -> UnsafeRawBufferPointer {
        let start = at
        let length = try varint()
        guard length <= UInt64(bytes.count - at) else { throw defect(.truncated, at: start) }
        defer { at += Int(length) }
        return UnsafeRawBufferPointer(rebasing: bytes[at..<at + Int(length)])
    }
}
