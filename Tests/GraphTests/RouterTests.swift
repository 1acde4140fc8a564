import Base
import Graph
import Net
import Testing

/// The router with real services behind it, each of which tells what it was sent.
@Suite(.timeLimit(.minutes(1)))
struct RouterTests {
    /// `/ok/NAME` answers 200, `/bad/NAME` 404, both with the name, the body that came and a field; `/text` is no JSON,
    /// `/score/N` predicts N.
    private static let services: @Sendable (HTTPRequest) async -> HTTPReply = { request in
        let parts = request.path.split(separator: "/").map(String.init)
        let body = String(decoding: request.body, as: UTF8.self)
        switch parts.first {
        case "text": return .complete(HTTPResponse(status: 200, text: "plain"))
        case "score": return .complete(HTTPResponse(status: 200, json: ["predictions": [.string(parts[1])]]))
        default:
            var told: JSON = ["name": .string(parts.last ?? ""), "got": .string(body)]
            told["trace"] = JSON(request.headers["x-trace-id"])
            told["query"] = JSON(request.query("v"))
            return .complete(HTTPResponse(status: parts.first == "bad" ? 404 : 200, json: told))
        }
    }

    private func ask(
        _ nodes: String,
        _ body: String,
        headers: HTTPHeaders = [:],
        propagating rules: String = "",
        isShared: Bool = false
    ) async throws -> (status: Int, type: String?, body: String) {
        let loop = EventLoop(name: "test")
        loop.start()
        defer { loop.stop() }
        let any = SocketAddress(ip: 0x7F00_0001, port: 0)
        let server = HTTPServer(loop: loop, service: AsyncHTTPService(bodyMax: 1 << 20, Self.services))
        let services = try server.listen(any, isNear: isShared)
        let spec = #"{"nodes":\#(nodes.replacing("BASE", with: "http://\(services)"))}"#
        let configuration = try RouterConfiguration(
            ["--graph-json", spec, "--port=0", "--enable-tls", "no"],
            environment: ["PROPAGATE_HEADERS": rules, "ROOST_BIND_ADDRESS": "127.0.0.1"]
        )
        #expect(configuration.ignoredFlags == ["--enable-tls"])
        let router = GraphRouter(configuration, on: isShared ? [loop] : nil)
        let address = try router.start()
        let request = HTTPRequest(method: "POST", path: "/any", headers: headers, body: Array(body.utf8))
        let client = HTTPClient(loop: loop)
        let answer = try await client.send(request, to: address, timeout: .seconds(60))
        let ready = try await client.send(HTTPRequest(path: "/readyz"), to: address, timeout: .seconds(60))
        #expect(ready.status == 200)
        await router.drain(within: .seconds(1))
        return (answer.status, answer.headers["content-type"], String(decoding: answer.body, as: UTF8.self))
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let nodes: String
        var input = "{}"
        let status: Int
        let body: String
    }

    private static let cases = [
        Case(
            testDescription: "a soft failure goes on",
            nodes:
                #"{"root":{"routerType":"Sequence","steps":[{"serviceUrl":"BASE/bad/a","dependency":"Soft"},{"serviceUrl":"BASE/ok/b?v=1"}]}}"#,
            status: 200,
            body: #"{"got":"{}","name":"b","query":"1"}"#
        ),
        Case(
            testDescription: "a hard failure ends the sequence",
            nodes:
                #"{"root":{"routerType":"Sequence","steps":[{"serviceUrl":"BASE/bad/a","dependency":"Hard"},{"serviceUrl":"BASE/ok/b"}]}}"#,
            status: 404,
            body: #"{"got":"{}","name":"a"}"#
        ),
        Case(
            testDescription: "answers become requests",
            nodes:
                #"{"root":{"routerType":"Sequence","steps":[{"serviceUrl":"BASE/score/7"},{"serviceUrl":"BASE/ok/b","data":"$response","mapPredictionsToInstances":true}]}}"#,
            status: 200,
            body: #"{"got":"{\"instances\":[\"7\"]}","name":"b"}"#
        ),
        Case(
            testDescription: "nodes inside of nodes",
            nodes:
                #"{"root":{"routerType":"Switch","steps":[{"nodeName":"n","condition":"[@this].#(target==\"x\")"},{"serviceUrl":"BASE/bad/z","condition":"target"}]},"n":{"routerType":"Ensemble","steps":[{"name":"one","nodeName":"s"},{"serviceUrl":"BASE/ok/two"}]},"s":{"routerType":"Splitter","steps":[{"serviceUrl":"BASE/ok/never","weight":0},{"serviceUrl":"BASE/bad/one","weight":100}]}}"#,
            input: #"{"target":"x"}"#,
            status: 200,
            body: #"{"1":{"got":"{\"target\":\"x\"}","name":"two"},"one":{"got":"{\"target\":\"x\"}","name":"one"}}"#
        ),
        Case(
            testDescription: "no route of a switch",
            nodes:
                #"{"root":{"routerType":"Switch","steps":[{"serviceUrl":"BASE/ok/a","condition":"[@this].#(target==\"x\")"}]}}"#,
            input: #"{"target":"y"}"#,
            status: 404,
            body:
                #"{"error":"Failed to process request","cause":"None of the routes matched with the switch condition"}"#
        ),
        Case(
            testDescription: "an answer that is no JSON",
            nodes: #"{"root":{"routerType":"Sequence","steps":[{"serviceUrl":"BASE/text"}]}}"#,
            status: 200,
            body: "plain"
        ),
    ]

    /// With a thread of its own, and on that of its client and its services.
    @Test(arguments: cases, [false, true])
    func walks(_ c: Case, isShared: Bool) async throws {
        let answer = try await ask(c.nodes, c.input, isShared: isShared)
        #expect(answer.status == c.status)
        #expect(answer.body == c.body)
        #expect(answer.type == (c.body == "plain" ? "text/plain; charset=utf-8" : "application/json"))
    }

    @Test func anUnreachableServiceIsToldAsUpstreamTellsIt() async throws {
        let nodes = #"{"root":{"routerType":"Sequence","steps":[{"serviceUrl":"http://127.0.0.1:1/v1"}]}}"#
        let answer = try await ask(nodes, "{}")
        let told = try JSON.parse(answer.body)
        #expect(answer.status == 500)
        #expect(told["error"] == "Failed to process request")
        #expect(told["cause"].string?.hasPrefix(#"Post "http://127.0.0.1:1/v1": "#) == true)
    }

    @Test(arguments: [("", nil), ("Authorization,^X-Trace", "t1"), ("(,-id$", nil), ("-Id$", "t1")])
    func fieldsGoAlongWhereAPatternMatches(_ rules: String, _ trace: String?) async throws {
        let nodes = #"{"root":{"routerType":"Sequence","steps":[{"serviceUrl":"BASE/ok/a"}]}}"#
        let answer = try await ask(nodes, "{}", headers: ["x-trace-id": "t1"], propagating: rules)
        #expect(try JSON.parse(answer.body)["trace"].string == trace)
    }

    /// Tells requests when it is asked, and answers when it is told to.
    private struct SlowService {
        let asked = AsyncStream<Void>.makeStream()
        let told = AsyncStream<Void>.makeStream()

        @Sendable func answer(_ request: HTTPRequest) async -> HTTPReply {
            asked.continuation.yield()
            for await _ in told.stream { break }
            return .complete(HTTPResponse(status: 200, json: [:]))
        }
    }

    @Test func aSharedRouterBoundsWhatItHolds() async throws {
        let loop = EventLoop(name: "test")
        loop.start()
        defer { loop.stop() }
        let any = SocketAddress(ip: 0x7F00_0001, port: 0)
        let slow = SlowService()
        let service = try HTTPServer(loop: loop, service: AsyncHTTPService(bodyMax: 1 << 20, slow.answer)).listen(any)
        let spec = #"{"nodes":{"root":{"routerType":"Sequence","steps":[{"serviceUrl":"http://\#(service)"}]}}}"#
        let configuration = try RouterConfiguration(
            ["--graph-json", spec, "--port=0"],
            environment: ["ROOST_BIND_ADDRESS": "127.0.0.1"]
        )
        let router = GraphRouter(configuration, on: [loop], limits: RouterLimits(bodyMax: 100, heldMax: 150))
        let address = try router.start()
        let client = HTTPClient(loop: loop)
        func ask(_ count: Int) async throws -> Int {
            let request = HTTPRequest(method: "POST", path: "/", body: [UInt8](repeating: 0x20, count: count))
            return try await client.send(request, to: address, timeout: .seconds(60)).status
        }
        #expect(try await ask(101) == 413)
        async let first = ask(100)
        for await _ in slow.asked.stream { break }
        #expect(router.load.heldBytes == 100)
        #expect(try await ask(51) == 503)
        slow.told.continuation.yield()
        #expect(try await first == 200)
        #expect(router.load.heldBytes == 0)
        #expect(router.load.busySeconds > 0)
        slow.told.continuation.yield()
        #expect(try await ask(51) == 200)
        await router.drain(within: .seconds(1))
    }
}
