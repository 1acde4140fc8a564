import Agent
import Base
import CLinux
import Net
import Synchronization
import TestKit
import Testing

/// The agent between a client and a component, with a sink for payloads.
@Suite(.timeLimit(.minutes(1)))
struct AgentTests {
    /// Requests that reached a server.
    private final class Seen: Sendable {
        private let requests = Mutex<[HTTPRequest]>([])
        private let arrivals = AsyncStream<Void>.makeStream()

        func add(_ request: HTTPRequest) {
            requests.withLock { $0.append(request) }
            arrivals.continuation.yield()
        }

        var all: [HTTPRequest] { requests.withLock { $0 } }

        func wait(for count: Int) async -> [HTTPRequest] {
            var stream = arrivals.stream.makeAsyncIterator()
            while all.count < count { await stream.next() }
            return all
        }
    }

    private static let any = SocketAddress(ip: 0x7F00_0001, port: 0)

    /// Answers a predict request with a number for each instance, others with what they were.
    private static func component(_ request: HTTPRequest) -> HTTPResponse {
        guard request.path.hasSuffix(":predict") else {
            let text = "\(request.method) \(request.path) \(request.query("a") ?? "") \(request.body.count)"
            return HTTPResponse(status: request.path == "/missing" ? 404 : 200, text: text)
        }
        let count = (try? JSON.parse(request.body))?["instances"].array?.count ?? 0
        return HTTPResponse(status: 200, json: ["predictions": .array((0..<count).map { .int(Int64($0)) })])
    }

    private func withAgent(
        _ flags: [String],
        environment: [String: String] = [:],
        _ body: (HTTPClient, SocketAddress, _ component: Seen, _ sink: Seen) async throws -> Void
    ) async throws {
        let loop = EventLoop(name: "test")
        loop.start()
        defer { loop.stop() }
        let (component, sink) = (Seen(), Seen())
        func serve(_ seen: Seen, _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse) throws -> SocketAddress {
            let service = AsyncHTTPService(bodyMax: 64 << 20) { request in
                seen.add(request)
                return .complete(answer(request))
            }
            return try HTTPServer(loop: loop, service: service).listen(Self.any)
        }
        let componentAddress = try serve(component, Self.component)
        let sinkAddress = try serve(sink) { _ in HTTPResponse(status: 200) }
        let words = flags.map { $0.replacing("SINK", with: "http://\(sinkAddress)/events") }
        let configuration = try AgentConfiguration(
            words + ["--port", "0", "--address", "127.0.0.1", "--component-port", String(componentAddress.port)],
            environment: environment
        )
        let agent = Agent(configuration)
        let address = try agent.start()
        try await body(HTTPClient(loop: loop), address, component, sink)
        await agent.drain(within: .seconds(5))
    }

    private func post(_ client: HTTPClient, _ address: SocketAddress, _ path: String, _ body: String) async throws
        -> HTTPResponse
    {
        let headers: HTTPHeaders = ["content-type": "application/json", "ce-id": "id-\(body.count)", "x-team": "ml"]
        let request = HTTPRequest(method: "POST", path: path, headers: headers, body: Array(body.utf8))
        return try await client.send(request, to: address, timeout: .seconds(60))
    }

    @Test func predictionsOfSeveralClientsAreOneRequest() async throws {
        try await withAgent(["--enable-batcher", "--max-batchsize", "3", "--max-latency", "20000"]) {
            client,
            address,
            component,
            _ in
            async let first = post(client, address, "/v1/models/m:predict", #"{"instances":[[1]]}"#)
            async let second = post(client, address, "/v1/models/m:predict", #"{"instances":[[2],[3]]}"#)
            let answers = try await [first, second].map { try JSON.parse($0.body) }
            #expect(component.all.count == 1)
            #expect(answers[0]["batchId"] == answers[1]["batchId"] && answers[0]["batchId"].string?.count == 36)
            #expect(answers.map { $0["predictions"].array?.count } == [1, 2])
            #expect(Set(answers.flatMap { $0["predictions"].array ?? [] }.compactMap(\.int)) == [0, 1, 2])
            let bad = try await post(client, address, "/v1/models/m:predict", "{}")
            #expect(bad.status == 400)
            #expect(String(decoding: bad.body, as: UTF8.self) == "no instances in the request\n")
        }
    }

    @Test func everythingElsePassesThrough() async throws {
        try await withAgent(["--enable-batcher"]) { client, address, _, _ in
            let large = HTTPRequest(
                method: "PUT",
                path: "/x y",
                query: [("a", "1&2")],
                body: [UInt8](repeating: 7, count: 3_000_000)
            )
            let answer = try await client.send(large, to: address, timeout: .seconds(60))
            #expect(String(decoding: answer.body, as: UTF8.self) == "PUT /x y 1&2 3000000")
            let missing = try await client.send(HTTPRequest(path: "/missing"), to: address, timeout: .seconds(60))
            #expect(missing.status == 404)
        }
    }

    @Test func payloadsReachTheSink() async throws {
        let flags = ["--log-url", "SINK", "--inference-service", "iris", "--metadata-headers", "X-Team"]
        try await withAgent(flags) { client, address, _, sink in
            let answer = try await post(client, address, "/v1/models/m:predict", #"{"instances":[[1]]}"#)
            let events = await sink.wait(for: 2).sorted {
                ($0.headers["ce-type"] ?? "") < ($1.headers["ce-type"] ?? "")
            }
            #expect(events.map(\.path) == ["/events", "/events"])
            #expect(
                events.compactMap { $0.headers["ce-type"] } == [
                    "org.kubeflow.serving.inference.request", "org.kubeflow.serving.inference.response",
                ]
            )
            #expect(events.allSatisfy { $0.headers["ce-id"] == "id-19" })
            #expect(events.allSatisfy { $0.headers["ce-metadata"] == #"{"X-Team":["ml"]}"# })
            #expect(
                events.map { String(decoding: $0.body, as: UTF8.self) } == [
                    #"{"instances":[[1]]}"#, String(decoding: answer.body, as: UTF8.self),
                ]
            )
        }
    }

    @Test func payloadsBecomeLinesOfABoundedNumberOfFiles() async throws {
        try await withScratchDirectory { folder in
            let flags = [
                "--log-url", "file://\(folder)", "--inference-service", "iris", "--log-redact", "$.instances[*].name",
                "--log-file-bytes", "2000", "--log-files", "2", "--log-payload-bytes", "100",
            ]
            try await withAgent(flags) { client, address, _, _ in
                for number in 0..<20 {
                    let body = #"{"instances":[{"name":"SECRET","x":\#(number)}]}"#
                    _ = try await post(client, address, "/v1/models/m:predict", body)
                }
                _ = try await post(client, address, "/v1/models/m:predict", "name=SECRET")
                let long = String(repeating: "x", count: 100)
                _ = try await post(client, address, "/v1/models/m:predict", "[\"\(long)\"]")
                let asked = HTTPRequest(path: "/roost/agent/metrics")
                let told = try await client.send(asked, to: address, timeout: .seconds(60))
                let series = String(decoding: told.body, as: UTF8.self)
                #expect(series.contains(#"roost_agent_payload_omitted_total{reason="not-json"} 1"#))
                #expect(series.contains(#"roost_agent_payload_omitted_total{reason="too-large"} 1"#))
                #expect(series.contains(#"roost_agent_payload_events_total{result="lost"} 0"#))
            }
            let text = try text(of: "\(folder)/iris/payloads-0.1.jsonl") + text(of: "\(folder)/iris/payloads-0.jsonl")
            #expect(access("\(folder)/iris/payloads-0.2.jsonl", F_OK) != 0)
            #expect(text.utf8.count <= 4000 && text.contains(#""name":"[redacted]""#) && !text.contains("SECRET"))
            let events = try text.split(separator: "\n").map { try JSON.parse(String($0)) }
            #expect(events.suffix(4).compactMap { $0["dataomitted"].string } == ["not-json", "too-large"])
            #expect(events.last?["data"]["predictions"] == [])
        }
    }

    private func text(of path: String) throws -> String {
        let file = clinux_open(path, O_RDONLY, 0)
        try #require(file >= 0, "\(path) is there")
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    @Test func onlyRequestsAreLoggedWhereTheModeSaysSo() async throws {
        try await withAgent(["--log-url", "SINK", "--log-mode", "request", "--enable-batcher", "--max-batchsize", "1"])
        {
            client,
            address,
            _,
            sink in
            _ = try await post(client, address, "/v1/models/m:predict", #"{"instances":[[1]]}"#)
            _ = try await post(client, address, "/v1/models/m:predict", #"{"instances":[1,2]}"#)
            let events = await sink.wait(for: 2)
            #expect(events.allSatisfy { $0.headers["ce-type"] == "org.kubeflow.serving.inference.request" })
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [("/v1/models/m", 200), ("/missing", 503)])
    func theAgentIsReadyWhenTheComponentIs(_ path: String, _ status: Int) async throws {
        let probe = #"{"httpGet":{"path":"\#(path)","port":8080}}"#
        try await withAgent([], environment: ["SERVING_READINESS_PROBE": probe]) { client, address, _, _ in
            let asked = HTTPRequest(path: path, headers: ["k-network-probe": "queue"])
            var answer = try await client.send(asked, to: address, timeout: .seconds(60))
            // On a busy machine the component may take longer than the probe waits.
            while status == 200, answer.status != status {
                answer = try await client.send(asked, to: address, timeout: .seconds(60))
            }
            #expect(answer.status == status)
        }
    }
}
