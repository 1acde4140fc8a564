import Base
import Controllers
import KServeModel
import KubeModel
import Testing

/// What pods are told to tell: variables of their containers, annotations for collectors.
@Suite struct ObservabilityTests {
    private static let prometheus = ["prometheus.io/scrape", "prometheus.io/port", "prometheus.io/path"]

    struct Case: CustomTestStringConvertible, Sendable {
        let predictor: String
        var annotations: [String: String] = [:]
        /// The platform's section `tracing`.
        var platform: Observability.Tracing?
        /// Variables beside the four that tell who the component is.
        var variables: [String: String] = [:]
        /// `prometheus.io/port`; nil where nothing is scraped.
        var port: String?
        var testDescription: String { "\(predictor) \(annotations)" }
    }

    private static func tracing(_ rate: Double?, _ endpoint: String?) -> Observability.Tracing {
        var tracing = Observability.Tracing()
        tracing.samplingRate = rate
        tracing.endpoint = endpoint
        return tracing
    }

    private static func traced(_ rate: String, _ endpoint: String?) -> [String: String] {
        var variables = [
            "OTEL_SDK_DISABLED": "false", "OTEL_SERVICE_NAME": "iris-predictor",
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": rate,
        ]
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
        return variables
    }

    private static let scraping = "serving.kserve.io/enable-prometheus-scraping"
    private static let aggregation = "serving.kserve.io/enable-metric-aggregation"

    @Test(arguments: [
        Case(predictor: ""),
        Case(predictor: "", annotations: [scraping: "true"], port: "8080"),
        Case(predictor: "metrics: {enabled: true}", port: "8080"),
        Case(
            predictor: "metrics: {enabled: false}",
            annotations: [scraping: "true"],
            variables: ["ROOST_METRICS": "off"]
        ),
        Case(predictor: "", annotations: [scraping: "true", "prometheus.kserve.io/port": "9000"], port: "9000"),
        Case(
            predictor: "",
            annotations: [scraping: "true", aggregation: "true"],
            variables: [
                "AGGREGATE_PROMETHEUS_METRICS_PORT": "9088", "KSERVE_CONTAINER_PROMETHEUS_METRICS_PORT": "8080",
                "KSERVE_CONTAINER_PROMETHEUS_METRICS_PATH": "/metrics",
            ],
            port: "9088"
        ),
        Case(
            predictor: "logging: {accessLog: true, format: json}",
            variables: ["ROOST_ACCESS_LOG": "true", "ROOST_LOG_FORMAT": "json"]
        ),
        Case(
            predictor: "tracing: {enabled: true, samplingRate: 0.25, endpoint: 'http://otel:4318'}",
            variables: traced("0.25", "http://otel:4318")
        ),
        Case(predictor: "tracing: {enabled: true}", variables: traced("1.0", nil)),
        Case(predictor: "tracing: {enabled: false}", variables: ["OTEL_SDK_DISABLED": "true"]),
        Case(predictor: "", platform: tracing(0.1, "http://a"), variables: ["OTEL_SDK_DISABLED": "true"]),
        Case(
            predictor: "tracing: {samplingRate: 1}",
            platform: tracing(0.1, "http://a"),
            variables: traced("1.0", "http://a")
        ),
    ])
    func whatAPredictorTells(_ c: Case) throws {
        let spec = "predictor: {\(c.predictor.isEmpty ? "" : c.predictor + ", ")sklearn: {storageUri: 'file:///m'}}"
        let service = try service(spec, annotations: c.annotations)
        let workload = try #require(try plan(service) { $0.tracing = c.platform }.workloads.first)
        let list = workload.container("kserve-container")["env"].array ?? []
        var variables = Dictionary(list.map { ($0["name"].string ?? "", $0["value"].string ?? "") }) { first, _ in first
        }
        let identity = [
            "INFERENCE_SERVICE_NAME": "iris", "POD_NAMESPACE": "default", "ROOST_COMPONENT": "predictor",
            "ROOST_REVISION": "iris-predictor",
        ]
        for (name, value) in identity { #expect(variables.removeValue(forKey: name) == value) }
        #expect(variables == c.variables)
        let annotations = workload.deployment.spec["template"]["metadata"]["annotations"].stringMap
        let wanted = c.port.map { ["true", $0, "/metrics"] } ?? []
        #expect(Self.prometheus.compactMap { annotations[$0] } == wanted)
    }

    @Test func theOthersFollowThePredictor() throws {
        let service = try service(
            """
            predictor: {metrics: {enabled: true}, logging: {accessLog: true}, sklearn: {storageUri: 'file:///m'}}
            transformer: {logging: {accessLog: false}, containers: [{name: t, image: t, env: [{name: POD_NAMESPACE, value: own}]}]}
            canary: [{trafficPercent: 10, predictor: {name: two, sklearn: {storageUri: 'file:///n'}}}]
            """
        )
        let plan = try plan(service, readyCanaries: ["two"])
        func variable(_ workload: Workload?, _ name: String) -> String? {
            workload?.container("kserve-container")["env"].array?.first { $0["name"].string == name }?["value"].string
        }
        let transformer = plan.workloads.last
        #expect(transformer?.name == "iris-transformer")
        #expect(variable(transformer, "ROOST_ACCESS_LOG") == "false")
        #expect(variable(transformer, "POD_NAMESPACE") == "own")
        #expect(
            transformer?.deployment.spec["template"]["metadata"]["annotations"]["prometheus.io/scrape"].string == "true"
        )
        let canary = plan.canaries.first?.workload
        #expect(variable(canary, "ROOST_ACCESS_LOG") == "true")
        #expect(variable(canary, "ROOST_REVISION") == "iris-two-predictor")
        // The way in is the transformer's, whose requests shall have no lines.
        #expect(plan.routes.allSatisfy { $0.annotations["roost.dev/access-log"] == nil })
    }

    @Test(arguments: [
        ("metrics: latency", "spec.predictor.metrics: must be {enabled: true|false}"),
        ("metrics: {enabled: yes please}", "spec.predictor.metrics: must be"),
        ("tracing: {endpoint: 'otel:4317'}", "spec.predictor.tracing.endpoint: must be a URL of http or https"),
    ])
    func faults(_ predictor: String, _ fault: String) throws {
        let found = try service("predictor: {\(predictor), sklearn: {}}").firstFault()
        #expect(found?.hasPrefix(fault) == true, "\(found ?? "none")")
    }
}
