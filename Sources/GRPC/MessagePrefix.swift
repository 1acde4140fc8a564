/// What stands before every message: a flag and the length (gRPC over HTTP/2, "Length-Prefixed-Message").
package struct MessagePrefix: Equatable {
    /// Bytes of a prefix.
    static let size = 5

    package let isCompressed: Bool
    package let length: Int

    /// Reads the prefix at the start of `bytes`; nil while it is not whole. Throws where the message must not be taken.
    static func read(_ bytes: UnsafeRawBufferPointer, lengthMax: Int) throws(GRPCStatus) -> MessagePrefix? {
        guard bytes.count >= size else { return nil }
        let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
        guard bytes[0] <= 1 else { throw GRPCStatus(.internal, "a message has the unknown flags \(bytes[0])") }
        guard length <= lengthMax else { throw tooLarge(length, lengthMax) }
        return MessagePrefix(isCompressed: bytes[0] == 1, length: length)
    }

    /// What to say of a message beyond the limit, in the words of gRPC's own servers.
    static func tooLarge(_ length: Int, _ most: Int) -> GRPCStatus {
        GRPCStatus(.resourceExhausted, "SERVER: Received message larger than max (\(length) vs. \(most))")
    }
}
