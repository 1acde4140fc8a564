/// Reads the fields of one protobuf message; every length is checked against the bytes that are there.
struct ProtobufReader {
    /// Why bytes are no message, and where.
    struct Defect: Error {
        let what: String
        let offset: Int
    }

    /// What a field holds on the wire.
    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case bytes(ArraySlice<UInt8>)
    }

    private let bytes: ArraySlice<UInt8>
    private var at: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    /// The next field; nil at the end.
    mutating func next() throws(Defect) -> (number: Int, value: Value)? {
        guard at < bytes.endIndex else { return nil }
        let start = at
        let tag = try varint()
        guard let number = Int32(exactly: tag >> 3), number > 0 else {
            throw Defect(what: "a field number is out of range", offset: start)
        }
        switch tag & 7 {
        case 0: return (Int(number), .varint(try varint()))
        case 1: return (Int(number), .fixed64(try fixed(8)))
        case 2:
            let length = try varint()
            guard length <= UInt64(bytes.endIndex - at) else {
                throw Defect(what: "a field is longer than the bytes that are left", offset: start)
            }
            defer { at += Int(length) }
            return (Int(number), .bytes(bytes[at..<at + Int(length)]))
        case 5: return (Int(number), .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
        default: throw Defect(what: "wire type \(tag & 7) is not known", offset: start)
        }
    }

    private mutating func varint() throws(Defect) -> UInt64 {
        let start = at
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard at < bytes.endIndex else { break }
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Defect(what: "a number does not end", offset: start)
    }

    private mutating func fixed(_ count: Int) throws(Defect) -> UInt64 {
        guard bytes.endIndex - at >= count else { throw Defect(what: "a number does not end", offset: at) }
        defer { at += count }
        return bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
