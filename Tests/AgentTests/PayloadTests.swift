import Agent
import Base
import Net
import Testing

struct PayloadTests {
    private static func event(bytes: Int) -> PayloadEvent {
        PayloadEvent(
            .request,
            id: "1",
            time: WallTime(seconds: 0),
            contentType: "application/json",
            metadata: ["X-A": ["1", "2"]],
            body: [UInt8](repeating: 0, count: bytes)
        )
    }

    @Test func whatTheSinkIsTooSlowForIsLostAndCounted() {
        var queue = PayloadQueue()
        var taken = (0...AgentLimits.eventsMax).map { _ in queue.add(Self.event(bytes: 1)) }
        #expect(taken.removeLast() == false && taken.allSatisfy { $0 })
        #expect(queue.lost == 1)
        var sending: [PayloadEvent] = []
        while let event = queue.next() { sending.append(event) }
        #expect(sending.count == AgentLimits.sendersMax)
        queue.sent(sending[0])
        let next = queue.next()
        let none = queue.next()
        #expect(next != nil && none == nil)
    }

    @Test func bytesOfEventsAreBounded() {
        var queue = PayloadQueue()
        let half = AgentLimits.eventBytesMax / 2
        let taken = [half, half, 1].map { queue.add(Self.event(bytes: $0)) }
        #expect(taken == [true, true, false])
        let sent = queue.next()
        let whileSending = queue.add(Self.event(bytes: 1))
        #expect(!whileSending, "what is being sent is still in memory")
        if let sent { queue.sent(sent) }
        let afterwards = queue.add(Self.event(bytes: 1))
        #expect(afterwards)
    }

    @Test func eventsAreCloudEventsInBinaryMode() throws {
        var source = PayloadSource(sink: try #require(WebAddress("http://sink/")))
        (source.source, source.inferenceService, source.namespace) = ("pod", "iris", "ns")
        source.annotations = ["team": "ml"]
        let headers = Self.event(bytes: 0).headers(source, recordedAt: WallTime(seconds: 1))
        let told = headers.map { "\($0.name): \($0.value)" }
        #expect(
            told == [
                "Ce-Specversion: 1.0", "Ce-Id: 1", "Ce-Type: org.kubeflow.serving.inference.request", "Ce-Source: pod",
                "Ce-Time: 1970-01-01T00:00:00.000000000Z", "Ce-Recordedtime: 1970-01-01T00:00:01.000000000Z",
                "Ce-Inferenceservicename: iris", "Ce-Namespace: ns", "Ce-Component: ", "Ce-Endpoint: ",
                #"Ce-Metadata: {"X-A":["1","2"]}"#, #"Ce-Annotations: {"team":"ml"}"#,
                "Content-Type: application/json",
            ]
        )
    }

    @Test(arguments: [
        (["--log-url", "nonsense"], "--log-url \"nonsense\" is no URL of http"),
        (["--log-url", "http://a", "--log-mode", "some"], "--log-mode must be all, request or response, was \"some\""),
        (
            ["--log-url=http://a", "--log-sampling-percent=101"],
            "--log-sampling-percent must be a number from 0 to 100, was \"101\""
        ),
        (["--enable-batcher", "--max-batchsize", "0"], "--max-batchsize must be a number above 0, was \"0\""),
        (["--log-url=http://a", "--metadata-annotations", "team"], "--metadata-annotations: \"team\" is no KEY=VALUE"),
        (["--component-port", "x"], "--component-port x: no port at 127.0.0.1"),
    ])
    func flagsAreChecked(_ words: [String], _ told: String) {
        #expect {
            _ = try AgentConfiguration(words, environment: [:])
        } throws: { "\($0)" == told }
    }

    @Test func upstreamsFlagsAreRead() throws {
        let configuration = try AgentConfiguration(
            [
                "--enable-batcher", "--max-batchsize", "8", "--max-latency=100", "--enable-puller", "--log-store-path",
                "x",
            ],
            environment: [
                "ROOST_BIND_ADDRESS": "127.0.0.9",
                "SERVING_READINESS_PROBE": #"{"httpGet":{"path":"/ok","port":8080}}"#,
            ]
        )
        #expect(configuration.batching == .init(instancesMax: 8, waitMax: .milliseconds(100)))
        #expect(configuration.component.description == "127.0.0.9:8080")
        #expect(configuration.address.description == "127.0.0.9:9081")
        #expect(configuration.probe?.path == "/ok")
        #expect(configuration.logging == nil)
        #expect(configuration.ignoredFlags == ["--enable-puller", "--log-store-path"])
    }
}
