import CZlib

/// Decodes a gzip or deflate body as it comes, within bounds of size and of growth.
///
/// `deflate` is taken with its zlib wrapper and, as some clients send it, without.
final class Inflater {
    private var stream = z_stream()
    private var state = State.unbegun
    private var taken = 0

    private enum State { case unbegun, running, done, broken }

    /// A body may grow by this factor; honest JSON of numbers grows by less than 20, a bomb by 1,000.
    static let growthMax = 200
    /// Growth is not looked at below this many bytes.
    static let growthFree = 16 << 20
    /// Bytes decoded in one step.
    private static let step = 16 * 1024
    /// zlib's number for "the wrapper says it, gzip or zlib".
    private static let anyWrapper: Int32 = 15 + 32
    /// zlib's number for deflate without a wrapper.
    private static let noWrapper: Int32 = -15

    deinit { inflateEnd(&stream) }

    /// Decodes `bytes` behind what is in `out`, of which there may be `max` in all.
    func take(_ bytes: UnsafeRawBufferPointer, into out: inout OutBuffer, max: Int) -> BodyCollector.Refusal? {
        guard let first = bytes.first else { return nil }
        if state == .unbegun { begin(first) }
        guard state == .running else { return .notDecodable }
        taken += bytes.count
        stream.next_in = UnsafeMutablePointer(mutating: bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(clamping: bytes.count)
        repeat {
            if let refusal = inflateStep(into: &out, max: max) { return refusal }
        } while state == .running && (stream.avail_in > 0 || stream.avail_out == 0)
        return stream.avail_in > 0 ? .notDecodable : nil
    }

    /// Nothing more comes.
    func end() -> BodyCollector.Refusal? { state == .done || state == .unbegun ? nil : .notDecodable }

    private func begin(_ first: UInt8) {
        // gzip begins with 1F, zlib with a low nibble of 8 and a window of at most 32 KiB; both in one look.
        let isWrapped = first == 0x1F || (first & 0x0F == 8 && first >> 4 <= 7)
        let result = czlib_inflate_init(&stream, isWrapped ? Self.anyWrapper : Self.noWrapper)
        state = result == Z_OK ? .running : .broken
    }

    private func inflateStep(into out: inout OutBuffer, max: Int) -> BodyCollector.Refusal? {
        var result = Z_OK
        // One byte more than allowed, to see whether there is more.
        let room = min(Self.step, max - out.count + 1)
        out.append(upTo: room) { target in
            stream.next_out = target.assumingMemoryBound(to: UInt8.self).baseAddress
            stream.avail_out = UInt32(clamping: target.count)
            result = inflate(&stream, Z_NO_FLUSH)
            return target.count - Int(stream.avail_out)
        }
        guard out.count <= max else { return .tooLarge(max) }
        if out.count > Self.growthFree, out.count / Self.growthMax > taken { return .growsTooMuch }
        switch result {
        case Z_OK, Z_BUF_ERROR: return nil
        case Z_STREAM_END:
            state = .done
            return nil
        default:
            state = .broken
            return .notDecodable
        }
    }
}

extension BodyCollector.Refusal {
    static let notDecodable = Self(status: 400, message: "the request's body is not encoded as content-encoding says")
    static let growsTooMuch = Self(
        status: 413,
        message: "the request's body grows more than \(Inflater.growthMax) times when it is decoded"
    )
}
