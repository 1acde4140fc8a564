import Base
import KServeModel
import KubeModel
import Scaling

/// How a service scales, by the YAML that a user would apply.
struct SimulatedConfig {
    let name: String
    let scaling: RevisionScaling
    let containerConcurrency: Int

    /// Reads an InferenceService (its predictor), a Knative Service or a PodAutoscaler, and the ConfigMap of all of them.
    init(_ documents: [JSON]) throws {
        let objects = documents.filter { !$0.isNull }.map { KubeObject($0) }
        let settings = objects.first { $0.kind == "ConfigMap" }?["data"].stringMap ?? [:]
        let object = objects.first { $0.kind != "ConfigMap" }
        name = object?.name ?? "defaults"
        let (annotations, concurrency) = try object.map { try SimulatedConfig.read($0) } ?? ([:], 0)
        let config = try AutoscalerConfig(settings)
        if let fault = RevisionScaling.faults(in: annotations, config).first { throw Failure("\(fault)") }
        containerConcurrency = max(0, concurrency)
        scaling = RevisionScaling(
            annotations: annotations,
            containerConcurrency: containerConcurrency,
            reachability: .reachable,
            config: config
        )
    }

    private static func read(_ object: KubeObject) throws -> (annotations: [String: String], concurrency: Int) {
        switch object.kind {
        case "InferenceService":
            let service = InferenceService(object)
            let own = object.annotations.filter { $0.key.hasPrefix("autoscaling.knative.dev/") }
            let predictor = service.predictor
            return (
                annotations(of: predictor).merging(own) { written, _ in written }, predictor.containerConcurrency ?? 0
            )
        case "Service" where object.apiVersion.hasPrefix("serving.knative.dev/"):
            let template = object.spec["template"]
            let concurrency = template["spec"]["containerConcurrency"].int ?? 0
            return (template["metadata"]["annotations"].stringMap, concurrency)
        case "PodAutoscaler": return (object.annotations, object.spec["containerConcurrency"].int ?? 0)
        default:
            throw Failure("--config names a \(object.kind): an InferenceService, Service or PodAutoscaler is expected")
        }
    }

    /// The annotations that a component's fields stand for.
    private static func annotations(of component: Component) -> [String: String] {
        var annotations: [String: String] = [:]
        annotations["autoscaling.knative.dev/min-scale"] = String(component.minReplicas ?? 1)
        if component.maxReplicas > 0 {
            annotations["autoscaling.knative.dev/max-scale"] = String(component.maxReplicas)
        }
        annotations["autoscaling.knative.dev/target"] = component.scaleTarget.map { String($0) }
        annotations["autoscaling.knative.dev/metric"] = component.scaleMetric
        return annotations
    }
}
