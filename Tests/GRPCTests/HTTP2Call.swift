import CNGHTTP2
import GRPC
import Net

/// One gRPC call on an HTTP/2 connection of its own, sent frame by frame (RFC 9113).
final class HTTP2Call {
    private enum Frame: UInt8 { case data, headers, priority, reset, settings }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    private static let endStream: UInt8 = 1
    private static let endHeaders: UInt8 = 4
    private static let frameBytesMax = 16_384

    private let stream: ByteStream
    private var inflater: OpaquePointer?
    private var unread: [UInt8] = []
    private var body: [UInt8] = []
    private var hasEnded = false
    /// What has come so far.
    private(set) var answer = CallAnswer(status: 0)

    /// Sends the head of a call.
    init(_ address: SocketAddress, _ loop: EventLoop, _ fields: [(String, String)]) async throws {
        stream = try await connect(address, on: loop)
        nghttp2_hd_inflate_new(&inflater)
        let block: [UInt8] = fields.flatMap { [0] + Self.text($0.0) + Self.text($0.1) }
        try await stream.write(
            Self.preface + Self.frame(.settings, 0, []) + Self.frame(.headers, Self.endHeaders, block)
        )
    }

    deinit {
        nghttp2_hd_inflate_del(inflater)
        stream.close()
    }

    /// Sends a piece of the body in as many frames as it needs.
    func send(_ piece: [UInt8], ends: Bool = false) async throws {
        var rest = piece[...]
        repeat {
            let part = Array(rest.prefix(Self.frameBytesMax))
            rest = rest.dropFirst(part.count)
            try await stream.write(Self.frame(.data, ends && rest.isEmpty ? Self.endStream : 0, part))
        } while !rest.isEmpty
    }

    /// Breaks the call off, as a client does that cancels it.
    func reset() async throws { try await stream.write(Self.frame(.reset, 0, [0, 0, 0, 8])) }

    /// Reads until there are `count` messages, or the answer is whole.
    func read(messages count: Int = .max) async throws -> CallAnswer {
        while !hasEnded, answer.messages.count < count {
            guard let bytes = try await stream.read() else { break }
            unread += bytes
            while let frame = takeFrame() { try await take(frame) }
        }
        return answer
    }

    private static func frame(_ kind: Frame, _ flags: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let count = payload.count
        let head = [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), kind.rawValue, flags]
        return head + [0, 0, 0, kind == .settings ? 0 : 1] + payload
    }

    /// A string without Huffman coding (RFC 7541 section 5.2).
    private static func text(_ text: String) -> [UInt8] {
        precondition(text.utf8.count < 127)
        return [UInt8(text.utf8.count)] + Array(text.utf8)
    }

    private func takeFrame() -> (kind: UInt8, flags: UInt8, payload: [UInt8])? {
        guard unread.count >= 9 else { return nil }
        let end = 9 + (Int(unread[0]) << 16 | Int(unread[1]) << 8 | Int(unread[2]))
        guard unread.count >= end else { return nil }
        defer { unread.removeFirst(end) }
        return (unread[3], unread[4], Array(unread[9..<end]))
    }

    private func take(_ frame: (kind: UInt8, flags: UInt8, payload: [UInt8])) async throws {
        switch Frame(rawValue: frame.kind) {
        case .data:
            body += frame.payload
            if answer.status == 200 { try takeMessages() }
        case .headers: note(inflate(frame.payload))
        case .settings where frame.flags == 0: return try await stream.write(Self.frame(.settings, 1, []))
        case .reset: hasEnded = true
        default: return
        }
        if frame.flags & Self.endStream != 0 { hasEnded = true }
    }

    private func takeMessages() throws {
        answer.messages = []
        var assembler = MessageAssembler()
        try body.withUnsafeBytes { body in
            try assembler.feed(body, lengthMax: 1 << 30) { _, message throws(GRPCStatus) in
                answer.messages.append(Array(message))
            }
        }
    }

    private func note(_ fields: [String: String]) {
        if let status = fields[":status"] { answer.status = Int(status) ?? 0 }
        if let code = fields["grpc-status"] { answer.code = code }
        if let message = fields["grpc-message"] { answer.message = message }
    }

    private func inflate(_ block: [UInt8]) -> [String: String] {
        var fields: [String: String] = [:]
        var rest = block[...]
        var flags: Int32 = 0
        while flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) == 0 {
            var field = nghttp2_nv()
            flags = 0
            let used = rest.withUnsafeBufferPointer {
                nghttp2_hd_inflate_hd2(inflater, &field, &flags, $0.baseAddress, $0.count, 1)
            }
            guard used >= 0 else { return ["grpc-message": "a head does not inflate: \(used)"] }
            rest = rest.dropFirst(used)
            guard flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 else { continue }
            let name = UnsafeRawBufferPointer(start: field.name, count: field.namelen)
            let value = UnsafeRawBufferPointer(start: field.value, count: field.valuelen)
            fields[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
        nghttp2_hd_inflate_end_headers(inflater)
        return fields
    }
}
