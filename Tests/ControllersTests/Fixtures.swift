import Base
import Controllers
import KServeModel
import KubeModel

/// An InferenceService with this YAML as its spec, with defaults as a server stores it.
func service(
    _ spec: String,
    name: String = "iris",
    labels: [String: String] = [:],
    annotations: [String: String] = [:]
) throws -> InferenceService {
    var object = KubeObject(.inferenceServices, kind: "InferenceService", namespace: "default", name: name)
    object.metadata["uid"] = "u-1"
    object.spec = try YAML.parse(spec).first ?? .null
    if !labels.isEmpty { object.metadata["labels"] = JSON(labels) }
    if !annotations.isEmpty { object.metadata["annotations"] = JSON(annotations) }
    var service = InferenceService(object)
    service.applyDefaults(try shippedConfiguration())
    return service
}

/// The platform's configuration as shipped.
func shippedConfiguration() throws -> PlatformConfiguration {
    try PlatformConfiguration(configMap: KServeData.objects().first { $0.kind == "ConfigMap" })
}

/// The runtimes as shipped.
func shippedRuntimes() throws -> [ServingRuntime] {
    try KServeData.objects().filter { $0.kind == "ClusterServingRuntime" }.map { ServingRuntime($0) }
}

/// The plan of a service on the platform as shipped.
func plan(
    _ service: InferenceService,
    readyCanaries: Set<String> = [],
    _ change: (inout PlatformConfiguration) -> Void = { _ in }
) throws -> ServicePlan {
    var configuration = try shippedConfiguration()
    change(&configuration)
    return try ServicePlan(
        ServicePlan.Basis(
            service,
            runtimes: shippedRuntimes(),
            configuration: configuration,
            readyCanaries: readyCanaries
        )
    )
}

extension Workload {
    var pod: JSON { deployment.spec["template"]["spec"] }
    func container(_ name: String) -> JSON {
        pod["containers"].array?.first { $0["name"].string == name } ?? .null
    }
}
