import Base
import KubeModel

extension InferenceService {
    /// Variables that would let a manifest put its own code in front of the server's.
    func blockedVariableFault() -> String? {
        var containers: [JSON] = []
        for component in components {
            containers += component.containers + (component.json["initContainers"].array ?? [])
            containers += component.implementations.filter { $0 != "containers" }.map { component.json[$0] }
        }
        let worker = predictor.json["workerSpec"]
        containers += (worker["containers"].array ?? []) + (worker["initContainers"].array ?? [])
        return InferenceService.blockedVariableFault(in: containers).map(invalid)
    }

    /// The first container that sets PYTHONPATH.
    static func blockedVariableFault(in containers: [JSON]) -> String? {
        let blocked = containers.first { InferenceService.variable("PYTHONPATH", in: $0) != nil }
        return blocked.map { container in
            let name = container["name"].string ?? ""
            return "setting PYTHONPATH in container \"\(name)\" is not allowed for security reasons"
        }
    }

    static func variable(_ name: String, in container: JSON) -> JSON? {
        container["env"].array?.first { $0["name"].string == name }
    }

    func collocationFault() -> String? {
        let transformer = predictor.containers.first { $0["name"].string == ContainerName.transformer }
        guard let transformer, InferenceService.variable("STORAGE_URI", in: transformer) != nil else { return nil }
        return "storage uri should not be specified in transformer container"
    }

    func confidentialFault() -> String? {
        guard let block = predictor.implementations.first,
            predictor.json[block]["confidential"]["enabled"].bool == true
        else { return nil }
        if predictor.storageURI?.isEmpty ?? true { return "confidential model serving requires storageUri to be set" }
        return nil
    }
}

extension InferenceService {
    /// The rules of predictors that span several nodes.
    func multiNodeFault() -> String? {
        let worker = predictor.json["workerSpec"]
        guard !worker.isNull else { return nil }
        let containers = worker["containers"].array ?? []
        if containers.count > 1 { return invalid("setting multiple containers in workerSpec is not allowed") }
        if let model = predictor.model, let fault = multiNodeModelFault(model) { return fault }
        for (field, name) in [
            ("pipelineParallelSize", "PipelineParallelSize"), ("tensorParallelSize", "TensorParallelSize"),
        ] {
            if let size = worker[field].int, size < 1 {
                return invalid("WorkerSpec.\(name) cannot be less than 1(\(size))")
            }
        }
        return containers.contains(where: hasUnknownGPU) ? unknownGPU : nil
    }

    private func multiNodeModelFault(_ model: ModelSpec) -> String? {
        for name in ["PIPELINE_PARALLEL_SIZE", "TENSOR_PARALLEL_SIZE"]
        where InferenceService.variable(name, in: model.json) != nil {
            return invalid("setting \(name) in environment variables is not allowed")
        }
        if hasUnknownGPU(model.json) { return unknownGPU }
        guard let uri = model.storageURI else { return invalid("StorageURI must be set for multinode enabled") }
        let scheme = uri.firstRange(of: "://").map { String(uri[..<$0.lowerBound]) } ?? uri
        if scheme != "pvc", scheme != "oci" {
            return invalid("Multinode only supports 'pvc' and 'oci' Storage Protocol(\(scheme))")
        }
        let autoscaler = object.annotations[AnnotationKey.autoscalerClass] ?? ""
        return autoscaler == "none" ? nil : invalid("Multinode only supports 'none' autoscaler(\(autoscaler))")
    }

    private var unknownGPU: String {
        invalid(
            "Unknown GPU resource type. Set '\(AnnotationKey.gpuResourceTypes)' annotation to use custom gpu resource type"
        )
    }

    /// Whether a container asks for a device that is neither a known GPU nor one that the annotation names.
    private func hasUnknownGPU(_ container: JSON) -> Bool {
        var known: Set<String> = ["nvidia.com/gpu", "amd.com/gpu", "intel.com/gpu", "habana.ai/gaudi"]
        if let text = object.annotations[AnnotationKey.gpuResourceTypes], let more = try? JSON.parse(text) {
            // Silence is right: an annotation that is no JSON names no further type.
            known.formUnion(more.strings)
        }
        let plain: Set<String> = ["cpu", "memory", "ephemeral-storage", "storage"]
        return ["limits", "requests"].contains { part in
            (container["resources"][part].object ?? [:]).keys.contains { !plain.contains($0) && !known.contains($0) }
        }
    }
}
