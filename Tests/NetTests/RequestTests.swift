import Base
import Net
import Testing

/// What a server does with bytes, whole and in pieces.
@Suite(.timeLimit(.minutes(2)))
struct RequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: String
        /// The status line's code, and words of the body.
        let status: Int
        let words: String

        init(_ name: String, _ bytes: String, _ status: Int, _ words: String = "") {
            self.name = name
            self.bytes = bytes
            self.status = status
            self.words = words
        }

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case("plain", "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", 200, "GET / [] "),
        Case("version 1.0", "GET /x HTTP/1.0\r\n\r\n", 200, "GET /x [] "),
        Case("empty lines before", "\r\n\r\nGET / HTTP/1.0\r\n\r\n", 200, "GET / [] "),
        Case("body", "POST / HTTP/1.0\r\ncontent-length: 3\r\n\r\nabc", 200, "POST / [] abc"),
        Case(
            "chunks",
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "3;x=y\r\nabc\r\n00A \r\n0123456789\r\n0\r\nTrailer: v\r\n\r\n",
            200,
            "POST / [] abc0123456789"
        ),
        Case(
            "names in capitals",
            "POST / HTTP/1.1\r\nHOST: a\r\nCONNECTION: close\r\nTransfer-ENCODING: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            200,
            "POST / [] abc"
        ),
        Case(
            "names nearly the same",
            "POST / HTTP/1.0\r\ncontent-lengti: 9\r\ncontent_length: 9\r\nContent-Length: 3\r\ndontent-length: 9\r\n\r\nabc",
            200,
            "POST / [] abc"
        ),
        Case("same length twice", "POST / HTTP/1.0\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\na", 200, "a"),
        Case(
            "absolute target",
            "GET http://b:1/p?q=1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
            200,
            "/p [q=1]"
        ),
        Case("blanks around a value", "GET / HTTP/1.1\r\nhost:  \t a \t\r\nconnection:close\r\n\r\n", 200),
        Case("head", "HEAD / HTTP/1.0\r\n\r\n", 200),
        Case(
            "both framings",
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n",
            400,
            "both"
        ),
        Case(
            "both framings turned",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n",
            400,
            "both"
        ),
        Case(
            "lengths differ",
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\n",
            400,
            "differ"
        ),
        Case("length list", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3, 3\r\n\r\n", 400, "not a number"),
        Case("length sign", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +3\r\n\r\n", 400, "not a number"),
        Case("length too long", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9999999999999999999\r\n\r\n", 400),
        Case("length empty", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length:\r\n\r\n", 400),
        Case(
            "other encoding",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
            501,
            "other than chunked"
        ),
        Case(
            "encoding twice",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
            400
        ),
        Case("chunked in 1.0", "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n", 400, "HTTP/1.0"),
        Case("no host", "GET / HTTP/1.1\r\n\r\n", 400, "no host"),
        Case("two hosts", "GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n", 400, "more than one host"),
        Case("host with a path", "GET / HTTP/1.1\r\nhost: a/b\r\n\r\n", 400, "not a host"),
        Case("folded", "GET / HTTP/1.1\r\nhost: a\r\nx: b\r\n c\r\n\r\n", 400, "folded"),
        Case("bare line feed", "GET / HTTP/1.1\r\nhost: a\nx: b\r\n\r\n", 400, "line feed"),
        Case("bare line feed in the line", "GET / HTTP/1.1\nhost: a\r\n\r\n", 400),
        Case("bare return", "GET / HTTP/1.1\r\nhost: a\rb\r\n\r\n", 400, "carriage return"),
        Case("null in a value", "GET / HTTP/1.1\r\nhost: a\r\nx: \0\r\n\r\n", 400, "control"),
        Case("blank before the colon", "GET / HTTP/1.1\r\nhost : a\r\n\r\n", 400, "not a token"),
        Case("no name", "GET / HTTP/1.1\r\n: a\r\n\r\n", 400, "not a token"),
        Case("two blanks", "GET  / HTTP/1.1\r\nhost: a\r\n\r\n", 400),
        Case("no target", "GET HTTP/1.1\r\nhost: a\r\n\r\n", 400),
        Case("relative target", "GET a HTTP/1.1\r\nhost: a\r\n\r\n", 400, "target"),
        Case("version 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version"),
        Case("other protocol", "\u{16}\u{3}\u{1}\u{2}\r\n\r\n", 400),
        Case("bad percent", "GET /%zz HTTP/1.0\r\n\r\n", 400, "percent"),
        Case("unknown expectation", "GET / HTTP/1.1\r\nhost: a\r\nexpect: tea\r\n\r\n", 417),
        Case("chunk size", "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n", 400, "chunk size"),
        Case(
            "chunk size too large",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
            400,
            "chunk size"
        ),
        Case(
            "chunk longer than its size",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n",
            400,
            "longer"
        ),
        Case(
            "chunk with bare line feed",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
            400
        ),
        Case("body too large", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 101\r\n\r\n", 413, "100 bytes"),
        Case(
            "chunks too large",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n65\r\n"
                + String(repeating: "x", count: 101),
            413
        ),
        Case(
            "head too large",
            "GET / HTTP/1.1\r\nhost: a\r\nx: " + String(repeating: "y", count: 2000),
            431,
            "too large"
        ),
        Case("target too long", "GET /" + String(repeating: "y", count: 2000) + " HTTP/1.1\r\n", 414, "too long"),
        Case(
            "too many fields",
            "GET / HTTP/1.1\r\nhost: a\r\n" + String(repeating: "x: y\r\n", count: 20) + "\r\n",
            431,
            "too many"
        ),
    ]

    private static var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.headBytes = 1024
        limits.headerCount = 16
        return limits
    }

    private func withEcho<Result>(
        _ body: (EventLoop, SocketAddress) async throws -> Result
    ) async throws -> Result {
        try await withServer(bodyMax: 100, limits: Self.limits) { request in
            let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
            let text = "\(request.method) \(request.path) [\(query)] \(String(decoding: request.body, as: UTF8.self))"
            return .complete(HTTPResponse(status: 200, text: text))
        } _: {
            try await body($0, $1)
        }
    }

    @Test(arguments: cases)
    func isAnswered(_ c: Case) async throws {
        try await withEcho { loop, address in
            let answer = try await exchange(c.bytes, address, loop)
            #expect(answer.hasPrefix("HTTP/1.1 \(c.status) "), "\(answer)")
            #expect(answer.contains(c.words), "\(answer)")
        }
    }

    /// However the bytes of a request are cut in two, the answer is the same.
    @Test(arguments: ["chunks", "body", "both framings", "folded", "absolute target"])
    func isAnsweredAlikeWhereverItIsSplit(_ name: String) async throws {
        let c = try #require(Self.cases.first { $0.name == name })
        let bytes = Array(c.bytes.utf8)
        try await withEcho { loop, address in
            for cut in 1..<bytes.count {
                let stream = try await connect(address, on: loop)
                try await stream.write(Array(bytes[..<cut]))
                // A turn of the loop, so that the first part is read by itself.
                await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
                try? await stream.write(Array(bytes[cut...]))
                var answer: [UInt8] = []
                while let more = try await stream.read() { answer += more }
                stream.close()
                let text = String(decoding: answer, as: UTF8.self)
                #expect(text.hasPrefix("HTTP/1.1 \(c.status) ") && text.contains(c.words), "cut at \(cut): \(text)")
            }
        }
    }

    /// Whatever bytes come, the connection ends, and what it says is HTTP.
    @Test(arguments: [UInt64(1), 2, 3])
    func brokenRequestsEndInOrder(_ seed: UInt64) async throws {
        var chance = SeededGenerator(seed: seed)
        try await withEcho { loop, address in
            for _ in 0..<150 {
                var bytes = Array(Self.cases.randomElement(using: &chance)?.bytes.utf8 ?? "".utf8)
                for _ in 0..<Int.random(in: 1...4, using: &chance) {
                    let index = Int.random(in: 0..<bytes.count, using: &chance)
                    switch Int.random(in: 0..<3, using: &chance) {
                    case 0: bytes[index] = UInt8.random(in: 0...255, using: &chance)
                    case 1:
                        bytes.insert(contentsOf: [0x0D, 0x0A, 0x30, 0x3A].shuffled(using: &chance)[...1], at: index)
                    default: bytes.removeSubrange(index..<min(bytes.count, index + 3))
                    }
                    if bytes.isEmpty { bytes = [0x0A] }
                }
                let stream = try await connect(address, on: loop)
                try? await stream.write(bytes)
                await stream.finishWriting()
                var answer: [UInt8] = []
                while let more = try? await stream.read() { answer += more }
                stream.close()
                let isHTTP = answer.isEmpty || answer.starts(with: Array("HTTP/1.1 ".utf8))
                #expect(isHTTP, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await withEcho { loop, address in
            let one = "POST /1 HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nab"
            let two = "POST /2 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\ncd\r\n0\r\n\r\n"
            let three = "GET /3 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
            let answer = try await exchange(one + two + three + "GET /4 HTTP/1.1\r\n", address, loop)
            let bodies = answer.split(separator: "\r\n").filter { $0.contains(" [] ") }
            #expect(bodies.map { String($0.prefix(14)) } == ["POST /1 [] abH", "POST /2 [] cdH", "GET /3 [] "])
        }
    }

    @Test func continueIsSentOnlyWhenTheBodyIsAwaited() async throws {
        try await withEcho { loop, address in
            let stream = try await connect(address, on: loop)
            let head = "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\nconnection: close\r\ncontent-length: "
            try await stream.write(Array("\(head)2\r\n\r\n".utf8))
            let first = try #require(try await stream.read())
            #expect(String(decoding: first, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
            try await stream.write(Array("ok".utf8))
            let second = try #require(try await stream.read())
            #expect(String(decoding: second, as: UTF8.self).hasSuffix("POST / [] ok"))
            let refused = try await exchange("\(head)500\r\n\r\n", address, loop)
            #expect(refused.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func answersSayWhetherTheConnectionStays() async throws {
        try await withEcho { loop, address in
            let kept = try await exchange(
                "GET /1 HTTP/1.0\r\nconnection: keep-alive\r\n\r\nHEAD /2 HTTP/1.0\r\n\r\n",
                address,
                loop
            )
            #expect(kept.contains("connection: keep-alive\r\n"))
            #expect(kept.hasSuffix("connection: close\r\n\r\n"))
            #expect(kept.contains("\r\ndate: "))
        }
    }
}
