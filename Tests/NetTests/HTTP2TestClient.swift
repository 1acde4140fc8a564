import CNGHTTP2
import Net

/// A frame as it lies on the wire (RFC 9113 section 4.1).
struct TestFrame: Sendable, Equatable {
    enum Kind: UInt8 {
        case data, headers, priority, reset, settings, push, ping, goAway, windowUpdate, continuation
    }

    static let ack: UInt8 = 1
    static let endStream: UInt8 = 1
    static let endHeaders: UInt8 = 4

    var kind: UInt8
    var flags: UInt8
    var stream: Int32
    var payload: [UInt8]

    init(_ kind: Kind, flags: UInt8 = 0, stream: Int32 = 0, _ payload: [UInt8] = []) {
        (self.kind, self.flags, self.stream, self.payload) = (kind.rawValue, flags, stream, payload)
    }

    /// A request's or trailer's head, its fields neither compressed nor remembered.
    static func head(_ stream: Int32, _ fields: [(String, String)], ends: Bool) -> TestFrame {
        TestFrame(.headers, flags: endHeaders | (ends ? endStream : 0), stream: stream, block(fields))
    }

    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0] + text($0) + text($1) }
    }

    static func get(_ stream: Int32, _ path: String = "/") -> TestFrame {
        head(stream, request("GET", path), ends: true)
    }

    static func request(_ method: String, _ path: String) -> [(String, String)] {
        [(":method", method), (":scheme", "http"), (":path", path), (":authority", "a:1")]
    }

    /// A string without Huffman coding (RFC 7541 section 5.2).
    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest % 128 + 128))
            rest /= 128
        }
        return length + [UInt8(rest)] + bytes
    }

    var bytes: [UInt8] {
        let count = payload.count
        let id = UInt32(bitPattern: stream)
        return [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), kind, flags]
            + [24, 16, 8, 0].map { UInt8(id >> $0 & 255) } + payload
    }

    var isReset: Bool { kind == Kind.reset.rawValue }
    var isGoAway: Bool { kind == Kind.goAway.rawValue }
    /// The error code of a RST_STREAM or GOAWAY.
    var code: UInt32 { payload.dropFirst(isGoAway ? 4 : 0).prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }
    var endsStream: Bool { flags & Self.endStream != 0 && kind <= Kind.headers.rawValue }
}

/// A client of HTTP/2 that does what it is told, wrong things too.
final class HTTP2TestClient {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    let stream: ByteStream
    private var unread: [UInt8] = []
    private var inflater: OpaquePointer?
    /// Answers so far, by stream.
    private(set) var heads: [Int32: [[String: String]]] = [:]
    private(set) var bodies: [Int32: [UInt8]] = [:]
    private(set) var ended: Set<Int32> = []

    /// Connects and agrees on the server's SETTINGS, unless `silent`.
    init(_ address: SocketAddress, _ loop: EventLoop, silent: Bool = false) async throws {
        stream = try await connect(address, on: loop)
        nghttp2_hd_inflate_new(&inflater)
        guard !silent else { return }
        try await send([TestFrame(.settings)], after: Self.preface)
        _ = try await first { $0.kind == TestFrame.Kind.settings.rawValue }
        try await send([TestFrame(.settings, flags: TestFrame.ack)])
    }

    deinit {
        nghttp2_hd_inflate_del(inflater)
        stream.close()
    }

    func send(_ frames: [TestFrame], after bytes: [UInt8] = []) async throws {
        try await stream.write(bytes + frames.flatMap(\.bytes))
    }

    /// The next frame; nil when the server has closed.
    func next() async throws -> TestFrame? {
        while true {
            if let frame = takeFrame() {
                note(frame)
                return frame
            }
            guard let more = try await stream.read() else { return nil }
            unread += more
        }
    }

    /// Reads until a frame is as wanted, or the connection's end.
    func first(where isWanted: (TestFrame) -> Bool) async throws -> TestFrame? {
        while let frame = try await next() { if isWanted(frame) { return frame } }
        return nil
    }

    /// Reads until the answer to a stream is whole, or reset.
    func answer(_ id: Int32) async throws -> (head: [String: String], body: String, trailers: [String: String]) {
        if !ended.contains(id) { _ = try await first { $0.stream == id && ($0.endsStream || $0.isReset) } }
        let heads = heads[id] ?? []
        let body = String(decoding: bodies[id] ?? [], as: UTF8.self)
        return (heads.first ?? [:], body, heads.count > 1 ? heads[heads.count - 1] : [:])
    }

    private func takeFrame() -> TestFrame? {
        guard unread.count >= 9 else { return nil }
        let count = Int(unread[0]) << 16 | Int(unread[1]) << 8 | Int(unread[2])
        guard unread.count >= 9 + count else { return nil }
        var frame = TestFrame(.data, flags: unread[4], Array(unread[9..<9 + count]))
        frame.kind = unread[3]
        frame.stream = unread[5..<9].reduce(0) { $0 << 8 | Int32($1) }
        unread.removeFirst(9 + count)
        return frame
    }

    private func note(_ frame: TestFrame) {
        switch TestFrame.Kind(rawValue: frame.kind) {
        case .data: bodies[frame.stream, default: []] += frame.payload
        case .headers: heads[frame.stream, default: []].append(inflate(frame.payload))
        default: return
        }
        if frame.endsStream { ended.insert(frame.stream) }
    }

    private func inflate(_ block: [UInt8]) -> [String: String] {
        var fields: [String: String] = [:]
        var at = 0
        while true {
            var field = nghttp2_nv()
            var flags: Int32 = 0
            let used = block[at...].withUnsafeBufferPointer {
                nghttp2_hd_inflate_hd2(inflater, &field, &flags, $0.baseAddress, $0.count, 1)
            }
            guard used >= 0 else { return ["malformed": "\(used)"] }
            at += used
            if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                let name = UnsafeRawBufferPointer(start: field.name, count: field.namelen)
                let value = UnsafeRawBufferPointer(start: field.value, count: field.valuelen)
                fields[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
            }
            if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 { break }
        }
        nghttp2_hd_inflate_end_headers(inflater)
        return fields
    }
}
