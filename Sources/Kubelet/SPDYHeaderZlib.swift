import CData
import CZlib

/// Inflates the header blocks of one direction of a SPDY connection: one zlib stream, SPDY/3's dictionary.
final class HeaderInflater {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init() throws(SPDYDefect) {
        stream.initialize(to: z_stream())
        guard czlib_inflate_init(stream, 15) == Z_OK else { throw SPDYDefect("zlib cannot be set up") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func inflate(_ block: ArraySlice<UInt8>) throws(SPDYDefect) -> [UInt8] {
        var input = Array(block)
        var output = [UInt8](repeating: 0, count: KubeletLimits.spdyHeaderBytesMax)
        var result = Z_OK
        let left = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                result = CZlib.inflate(stream, Z_SYNC_FLUSH)
                if result == Z_NEED_DICT {
                    inflateSetDictionary(
                        stream,
                        cdata_spdy_dictionary_start_address(),
                        UInt32(cdata_spdy_dictionary_size())
                    )
                    result = CZlib.inflate(stream, Z_SYNC_FLUSH)
                }
                return (input: stream.pointee.avail_in, output: Int(stream.pointee.avail_out))
            }
        }
        guard result == Z_OK || result == Z_BUF_ERROR, left.input == 0, left.output > 0 else {
            throw SPDYDefect("a header block that does not inflate, or to more than \(output.count) bytes")
        }
        return Array(output.prefix(output.count - left.output))
    }
}

/// Deflates the header blocks of one direction of a SPDY connection.
final class HeaderDeflater {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init() throws(SPDYDefect) {
        stream.initialize(to: z_stream())
        guard czlib_deflate_init(stream, Z_BEST_COMPRESSION, 15) == Z_OK,
            deflateSetDictionary(stream, cdata_spdy_dictionary_start_address(), UInt32(cdata_spdy_dictionary_size()))
                == Z_OK
        else { throw SPDYDefect("zlib cannot be set up") }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func deflate(_ block: [UInt8]) throws(SPDYDefect) -> [UInt8] {
        var input = block
        var output = [UInt8](repeating: 0, count: block.count * 2 + 64)
        var result = Z_OK
        let left = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                result = CZlib.deflate(stream, Z_SYNC_FLUSH)
                return Int(stream.pointee.avail_out)
            }
        }
        guard result == Z_OK, left > 0 else { throw SPDYDefect("a header block that does not deflate") }
        return Array(output.prefix(output.count - left))
    }
}
