import CZlib

/// Unpacks zlib and gzip, within bounds.
package enum Inflate {
    /// The bytes themselves, or what they unpack to where they are compressed.
    package static func plain(_ bytes: [UInt8]) throws(ModelDefect) -> [UInt8] {
        let known: [(magic: [UInt8], name: String)] = [
            ([0x42, 0x5A, 0x68], "bz2"), ([0x5D, 0x00], "lzma"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"),
            ([0x04, 0x22, 0x4D, 0x18], "lz4"),
        ]
        for format in known where bytes.starts(with: format.magic) {
            throw ModelDefect(
                at: .byte(0),
                what: "file is compressed with \(format.name)",
                why: "only zlib and gzip are read, save it with joblib.dump(model, path, compress=('zlib', 3))"
            )
        }
        return isCompressed(bytes) ? try inflate(bytes) : bytes
    }

    /// gzip by its magic; zlib by its method, window and check bits (RFC 1950), which no pickle starts with.
    private static func isCompressed(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 2 else { return false }
        if bytes[0] == 0x1F, bytes[1] == 0x8B { return true }
        return bytes[0] == 0x78 && (Int(bytes[0]) << 8 + Int(bytes[1])) % 31 == 0
    }

    private static func inflate(_ bytes: [UInt8]) throws(ModelDefect) -> [UInt8] {
        let bytesMax = min(
            ModelLimits.fileBytesMax,
            max(ModelLimits.unpackedBytesFree, bytes.count * ModelLimits.unpackingFactorMax)
        )
        var stream = z_stream()
        // 15 + 32: the largest window, zlib or gzip as the header says.
        guard czlib_inflate_init(&stream, 15 + 32) == Z_OK else {
            throw ModelDefect(at: .byte(0), what: "zlib cannot be started")
        }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        var status = Z_OK
        var source = bytes  // zlib's interface wants a mutable pointer, it does not write
        source.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            while status == Z_OK, output.count <= bytesMax {
                chunk.withUnsafeMutableBufferPointer { room in
                    stream.next_out = room.baseAddress
                    stream.avail_out = UInt32(room.count)
                    status = CZlib.inflate(&stream, Z_NO_FLUSH)
                }
                output.append(contentsOf: chunk[..<(chunk.count - Int(stream.avail_out))])
            }
        }
        let consumed = bytes.count - Int(stream.avail_in)
        guard output.count <= bytesMax else {
            throw ModelDefect(at: .byte(consumed), what: "file unpacks to more than \(bytesMax) bytes")
        }
        guard status == Z_STREAM_END else {
            throw ModelDefect(at: .byte(consumed), what: "compressed data is damaged or ends too early")
        }
        return output
    }
}
