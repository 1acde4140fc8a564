import Base
import Gateway
import Net
import Synchronization
import Testing

/// Which requests have lines in the gateway's log, and what these tell.
@Suite(.timeLimit(.minutes(1)), .serialized)  // the form of the log is the program's
struct AccessLinesTests {
    /// Keeps what is written.
    private final class Kept: LineSink {
        private let text = Mutex("")

        var events: [JSON] {
            get throws { try text.withLock { $0 }.split(separator: "\n").map { try JSON.parse(String($0)) } }
        }

        func write(_ lines: UnsafeRawBufferPointer) -> Int {
            text.withLock { $0 += String(decoding: lines, as: UTF8.self) }
            return 0
        }
    }

    @Test func routesThatAskForLinesHaveThem() async throws {
        #expect(try await events(ofAll: false) == ["/1 200 default/loud"])
    }

    @Test func everyRequestHasALineWhereTheGatewaySaysSo() async throws {
        #expect(
            try await events(ofAll: true) == [
                "/1 200 default/loud", "/2 200 default/quiet", "/3 404 -", "/4 503 default/empty",
            ]
        )
    }

    /// Path, status and route of the requests that have lines.
    private func events(ofAll logsAll: Bool) async throws -> [String] {
        let kept = Kept()
        let form = Log.form
        Log.form = .json
        defer { Log.form = form }
        let writer = LineWriter(name: "test", kept)
        try await GatewayScope.run { configuration in
            configuration.logsAccess = logsAll
            configuration.lines = writer
            configuration.holdTime = .milliseconds(20)
        } _: { scope in
            let server = try scope.serve(named: "a")
            try scope.putService("a", [server])
            try scope.putService("none", [])
            try await scope.putRoute("quiet", "[{backendRefs: [{name: a, port: 80}]}]")
            try await scope.putRoute("empty", "[{backendRefs: [{name: none, port: 80}]}]")
            try await scope.putRoute(
                "loud",
                "[{backendRefs: [{name: a, port: 80}]}]",
                annotations: "roost.dev/access-log: 'true'"
            )
            for (host, path) in [("loud", "/1"), ("quiet", "/2"), ("nobody", "/3"), ("empty", "/4")] {
                _ = try await scope.send(host, path: path, headers: ["x-request-id": "r"])
            }
        }
        // Lines that wait are handed over when the gateway ends.
        #expect(writer.drain(within: .seconds(30)))
        let events = try kept.events
        #expect(events.allSatisfy { $0["part"].string == "gateway" && $0["request_id"].string == "r" })
        let relayed = try #require(events.first)
        #expect(relayed["response_bytes"].int == 1 && relayed["backend"].string == "default/a:80")
        #expect(relayed["endpoint"].string?.hasPrefix("127.0.0.1:") == true)
        return events.map { "\($0["path"].string ?? "") \($0["status"].int ?? 0) \($0["route"].string ?? "-")" }
    }
}
