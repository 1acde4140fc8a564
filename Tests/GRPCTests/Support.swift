import Base
import Foundation
import GRPC
import Net
import Testing

/// A message of Fixtures/messages.json.
func fixture(_ name: String) throws -> [UInt8] {
    let file = try Data(contentsOf: URL(fileURLWithPath: Bundle.module.resourcePath! + "/Fixtures/messages.json"))
    let messages = try JSONDecoder().decode([String: String].self, from: file)
    return bytes(hex: try #require(messages[name]))
}

/// The bytes that pairs of hexadecimal digits say.
func bytes(hex: String) -> [UInt8] {
    let digits = hex.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// A message with its prefix.
func framed(_ message: [UInt8], isCompressed: Bool = false) -> [UInt8] {
    [isCompressed ? 1 : 0] + withUnsafeBytes(of: UInt32(message.count).bigEndian) { Array($0) } + message
}

/// What came of a call.
struct CallAnswer: Equatable {
    var status: Int
    var messages: [[UInt8]] = []
    var code: String?
    var message: String?
}

/// A service on a port of its own; calls go over HTTP/1.1, whose chunks and trailers stand for those of HTTP/2.
struct Calls {
    let address: SocketAddress
    let loop: EventLoop

    /// Sends the head of a call and the pieces of its body, and reads until the server closes.
    func call(
        _ path: String,
        _ pieces: [[UInt8]],
        fields: [String] = [],
        contentType: String = "application/grpc",
        method: String = "POST"
    ) async throws -> CallAnswer {
        let stream = try await open(path, fields: fields, contentType: contentType, method: method)
        defer { stream.close() }
        for piece in pieces { try await stream.write(chunk(piece)) }
        try await stream.write(Array("0\r\n\r\n".utf8))
        var answer: [UInt8] = []
        while let bytes = try await stream.read() { answer += bytes }
        return try CallAnswer(http: answer)
    }

    /// Sends the head of a call, whose body follows in chunks.
    func open(
        _ path: String,
        fields: [String] = [],
        contentType: String = "application/grpc",
        method: String = "POST"
    ) async throws -> ByteStream {
        let stream = try await connect(address, on: loop)
        let lines =
            ["\(method) \(path) HTTP/1.1", "host: a", "connection: close", "transfer-encoding: chunked"]
            + ["content-type: \(contentType)"] + fields
        try await stream.write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        return stream
    }
}

/// A chunk of an HTTP/1.1 body.
func chunk(_ bytes: [UInt8]) -> [UInt8] {
    Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
}

extension CallAnswer {
    /// Reads a whole HTTP/1.1 answer.
    init(http bytes: [UInt8]) throws {
        let parts = bytes.split(separator: [0x0D, 0x0A, 0x0D, 0x0A], maxSplits: 1)
        let head = String(decoding: try #require(parts.first), as: UTF8.self)
        status = Int(head.split(separator: " ")[1]) ?? 0
        read(fields: head)
        guard head.lowercased().contains("transfer-encoding: chunked"), parts.count > 1 else { return }
        var rest = Array(parts[1])[...]
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: 0x0D) {
            let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16) ?? 0
            rest = rest[(end + 2)...]
            guard size > 0 else { break }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        read(fields: String(decoding: rest, as: UTF8.self))
        var assembler = MessageAssembler()
        try body.withUnsafeBytes { body in
            try assembler.feed(body, lengthMax: 1 << 30) { _, message throws(GRPCStatus) in
                messages.append(Array(message))
            }
        }
    }

    private mutating func read(fields: String) {
        for line in fields.split(separator: "\r\n") {
            if line.hasPrefix("grpc-status: ") { code = String(line.dropFirst(13)) }
            if line.hasPrefix("grpc-message: ") { message = String(line.dropFirst(14)) }
        }
    }
}

/// Serves `methods` while `body` runs.
func withMethods<Result>(
    limits: GRPCLimits = GRPCLimits(),
    time: any TimeSource = SystemTime(),
    _ methods: [GRPCMethod],
    _ body: (Calls) async throws -> Result
) async throws -> Result {
    let loop = EventLoop(name: "test")
    loop.start()
    defer { loop.stop() }
    let server = HTTPServer(loop: loop, service: GRPCService(methods: methods, limits: limits, time: time))
    let address = try server.listen(SocketAddress(ip: 0x7F00_0001, port: 0))
    return try await body(Calls(address: address, loop: loop))
}
