import Base
package import KubeModel

/// What a write of a KServe object goes through: pure functions that an API server calls in process and that a
/// controller serves as webhooks in a cluster.
package enum KServeAdmission {
    /// Fills in an InferenceService that is created or changed, for the configuration that the platform's ConfigMap holds.
    package static func applyDefaults(to object: inout KubeObject, configMap: KubeObject?) throws(APIStatus) {
        guard !object.isTerminating else { return }
        var service = InferenceService(object)
        service.applyDefaults(try configuration(configMap, "inferenceservice"))
        object = service.object
    }

    /// Refuses an InferenceService that cannot be right.
    package static func validateInferenceService(_ object: KubeObject, old: KubeObject?) throws(APIStatus) {
        let fault = InferenceService(object).firstFault(replacing: old.map { InferenceService($0) })
        if let fault { throw denial("inferenceservice", fault) }
    }

    /// Refuses a ServingRuntime or ClusterServingRuntime that clashes with itself or another; `others` are those of its scope.
    package static func validateServingRuntime(
        _ object: KubeObject,
        old: KubeObject?,
        others: [KubeObject]
    ) throws(APIStatus) {
        let runtime = ServingRuntime(object)
        let fault = runtime.firstFault(
            replacing: old.map { ServingRuntime($0) },
            others: others.map { ServingRuntime($0) }
        )
        if let fault { throw denial(object.kind.lowercased(), fault) }
    }

    /// Refuses a TrainedModel that cannot be right.
    package static func validateTrainedModel(_ object: KubeObject, old: KubeObject?) throws(APIStatus) {
        if let fault = TrainedModel(object).firstFault(replacing: old) { throw denial("trainedmodel", fault) }
    }

    /// Refuses an InferenceGraph that cannot be right.
    package static func validateInferenceGraph(_ object: KubeObject) throws(APIStatus) {
        if let fault = InferenceGraph(object).firstFault { throw denial("inferencegraph", fault) }
    }

    /// Refuses an Experiment that cannot be right; all its faults are told.
    package static func validateExperiment(_ object: KubeObject) throws(APIStatus) {
        let faults = Experiment(object).faults
        if !faults.isEmpty { throw denial("experiment", faults.joined(separator: "; ")) }
    }

    /// Refuses a DriftMonitor that cannot be right; all its faults are told.
    package static func validateDriftMonitor(_ object: KubeObject) throws(APIStatus) {
        let faults = DriftMonitor(object).faults
        if !faults.isEmpty { throw denial("driftmonitor", faults.joined(separator: "; ")) }
    }

    private static func configuration(
        _ configMap: KubeObject?,
        _ kind: String
    ) throws(APIStatus) -> PlatformConfiguration {
        do {
            return try PlatformConfiguration(configMap: configMap)
        } catch {
            throw denial(kind, error.description, part: "defaulter")
        }
    }

    private static func denial(_ kind: String, _ fault: String, part: String = "validator") -> APIStatus {
        APIStatus(
            .forbidden,
            "admission webhook \"\(kind).kserve-webhook-server.\(part)\" denied the request: \(fault)"
        )
    }
}
