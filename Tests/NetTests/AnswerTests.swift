import Net
import Testing

/// Every form of answer, as its bytes go out in HTTP/1.1 and 1.0.
@Suite(.timeLimit(.minutes(1)))
struct AnswerTests {
    /// Answers in the form that the path names.
    private final class Forms: HTTPService {
        func begin(_ exchange: HTTPExchange) -> BodyMode {
            switch exchange.path {
            case "/place":
                exchange.respond(status: 200, contentType: "a/b") { $0.append("hello") }
            case "/trailers":
                exchange.respond(status: 200, contentType: "a/b", trailers: HTTPTrailers("grpc-status", "0")) {
                    $0.append("hello, trailers")
                }
            case "/onlytrailers":
                exchange.respond(status: 200, contentType: "a/b", trailers: HTTPTrailers(["x": "a\r\nb"])) { _ in }
            case "/number":
                exchange.respond(status: 200, contentType: "a/b", numberField: "json-length") {
                    $0.append("{}binary")
                    return 2
                }
            case "/fields":
                exchange.respond(status: 201, contentType: "a/b") {
                    $0.appendField("x", "1")
                } writing: {
                    $0.append("made")
                }
            default:
                exchange.begin(status: 200, contentLength: nil) { $0.appendField("content-type", "a/b") }
                exchange.write(UnsafeRawBufferPointer(start: nil, count: 0))
                Array("bit".utf8).withUnsafeBytes { exchange.write($0) }
                exchange.end(trailers: HTTPTrailers("x", "y"))
            }
            return .answered
        }
    }

    @Test(arguments: [
        ("GET /place HTTP/1.1", "content-type: a/b\r\nconnection: close\r\ncontent-length:            5\r\n\r\nhello"),
        ("HEAD /place HTTP/1.1", "content-type: a/b\r\nconnection: close\r\ncontent-length:            5\r\n\r\n"),
        (
            "GET /trailers HTTP/1.1",
            "transfer-encoding: chunked\r\n\r\n0000000f\r\nhello, trailers\r\n0\r\ngrpc-status: 0\r\n\r\n"
        ),
        ("GET /trailers HTTP/1.0", "content-length:           15\r\n\r\nhello, trailers"),
        ("HEAD /trailers HTTP/1.1", "content-length:           15\r\n\r\n"),
        ("GET /onlytrailers HTTP/1.1", "transfer-encoding: chunked\r\n\r\n0\r\nx: a  b\r\n\r\n"),
        (
            "GET /number HTTP/1.1",
            "json-length:            2\r\nconnection: close\r\ncontent-length:            8\r\n\r\n{}binary"
        ),
        ("GET /fields HTTP/1.0", "x: 1\r\nconnection: close\r\ncontent-length:            4\r\n\r\nmade"),
        ("GET /bits HTTP/1.1", "transfer-encoding: chunked\r\n\r\n3\r\nbit\r\n0\r\nx: y\r\n\r\n"),
        ("GET /bits HTTP/1.0", "connection: close\r\n\r\nbit"),
    ])
    func goesOutAs(_ line: String, _ end: String) async throws {
        try await withLoop { loop in
            let address = try HTTPServer(loop: loop, service: Forms()).listen(anyPort)
            let request = line + "\r\nhost: a\r\nconnection: close\r\n\r\n"
            let answer = try await exchange(request, address, loop)
            #expect(answer.hasSuffix(end), "\(answer)")
        }
    }
}
