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
            traceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            body: PayloadBody([UInt8](repeating: 0, count: bytes))
        )
    }

    @Test func whatTheSinkIsTooSlowForIsNotTaken() {
        var queue = PayloadQueue()
        var taken = (0...AgentLimits.eventsMax).map { _ in queue.add(Self.event(bytes: 1)) }
        #expect(taken.removeLast() == false && taken.allSatisfy { $0 })
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
        var source = PayloadSource(.sink(try #require(WebAddress("http://sink/"))))
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
                "Ce-Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "Content-Type: application/json",
            ]
        )
    }

    private static func line(_ body: PayloadBody) throws -> JSON {
        let event = PayloadEvent(
            .response,
            id: "1",
            time: WallTime(seconds: 0),
            contentType: "application/json",
            metadata: [:],
            body: body
        )
        let line = event.line(PayloadSource(.files(PayloadFolder("/x"))), recordedAt: WallTime(seconds: 1))
        #expect(line.count { $0 == 0x0A } == 1 && line.last == 0x0A)
        return try JSON.parse(line)
    }

    @Test func aLineIsACloudEventInStructuredMode() throws {
        let json = try Self.line(PayloadBody(Array("{\n \"a\": \"\\n\"\r\n}".utf8)))
        #expect(json["data"] == ["a": "\n"])
        #expect(json["type"].string == "org.kubeflow.serving.inference.response" && json["id"].string == "1")
        #expect(json["specversion"].string == "1.0" && json["datacontenttype"].string == "application/json")
        #expect(try Self.line(PayloadBody([0xFF]))["data_base64"].string == "/w==")
        let omitted = try Self.line(PayloadBody(omitted: .notJSON, size: 7))
        #expect(omitted["dataomitted"].string == "not-json" && omitted["datasize"].string == "7")
        #expect(omitted["data"].isNull && omitted["data_base64"].isNull)
    }

    @Test func whatMayNotBeSeenIsNotShown() throws {
        var source = PayloadSource(.files(PayloadFolder("/x")))
        source.bodyMax = 10
        #expect(source.shown([1], size: 1) == PayloadBody([1]))
        #expect(source.shown([], size: 11) == PayloadBody(omitted: .tooLarge, size: 11))
        #expect(source.shown([], size: 9, isBusy: true) == PayloadBody(omitted: .busy, size: 9))
        source.redaction = try Redaction("$.a")
        #expect(source.shown(Array("name=x".utf8), size: 6) == PayloadBody(omitted: .notJSON, size: 6))
        #expect(source.shown(Array("[1]".utf8), size: 3) == PayloadBody(Array("[1]".utf8)))
    }

    @Test(arguments: [
        (
            ["--log-url", "s3://logs"],
            "--log-url \"s3://logs\" is no URL of http, and no folder of this machine such as file:///logs"
        ),
        (["--log-url=/l", "--log-store-format=csv"], "--log-store-format must be json, was \"csv\""),
        (["--log-url=/l", "--log-store-path", "a/../.."], "--log-store-path: .. is not taken"),
        (["--log-url=/l", "--log-files", "0"], "--log-files must be a number above 0, was \"0\""),
        (["--log-url=/l", "--log-redact=name"], "--log-redact \"name\": a path begins with $"),
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
                "--enable-batcher", "--max-batchsize", "8", "--max-latency=100", "--enable-puller",
                "--log-marshaller-url",
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
        #expect(configuration.ignoredFlags == ["--enable-puller", "--log-marshaller-url"])
    }

    @Test func filesLieByServiceAsUpstreamsObjectsDo() throws {
        let words = [
            "--log-url", "file:///var/logs/", "--namespace", "ml", "--inference-service", "iris", "--component",
            "predictor", "--log-store-path", "/v1/", "--log-file-bytes", "100", "--log-files=2",
            "--log-sampling-percent", "0.5", "--log-payload-bytes=7", "--log-redact", "$.a",
        ]
        let source = try #require(try AgentConfiguration(words, environment: [:]).logging)
        var folder = PayloadFolder("/var/logs/ml/iris/predictor/v1")
        (folder.fileBytesMax, folder.filesMax) = (100, 2)
        #expect(source.destination == .files(folder))
        #expect(source.percent == 0.5 && source.bodyMax == 7)
        #expect(source.redaction == (try Redaction("$.a")))
    }
}
