import CZlib

/// Unpacks messages of `grpc-encoding: gzip` or `deflate`, each into the same memory.
struct MessageInflater: ~Copyable {
    private var output: [UInt8] = []

    private static let stepBytes = 64 << 10
    /// zlib's word for a window of 32 KiB, and a header of zlib or of gzip.
    private static let window: Int32 = 15 + 32

    /// Calls `body` with what `packed` holds; throws where it is no such stream or holds more than `bytesMax`.
    mutating func unpack(
        _ packed: UnsafeRawBufferPointer,
        bytesMax: Int,
        _ body: (UnsafeRawBufferPointer) throws(GRPCStatus) -> Void
    ) throws(GRPCStatus) {
        try inflate(packed, bytesMax)
        var failure: GRPCStatus?
        output.withUnsafeBytes { bytes in
            do throws(GRPCStatus) { try body(bytes) } catch { failure = error }
        }
        output.removeAll(keepingCapacity: output.capacity <= GRPCLimits.keptBytesMax)
        if let failure { throw failure }
    }

    private mutating func inflate(_ packed: UnsafeRawBufferPointer, _ bytesMax: Int) throws(GRPCStatus) {
        output.removeAll(keepingCapacity: true)
        var stream = z_stream()
        guard czlib_inflate_init(&stream, MessageInflater.window) == Z_OK else {
            throw GRPCStatus(.internal, "zlib cannot be set up")
        }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: packed.assumingMemoryBound(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(packed.count)
        var result = Z_OK
        while result == Z_OK {
            guard output.count <= bytesMax else { throw MessagePrefix.tooLarge(output.count, bytesMax) }
            let room = min(MessageInflater.stepBytes, bytesMax + 1 - output.count)
            let start = output.count
            output.append(contentsOf: repeatElement(0, count: room))
            output.withUnsafeMutableBufferPointer { output in
                stream.next_out = output.baseAddress.map { $0 + start }
                stream.avail_out = UInt32(room)
                result = CZlib.inflate(&stream, Z_NO_FLUSH)
            }
            output.removeLast(Int(stream.avail_out))
            // Nothing came out though there was room: the input is used up.
            if result == Z_OK, output.count == start { result = Z_BUF_ERROR }
        }
        guard result == Z_STREAM_END, stream.avail_in == 0 else {
            throw GRPCStatus(.internal, "a message is not well compressed")
        }
        guard output.count <= bytesMax else { throw MessagePrefix.tooLarge(output.count, bytesMax) }
    }
}
