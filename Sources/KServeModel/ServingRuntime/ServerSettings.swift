package import Base
package import KubeModel

/// A predictor's model with everything settled that its runtime leaves open.
package struct SettledModel: Sendable {
    /// The service with the labels that the runtime's placeholders need; nothing of it is stored.
    package var owner: KubeObject
    package var runtime: ServingRuntime
    package var protocolVersion: String
    /// The model's own container, with variables and arguments that the server program needs.
    package var container: JSON

    /// Settles the model of a service for the runtime that was chosen.
    package init(_ model: ModelSpec, of service: InferenceService, runtime: ServingRuntime) {
        owner = service.object
        self.runtime = runtime
        container = model.container
        let lowest = runtime.lowestProtocol?.name ?? "v1"
        protocolVersion = model.protocolVersion ?? runtime.serverType?.impliedProtocol ?? lowest
        if let fallback = service.object.annotations[AnnotationKey.fallback] {
            setVariable("ROOST_FALLBACK", fallback)
        }
        let hasStorage = model.storageURI != nil || !model.storage.isNull || !service.predictor.storageURIs.isEmpty
        switch runtime.serverType {
        case .mlserver: setMLServer(service.name, model.format, hasStorage: hasStorage)
        case .tritonserver where !hasStorage:
            container["args"] = JSON(container["args"].strings + ["--model-control-mode=explicit"])
        case .torchserve:
            setLabel(LabelKey.serviceEnvelope, protocolVersion == "v1" ? "kserve" : "kservev2")
            setVariable("PROTOCOL_VERSION", protocolVersion)
        default: break
        }
    }

    private mutating func setMLServer(_ name: String, _ format: String, hasStorage: Bool) {
        if hasStorage {
            setVariable("MLSERVER_MODEL_NAME", name)
            setVariable("MLSERVER_MODEL_URI", ModelPath.mount)
        } else {
            setVariable("MLSERVER_LOAD_MODELS_AT_STARTUP", "false")
        }
        let classes = [
            "sklearn": "mlserver_sklearn.SKLearnModel", "xgboost": "mlserver_xgboost.XGBoostModel",
            "lightgbm": "mlserver_lightgbm.LightGBMModel", "mlflow": "mlserver_mlflow.MLflowRuntime",
        ]
        if let name = classes[format] { setLabel(LabelKey.modelClass, name) }
    }

    private mutating func setLabel(_ key: String, _ value: String) {
        if owner.labels[key] == nil { owner.metadata[path: ["labels", key]] = .string(value) }
    }

    private mutating func setVariable(_ name: String, _ value: String) {
        container.setVariable(name, value)
    }
}

extension ServerType {
    /// The protocol that a server speaks where the model names none.
    fileprivate var impliedProtocol: String? {
        switch self {
        case .mlserver, .tritonserver: "v2"
        case .torchserve: "v1"
        default: nil
        }
    }
}

extension JSON {
    /// Adds an environment variable to a container, unless it has one of that name.
    package mutating func setVariable(_ name: String, _ value: String) {
        var variables = self["env"].array ?? []
        if variables.contains(where: { $0["name"].string == name }) { return }
        variables.append(["name": .string(name), "value": .string(value)])
        self["env"] = .array(variables)
    }
}
