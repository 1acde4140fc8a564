import CZlib
import Net
import Testing

/// Bodies that come compressed.
@Suite(.timeLimit(.minutes(1)))
struct EncodedBodyTests {
    /// Says how long the body was, and how it began.
    private final class Lengths: HTTPService {
        func begin(_ exchange: HTTPExchange) -> BodyMode {
            .collect(max: exchange.path == "/little" ? 1000 : 40 << 20, decoding: true)
        }
        func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
            exchange.respond(status: 200, contentType: "text/plain") { out in
                out.append(decimal: body.count)
                out.append(" ")
                out.append(UnsafeRawBufferPointer(rebasing: body.prefix(5)))
            }
        }
    }

    /// zlib's window numbers: gzip, zlib, and deflate alone.
    private static func compressed(_ bytes: [UInt8], _ window: Int32) -> [UInt8] {
        var stream = z_stream()
        guard czlib_deflate_init(&stream, 9, window) == Z_OK else { return [] }
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        return input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
                (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
                deflate(&stream, Z_FINISH)
                return Array(output.prefix(Int(stream.total_out)))
            }
        }
    }

    private static let words = Array("hello ".utf8) + (0..<30_000).map { UInt8($0 * $0 / 7 % 251) }
    private static let gzip = compressed(words, 15 + 16)

    @Test(arguments: [
        ("gzip", gzip, "200", "30006 hello"),
        ("X-GZIP", gzip, "200", "30006 hello"),
        ("deflate", compressed(words, 15), "200", "30006 hello"),
        ("deflate", compressed(words, -15), "200", "30006 hello"),
        ("identity", words, "200", "30006 hello"),
        ("gzip", [], "200", "0 "),
        ("gzip", Array(gzip.dropLast()), "400", "not encoded"),
        ("gzip", gzip + [0], "400", "not encoded"),
        ("gzip", words, "400", "not encoded"),
        ("gzip", Array(gzip.prefix(2000)) + [0, 0, 0] + gzip.dropFirst(2003), "400", "not encoded"),
        ("gzip", gzip, "413", "larger"),
        ("br", words, "415", "other than gzip"),
        ("gzip, gzip", gzip, "415", "other than gzip"),
        ("gzip", compressed([UInt8](repeating: 0, count: 30 << 20), 15 + 16), "413", "grows"),
    ])
    func areDecoded(_ coding: String, _ body: [UInt8], _ status: String, _ told: String) async throws {
        try await withLoop { loop in
            let server = HTTPServer(loop: loop, service: Lengths(), http2: HTTP2Limits())
            let address = try server.listen(anyPort)
            let path = told == "larger" ? "/little" : "/"
            let request = HTTPRequest(method: "POST", path: path, headers: ["content-encoding": coding], body: body)
            let answer = try await HTTPClient(loop: loop).send(request, to: address, timeout: .seconds(60))
            #expect("\(answer.status)" == status && String(decoding: answer.body, as: UTF8.self).contains(told))
            let client = try await HTTP2TestClient(address, loop)
            let fields = TestFrame.request("POST", path) + [("content-encoding", coding)]
            let pieces = stride(from: 0, to: body.count, by: 16_000).map {
                Array(body[$0..<min(body.count, $0 + 16_000)])
            }
            try? await client.send([.head(1, fields, ends: false)])
            for piece in pieces { try? await client.send([TestFrame(.data, stream: 1, piece)]) }
            try? await client.send([TestFrame(.data, flags: TestFrame.endStream, stream: 1)])
            let other = try await client.answer(1)
            #expect(other.head[":status"] == status && other.body.contains(told))
        }
    }
}
