import Base
import CLI
import KubeModel
import Testing

@Suite struct TopTests {
    private static func object(_ yaml: String) throws -> KubeObject { KubeObject(try YAML.parse(yaml)[0]) }

    private static func service(_ name: String, ready: Bool = true, components: String = "predictor: {}") throws
        -> KubeObject
    {
        try object(
            """
            metadata: {namespace: ml, name: \(name)}
            spec: {\(components)}
            status: {conditions: [{type: Ready, status: "\(ready ? "True" : "False")"}]}
            """
        )
    }

    private static func pod(_ name: String, of service: String, ready: Bool = true, more: String = "") throws
        -> KubeObject
    {
        try object(
            """
            metadata: {namespace: ml, name: \(name), labels: {serving.kserve.io/inferenceservice: \(service)}\(more)}
            status: {phase: Running, conditions: [{type: Ready, status: "\(ready ? "True" : "False")"}]}
            """
        )
    }

    private static func usage(_ pod: String, cpu: String, memory: String) throws -> KubeObject {
        try object(
            """
            metadata: {namespace: ml, name: \(pod)}
            containers: [{usage: {cpu: \(cpu), memory: \(memory)}}, {usage: {cpu: 1m, memory: 1Mi}}]
            """
        )
    }

    private static func route(_ name: String, of service: String) throws -> KubeObject {
        try object(
            """
            metadata:
              namespace: ml
              name: \(name)
              ownerReferences: [{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, name: \(service), uid: u}]
            """
        )
    }

    private static func traffic(_ ok: Double, _ failed: Double = 0) -> RouteTraffic {
        RouteTraffic(
            codes: ["2xx": ok, "5xx": failed],
            buckets: [0.005: ok / 2, 0.01: ok, .infinity: ok + failed]
        )
    }

    @Test func rowsTellWhatCameInBetweenTwoLooks() throws {
        let services = try [Self.service("idle", ready: false), Self.service("iris"), Self.service("busy")]
        let pods = try [
            Self.pod("a", of: "iris"), Self.pod("b", of: "iris", ready: false),
            Self.pod("c", of: "iris", more: ", deletionTimestamp: \"2026-01-01T00:00:00Z\""), Self.pod("d", of: "busy"),
        ]
        let usage = try [Self.usage("a", cpu: "250m", memory: "40Mi"), Self.usage("b", cpu: "4000000n", memory: "9Mi")]
        let routes = try [
            Self.route("iris", of: "iris"), Self.route("iris-predictor", of: "iris"), Self.route("busy", of: "busy"),
        ]
        func look(_ seconds: Int64, _ traffic: [String: RouteTraffic]?) -> TopSnapshot {
            TopSnapshot(
                at: Instant(nanoseconds: seconds * 1_000_000_000),
                services: services,
                pods: pods,
                usage: usage,
                routes: routes,
                traffic: traffic
            )
        }
        let before = look(0, ["ml/iris": Self.traffic(100), "ml/busy": Self.traffic(5000)])
        let after = look(
            2,
            ["ml/iris": Self.traffic(120), "ml/iris-predictor": Self.traffic(17, 3), "ml/busy": Self.traffic(4000)]
        )
        #expect(
            TopTable(after, since: before).text(showsNamespace: true) == """
                NAMESPACE   NAME   READY   RPS    P50      P99       ERRORS   REPLICAS   CPU    MEMORY
                ml          busy   yes     2000   <5.0ms   9.9ms     0%       1/1        -      -
                ml          iris   yes     20.0   5.4ms    >10.0ms   7.5%     1/2        256m   51Mi
                ml          idle   no      0      -        -         -        0/0        -      -

                """
        )
        #expect(TopTable(after, since: before).summary == "3 services, 1 not ready, 2020 rps, 3 replicas")
        let byName = TopTable(after, since: before, order: .name)
        #expect(byName.rows.map(\.key.name) == ["busy", "idle", "iris"])
        #expect(TopTable(after, since: before, order: .errors).rows.first?.key.name == "iris")
        let unknown = TopTable(look(2, nil), since: before)
        #expect(unknown.rows.allSatisfy { $0.rate == nil } && unknown.summary.contains("rps unknown"))
        let first = TopTable(after, since: after)
        #expect(first.rows.allSatisfy { $0.rate == nil && $0.p99 == nil })
    }

    @Test func whatComponentsSendEachOtherIsNotCountedTwice() throws {
        let service = try Self.service("iris", components: "predictor: {}, transformer: {}")
        let routes = try [Self.route("iris", of: "iris"), Self.route("iris-predictor", of: "iris")]
        let look = TopSnapshot(
            at: Instant(nanoseconds: 1_000_000_000),
            services: [service],
            routes: routes,
            traffic: ["ml/iris": Self.traffic(10), "ml/iris-predictor": Self.traffic(10)]
        )
        let before = TopSnapshot(at: Instant(nanoseconds: 0), services: [service], routes: routes, traffic: [:])
        #expect(TopTable(look, since: before).rows.map(\.rate) == [10])
    }

    @Test func aScreenHasNoMoreThanItsSize() throws {
        let services = try (0..<50).map { try Self.service("service-\($0)") }
        let look = TopSnapshot(at: Instant(nanoseconds: 0), services: services)
        let table = TopTable(look, since: look)
        for (width, height) in [(80, 24), (20, 5), (1, 1), (200, 100)] {
            let lines = table.screen(width: width, height: height, showsNamespace: true, note: "note")
            #expect(lines.count <= max(2, height) && lines.allSatisfy { $0.count <= width })
        }
        let lines = table.screen(width: 80, height: 24, showsNamespace: false)
        #expect(lines.count == 24 && lines.last == "... 30 more")
        #expect(table.screen(width: 200, height: 100, showsNamespace: true).count == 53)
    }

    @Test(arguments: [
        (0.5, RouteTraffic.Quantile.below(1)), (0.75, .about(1.5)), (0.9, .about(2)), (0.99, .above(2)),
    ])
    func quantilesAreAsGoodAsTheBuckets(_ part: Double, _ wanted: RouteTraffic.Quantile) {
        let traffic = RouteTraffic(buckets: [1: 60, 2: 90, .infinity: 100])
        #expect(traffic.quantile(part) == wanted)
        #expect(RouteTraffic(buckets: [1: 0, .infinity: 0]).quantile(part) == nil)
    }

    @Test func seriesAreReadAsPrometheusAndOpenMetricsSpellThem() {
        let read = RouteTraffic.read(
            """
            # TYPE roost_gateway_requests counter
            roost_gateway_requests_total{route="ml/a",code="2xx"} 7
            roost_gateway_requests_total{code="5xx",route="ml/a"} 1.0 1700000000
            roost_gateway_request_duration_seconds_bucket{route="ml/a",le="0.005"} 3 # {trace_id="x"} 0.001
            roost_gateway_request_duration_seconds_bucket{route="ml/a",le="+Inf"} 8
            roost_gateway_requests_total{route="a\\"b\\\\c\\nd",code="2xx"} 2
            roost_gateway_requests_total{route="broken
            roost_gateway_requests_total{route="x",code="2xx"}
            roost_gateway_retries_total 3
            other{route="ml/a"} 4
            """
        )
        #expect(
            read == [
                "ml/a": RouteTraffic(codes: ["2xx": 7, "5xx": 1], buckets: [0.005: 3, .infinity: 8]),
                "a\"b\\c\nd": RouteTraffic(codes: ["2xx": 2]),
            ]
        )
    }
}

@Suite struct LogFlagsTests {
    private func read(_ words: [String], _ environment: [String: String] = [:]) throws -> (LogFlags, [String]) {
        var rest = words
        let flags = try LogFlags(&rest) { environment[$0] }
        return (flags, rest)
    }

    @Test func flagsOfEveryVerbAreTakenOutOfItsWords() throws {
        let (flags, rest) = try read(["up", "--log-format=json", "--api-port", "0", "--log-level", "debug"])
        #expect(flags.form == .json && flags.level == .debug)
        #expect(rest == ["up", "--api-port", "0"])
        let (byEnvironment, all) = try read(
            ["get", "--log-level", "error", "--", "--log-format"],
            ["ROOST_LOG_FORMAT": "json", "ROOST_LOG": "debug"]
        )
        #expect(byEnvironment.form == .json && byEnvironment.level == .error)
        #expect(all == ["get", "--", "--log-format"])
    }

    @Test(arguments: [
        (["--log-format", "xml"], [:], "--log-format is text or json, was \"xml\""),
        (["--log-level"], [:], "--log-level needs a value"),
        ([], ["ROOST_LOG": "loud"], "ROOST_LOG is debug, info, warning or error, was \"loud\""),
    ])
    func whatIsNoFormOrLevelIsRefused(_ words: [String], _ environment: [String: String], _ told: String) {
        #expect(throws: Misuse(told)) { try read(words, environment) }
    }
}
