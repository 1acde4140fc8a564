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

/// A service on a port of its own.
struct Calls {
    let address: SocketAddress
    let loop: EventLoop

    /// Makes a call whose body goes out in these pieces, and reads the whole answer.
    func call(
        _ path: String,
        _ pieces: [[UInt8]],
        fields: [(String, String)] = [],
        contentType: String = "application/grpc",
        method: String = "POST"
    ) async throws -> CallAnswer {
        let call = try await open(path, fields: fields, contentType: contentType, method: method)
        for piece in pieces.dropLast() { try await call.send(piece) }
        try await call.send(pieces.last ?? [], ends: true)
        return try await call.read()
    }

    /// Sends the head of a call.
    func open(
        _ path: String,
        fields: [(String, String)] = [],
        contentType: String = "application/grpc",
        method: String = "POST"
    ) async throws -> HTTP2Call {
        let head = [
            (":method", method), (":scheme", "http"), (":path", path), (":authority", "a"), ("te", "trailers"),
            ("content-type", contentType),
        ]
        return try await HTTP2Call(address, loop, head + fields)
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
    let server = HTTPServer(
        loop: loop,
        service: GRPCService(methods: methods, limits: limits, time: time),
        http2: HTTP2Limits()
    )
    let address = try server.listen(SocketAddress(ip: 0x7F00_0001, port: 0))
    return try await body(Calls(address: address, loop: loop))
}
