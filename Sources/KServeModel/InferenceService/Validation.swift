import Base
import KubeModel

extension InferenceService {
    /// The first fault of a new service (`old` is nil) or of a change, told as upstream tells it; nil where it is right.
    package func firstFault(replacing old: InferenceService? = nil) -> String? {
        if object.isTerminating { return nil }
        if let old, let fault = changeFault(old) { return fault }
        let checks: [() -> String?] = [
            nameFault, autoscalerFault, blockedVariableFault, multiNodeFault, collocationFault, standardNameFault,
            storageFault, confidentialFault, { versionsFault },
        ]
        for check in checks {
            if let fault = check() { return fault }
        }
        for component in components {
            if let fault = component.fault ?? scalingFault(component) { return fault }
        }
        return canaryFault ?? variantHeadersFault
    }

    private func changeFault(_ old: InferenceService) -> String? {
        let wanted = object.annotations[AnnotationKey.deploymentMode]
        if let current = old.object.status["deploymentMode"].string.flatMap({ DeploymentMode($0) })?.rawValue,
            let wanted, wanted != current
        {
            return "update rejected: deploymentMode cannot be changed from '\(current)' to '\(wanted)'"
        }
        if old.predictor.variant != predictor.variant, old.predictor.storageURI == predictor.storageURI {
            return "predictor.name change requires a model change (e.g. storageUri)"
        }
        return nil
    }

    private func nameFault() -> String? {
        let format = "[a-z]([-a-z0-9]*[a-z0-9])?"
        if InferenceService.isName(name) { return nil }
        return "the InferenceService \"\(name)\" is invalid: a InferenceService name must consist of lower case "
            + "alphanumeric characters or '-', and must start with alphabetical character. (e.g. \"my-name\" or "
            + "\"abc-123\", regex used for validation is '\(format)')"
    }

    /// Whether a text fits `[a-z]([-a-z0-9]*[a-z0-9])?`.
    package static func isName(_ text: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = text.utf8.first, letters.contains(first), text.utf8.last != UInt8(ascii: "-") else {
            return false
        }
        return text.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "-") }
    }

    private func autoscalerFault() -> String? {
        guard let name = object.annotations[AnnotationKey.autoscalerClass] else { return nil }
        return ["hpa", "external", "keda", "none"].contains(name)
            ? nil : "[\(name)] is not a supported autoscaler class type"
    }

    private func standardNameFault() -> String? {
        let blocks = Framework.allCases.map(\.rawValue) + ["model"]
        let isNamed = blocks.contains { predictor.json[$0]["name"].string?.isEmpty == false }
        return isNamed ? "the 'name' field is not allowed in standard predictor" : nil
    }

    /// `the InferenceService "x" is invalid: …`
    func invalid(_ what: String) -> String { "the InferenceService \"\(name)\" is invalid: \(what)" }
}

extension Component {
    /// The first fault of the component taken alone.
    var fault: String? { implementationFault ?? replicasFault ?? loggerFault ?? observabilityFault }

    /// The first fault of what runs in it.
    var implementationFault: String? {
        if implementations.count != 1 {
            return
                "exactly one of [\(implementationNames.joined(separator: ", "))] must be specified in \(kind.specName)"
        }
        return protocolFault
    }

    private var implementationNames: [String] {
        switch kind {
        case .predictor:
            [
                "Name", "SKLearn", "XGBoost", "Tensorflow", "PyTorch", "Triton", "ONNX", "HuggingFace", "PMML",
                "LightGBM",
                "Paddle", "Model", "StorageUris", "StorageContainerName", "WorkerSpec", "PodSpec",
            ]
        case .transformer: ["PodSpec", "ComponentExtensionSpec"]
        case .explainer: ["ART", "PodSpec", "ComponentExtensionSpec"]
        }
    }

    private var protocolFault: String? {
        guard kind == .predictor, let server = ownServer else { return nil }
        let variables = server["env"].array ?? []
        guard let name = variables.first(where: { $0["name"].string == "PROTOCOL" })?["value"].string else {
            return nil
        }
        return ["v1", "v2"].contains(name) ? nil : "invalid protocol \(name). Must be one of [v1, v2]"
    }

    private var replicasFault: String? {
        if let concurrency = containerConcurrency, concurrency < 0 { return "parallelism cannot be less than 0" }
        let least = minReplicas ?? 1
        if least < 0 { return "'MinReplicas' cannot be less than 0" }
        if maxReplicas < 0 { return "'MaxReplicas' cannot be less than 0" }
        return least > maxReplicas && maxReplicas != 0 ? "'MinReplicas' cannot be greater than MaxReplicas" : nil
    }

    private var loggerFault: String? {
        let logger = json["logger"]
        guard !logger.isNull else { return nil }
        guard ["all", "request", "response"].contains(logger["mode"].string) else { return "invalid logger type" }
        let storage = logger["storage"]
        guard !storage.isNull else { return nil }
        let isWhole = ["path", "parameters", "key"].allSatisfy { !storage[$0].isNull }
        return isWhole ? nil : "invalid logger storage configuration"
    }
}
