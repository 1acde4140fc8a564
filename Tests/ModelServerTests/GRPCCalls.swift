import Foundation
import GRPC
import Net
import Testing

/// A message of Fixtures/grpc/messages.json.
func message(_ name: String) throws -> [UInt8] {
    let file = try Data(contentsOf: URL(fileURLWithPath: fixture("grpc/messages.json")))
    let text = try #require(try JSONDecoder().decode([String: String].self, from: file)[name])
    let digits = text.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// What came of a call.
struct CallAnswer: Equatable, CustomStringConvertible {
    var code: String
    var text = ""
    var message: [UInt8] = []

    var description: String { "\(code) \(text) \(message.map { String($0, radix: 16) }.joined(separator: " "))" }

    /// A good answer.
    static func good(_ message: [UInt8]) -> CallAnswer { CallAnswer(code: "0", message: message) }

    static func refused(_ code: GRPCStatus.Code, _ text: String) -> CallAnswer {
        CallAnswer(code: String(code.rawValue), text: text)
    }
}

extension Serving {
    /// Calls a method of the inference service, over HTTP/1.1: its chunks and trailers stand for those of HTTP/2.
    func call(_ method: String, _ message: [UInt8]) async throws -> CallAnswer {
        let loop = EventLoop(name: "call")
        loop.start()
        defer { loop.stop() }
        let stream = try await connect(address, on: loop)
        defer { stream.close() }
        let head = """
            POST /inference.GRPCInferenceService/\(method) HTTP/1.1\r\nhost: a\r\nconnection: close\r
            content-type: application/grpc\r\ncontent-length: \(message.count + 5)\r\n\r\n
            """
        let prefix = [0] + withUnsafeBytes(of: UInt32(message.count).bigEndian) { Array($0) }
        try await stream.write(Array(head.utf8) + prefix + message)
        var answer: [UInt8] = []
        while let bytes = try await stream.read() { answer += bytes }
        return try CallAnswer(http: answer)
    }
}

extension CallAnswer {
    /// Reads a whole HTTP/1.1 answer: one chunk at most, and the status behind it or in the head.
    init(http bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        func field(_ name: String) -> String {
            guard let start = text.range(of: "\(name): ")?.upperBound else { return "" }
            return String(text[start...].prefix { $0 != "\r\n" })
        }
        code = field("grpc-status")
        self.text = field("grpc-message").removingPercentEncoding ?? ""
        let body = try #require(bytes.firstRange(of: [0x0D, 0x0A, 0x0D, 0x0A])).upperBound
        guard text.contains("transfer-encoding: chunked"), let end = bytes[body...].firstIndex(of: 0x0D) else { return }
        let size = Int(String(decoding: bytes[body..<end], as: UTF8.self), radix: 16) ?? 0
        message = Array(bytes[(end + 2)...].prefix(size).dropFirst(5))
    }
}
