import APIServer
import Base
import KubeClient
import KubeKinds
import KubeModel
import MetricsServer
import Net
import Synchronization
import TestKit
import Testing

/// A server that answers queries as Prometheus would, from a table.
private final class Oracle: Sendable {
    let answers: [String: String]
    let asked = Mutex<[String]>([])

    init(_ answers: [String: String]) { self.answers = answers }

    @Sendable func answer(_ request: HTTPRequest) -> HTTPReply {
        let form = PercentCoding.query(request.body) ?? []
        let query = form.first { $0.name == "query" }?.value ?? ""
        asked.withLock { $0.append("\(request.method) \(request.path) \(query)") }
        guard let result = answers[query] else {
            return .complete(HTTPResponse(status: 400, json: ["status": "error", "errorType": "bad_data"]))
        }
        let body = #"{"status":"success","data":{"resultType":"vector","result":[\#(result)]}}"#
        return .complete(HTTPResponse(status: 200, text: body))
    }
}

@Suite(.timeLimit(.minutes(1))) struct PrometheusMetricsTests {
    private static func series(_ labels: String, _ value: String) -> String {
        #"{"metric":{\#(labels)},"value":[100,"\#(value)"]}"#
    }

    /// Runs an API whose metrics come from `oracle`; `ask` gets the bodies of its paths.
    private func withAPI(
        _ oracle: Oracle,
        _ body: (InProcessAPI, _ url: String, _ ask: (String) async throws -> JSON) async throws -> Void
    ) async throws {
        let loop = EventLoop(name: "test")
        loop.start()
        defer { loop.stop() }
        let local = try #require(SocketAddress("127.0.0.1:0"))
        let service = AsyncHTTPService(bodyMax: 1 << 20) { oracle.answer($0) }
        let url = "http://\(try HTTPServer(loop: loop, service: service).listen(local))/"
        try await withScratchDirectory { folder in
            var configuration = APIServerConfiguration(
                dataFolder: folder,
                address: local,
                users: Users(tokens: ["secret": Users.User(name: "admin")]),
                types: BuiltInKinds.all
            )
            configuration.metricsAPI = PrometheusMetrics(client: PrometheusClient(loop: loop), url: url)
            let server = try APIServer(configuration, loop: loop)
            defer { server.close() }
            try await body(server.api, url) { path in
                let parts = path.split(separator: "?", maxSplits: 1)
                let query = parts.count > 1 ? PercentCoding.query(Array(parts[1].utf8)) ?? [] : []
                let headers: HTTPHeaders = ["authorization": "Bearer secret"]
                let request = HTTPRequest(path: String(parts[0]), query: query, headers: headers)
                guard case .complete(let answer) = await server.answer(request) else { return .null }
                return try JSON.parse(answer.body)
            }
        }
    }

    private func make(_ api: InProcessAPI, _ id: ResourceID, _ yaml: String) async throws {
        var object = KubeObject(try YAML.parse(yaml).first ?? .null)
        object.metadata["namespace"] = "shop"
        _ = try await api.create(id, object)
    }

    private static let pod = """
        {apiVersion: v1, kind: Pod, metadata: {name: web-1, labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
        """

    @Test func metricsOfPodsAndObjectsHaveKubernetesForm() async throws {
        let oracle = Oracle([
            #"sum by (pod) (hits{namespace="shop",pod=~"web-1",code="200"})"#:
                "\(Self.series(#""pod":"web-1""#, "1.5")),\(Self.series(#""pod":"other""#, "9"))",
            #"sum(hits{namespace="shop",service="web"})"#: Self.series("", "1e30"),
            #"sum(hits{namespace="shop",service="none"})"#: "",
        ])
        try await withAPI(oracle) { api, _, ask in
            try await make(api, .namespaces, "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}")
            try await make(api, .pods, Self.pod)
            let base = "/apis/custom.metrics.k8s.io/v1beta1/namespaces/shop"
            let list = try await ask("\(base)/pods/*/hits?labelSelector=app%3Dweb&metricLabelSelector=code%3D200")
            #expect(list["kind"] == "MetricValueList" && list["apiVersion"] == "custom.metrics.k8s.io/v1beta1")
            #expect(list["items"].array?.count == 1, "what is not selected is left out")
            let item = list["items"][0]
            #expect(item["metricName"] == "hits" && item["value"] == "1500m")
            #expect(item["describedObject"]["kind"] == "Pod" && item["describedObject"]["name"] == "web-1")
            #expect(item["timestamp"] == "1970-01-01T00:01:40Z")
            let newer = try await ask("/apis/custom.metrics.k8s.io/v1beta2/namespaces/shop/services/web/hits")
            #expect(newer["items"][0]["metric"]["name"] == "hits")
            #expect(Quantity(newer["items"][0]["value"])?.milliValue == 1 << 62, "within 64 bits")
            let none = try await ask("\(base)/services/none/hits")
            #expect(none["code"] == 404)
            #expect(none["message"] == "the server could not find the metric hits for services none")
            #expect(try await ask("\(base)/gadgets/x/hits")["code"] == 404)
            #expect(try await ask("\(base)/pods/*/hits?labelSelector=app%3Dnobody")["items"] == [])
        }
        #expect(oracle.asked.withLock { $0.allSatisfy { $0.hasPrefix("POST /api/v1/query ") } })
    }

    @Test func externalMetricsGoByNameOrByAQueryOfOnesOwn() async throws {
        let oracle = Oracle([
            #"sum(depth{queue="orders"})"#: Self.series("", "12"), "sum(rate(jobs[1m]))": Self.series("", "0.25"),
        ])
        try await withAPI(oracle) { api, _, ask in
            let base = "/apis/external.metrics.k8s.io/v1beta1/namespaces/shop"
            let list = try await ask("\(base)/depth?labelSelector=queue%3Dorders")
            #expect(list["kind"] == "ExternalMetricValueList" && list["items"][0]["value"] == "12")
            try await make(api, .namespaces, "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}")
            try await make(
                api,
                .horizontalPodAutoscalers,
                """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: web, annotations: {roost.dev/query.jobs: "sum(rate(jobs[1m]))"}}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                  maxReplicas: 4
                  metrics: [{type: External, external: {metric: {name: jobs}, target: {type: Value, value: 1}}}]
                """
            )
            #expect(try await ask("\(base)/jobs")["items"][0]["value"] == "250m")
            let resources = try await ask("/apis/external.metrics.k8s.io/v1beta1")["resources"]
            #expect(resources.array?.map { $0["name"].string } == ["jobs"])
            let refused = try await ask("\(base)/unknown")
            #expect(refused["code"] == 503 && refused["message"].string?.contains("bad_data") == true)
        }
    }
}
