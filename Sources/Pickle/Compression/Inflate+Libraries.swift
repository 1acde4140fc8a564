import CBZip2
import CLZMA
import CZlib
import Prediction

extension Inflate.Method {
    /// zlib and gzip: gzip by its magic; zlib by its method, window and check bits (RFC 1950).
    package static let zlib = Inflate.Method(
        name: "zlib",
        isBegunBy: { bytes in
            guard bytes.count > 2 else { return false }
            if bytes[0] == 0x1F, bytes[1] == 0x8B { return true }
            return bytes[0] == 0x78 && (Int(bytes[0]) << 8 + Int(bytes[1])) % 31 == 0
        },
        unpack: { bytes, bytesMax throws(ModelDefect) in
            var stream = z_stream()
            // 15 + 32: the largest window, zlib or gzip as the header says.
            guard czlib_inflate_init(&stream, 15 + 32) == Z_OK else { throw Inflate.cannotStart("zlib") }
            defer { inflateEnd(&stream) }
            return try Inflate.stream(bytes, bytesMax: bytesMax) { input, room in
                // Safe: files are smaller than 2^30 bytes.
                (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
                (stream.next_out, stream.avail_out) = (room.baseAddress, UInt32(room.count))
                let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                return Inflate.Progress(
                    taken: input.count - Int(stream.avail_in),
                    made: room.count - Int(stream.avail_out),
                    state: status == Z_STREAM_END ? .ended : status == Z_OK ? .goesOn : .broken
                )
            }
        }
    )

    static let bzip2 = Inflate.Method(
        name: "bz2",
        isBegunBy: { $0.starts(with: [0x42, 0x5A, 0x68]) },
        unpack: { bytes, bytesMax throws(ModelDefect) in
            var stream = bz_stream()
            guard BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK else { throw Inflate.cannotStart("libbz2") }
            defer { BZ2_bzDecompressEnd(&stream) }
            return try Inflate.stream(bytes, bytesMax: bytesMax) { input, room in
                input.withMemoryRebound(to: CChar.self) { input in
                    room.withMemoryRebound(to: CChar.self) { room in
                        (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
                        (stream.next_out, stream.avail_out) = (room.baseAddress, UInt32(room.count))
                        let status = BZ2_bzDecompress(&stream)
                        return Inflate.Progress(
                            taken: input.count - Int(stream.avail_in),
                            made: room.count - Int(stream.avail_out),
                            state: status == BZ_STREAM_END ? .ended : status == BZ_OK ? .goesOn : .broken
                        )
                    }
                }
            }
        }
    )

    /// xz, and the older lzma.
    package static let xz = Inflate.Method(
        name: "xz",
        isBegunBy: { $0.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A]) || $0.starts(with: [0x5D, 0x00]) },
        unpack: { bytes, bytesMax throws(ModelDefect) in
            var stream = lzma_stream()
            guard lzma_auto_decoder(&stream, UInt64(ModelLimits.unpackingMemoryMax), 0) == LZMA_OK else {
                throw Inflate.cannotStart("liblzma")
            }
            defer { lzma_end(&stream) }
            return try Inflate.stream(bytes, bytesMax: bytesMax) { input, room in
                (stream.next_in, stream.avail_in) = (UnsafePointer(input.baseAddress), input.count)
                (stream.next_out, stream.avail_out) = (room.baseAddress, room.count)
                let status = lzma_code(&stream, LZMA_RUN)
                return Inflate.Progress(
                    taken: input.count - stream.avail_in,
                    made: room.count - stream.avail_out,
                    state: status == LZMA_STREAM_END ? .ended : status == LZMA_OK ? .goesOn : .broken
                )
            }
        }
    )
}
