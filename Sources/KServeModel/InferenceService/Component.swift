package import Base

/// Predictor, transformer or explainer of an InferenceService.
package struct Component: Sendable {
    /// Which part of the service it is.
    package enum Kind: String, CaseIterable, Sendable {
        case predictor, transformer, explainer

        /// The condition that tells whether it runs.
        package var readyCondition: String {
            switch self {
            case .predictor: "PredictorReady"
            case .transformer: "TransformerReady"
            case .explainer: "ExplainerReady"
            }
        }

        /// The conditions that tell of it: whether it runs and, in Knative mode, how its route and its configuration are.
        package var conditions: (ready: String, route: String, configuration: String, all: [String]) {
            let name = readyCondition.dropLast("Ready".count)
            // Upstream spells the explainer's route in the plural.
            let route = self == .explainer ? "\(name)RoutesReady" : "\(name)RouteReady"
            let configuration = "\(name)ConfigurationReady"
            return (readyCondition, route, configuration, [readyCondition, route, configuration])
        }

        /// What upstream calls its specification in messages.
        var specName: String {
            switch self {
            case .predictor: "PredictorSpec"
            case .transformer: "TransformerSpec"
            case .explainer: "ExplainerSpec"
            }
        }
    }

    package let kind: Kind
    package let json: JSON

    package init(_ kind: Kind, _ json: JSON) {
        self.kind = kind
        self.json = json
    }

    /// The variant's name; empty for the only one.
    package var variant: String { json["name"].string ?? "" }
    package var minReplicas: Int? { json["minReplicas"].int }
    package var maxReplicas: Int { json["maxReplicas"].int ?? 0 }
    package var scaleTarget: Int? { json["scaleTarget"].int }
    package var scaleMetric: String? { json["scaleMetric"].string }
    package var timeoutSeconds: Int? { json["timeout"].int }
    package var containerConcurrency: Int? { json["containerConcurrency"].int }
    package var labels: [String: String] { json["labels"].stringMap }
    package var annotations: [String: String] { json["annotations"].stringMap }
    package var containers: [JSON] { json["containers"].array ?? [] }
    package var storageURIs: [JSON] { json["storageUris"].array ?? [] }
    /// Whether requests pass the agent first.
    package var needsAgent: Bool { !json["logger"].isNull || !json["batcher"].isNull }

    /// The model that a runtime serves, where that is what this predictor is.
    package var model: ModelSpec? { json["model"].isNull ? nil : ModelSpec(json: json["model"]) }

    /// The members that a pod's specification has: everything but KServe's own.
    package var podSpec: JSON {
        guard let members = json.object else { return .emptyObject }
        return .object(members.filter { !Component.ownFields.contains($0.key) })
    }

    /// The blocks that say what runs; a valid component has one. Containers beside a model only help it, unless one of
    /// them claims to be the server.
    package var implementations: [String] {
        let blocks: [String] =
            switch kind {
            case .predictor: Framework.allCases.map(\.rawValue) + ["model"]
            case .transformer: []
            case .explainer: ["art"]
            }
        var found = blocks.filter { !json[$0].isNull }
        let claims = kind != .predictor || containers.contains { $0["name"].string == ContainerName.kserve }
        if !containers.isEmpty, found.isEmpty || claims { found.append("containers") }
        return found
    }

    /// The container that answers requests, where the component brings its own.
    package var ownServer: JSON? {
        guard implementations == ["containers"] else { return nil }
        return containers.first { $0["name"].string == ContainerName.kserve } ?? containers.first
    }

    /// Where the model lies: the model's `storageUri`, or STORAGE_URI of an own server.
    package var storageURI: String? {
        if let block = implementations.first, block != "containers" { return json[block]["storageUri"].string }
        let variables = ownServer?["env"].array ?? []
        return variables.first { $0["name"].string == "STORAGE_URI" }?["value"].string
    }

    private static let ownFields: Set<String> = Set(Framework.allCases.map(\.rawValue)).union([
        "model", "art", "name", "minReplicas", "maxReplicas", "scaleTarget", "scaleMetric", "scaleMetricType",
        "containerConcurrency", "timeout", "canaryTrafficPercent", "labels", "annotations", "deploymentStrategy",
        "autoScaling", "logger", "batcher", "storageUris", "storageContainerName", "workerSpec", "componentSpecs",
        "traffic", "targetUtilizationPercentage", "metrics", "target", "tracing", "logging", "headers",
    ])
}

/// The frameworks that have a block of their own in a predictor, each short for `model` with that format.
package enum Framework: String, CaseIterable, Sendable {
    case sklearn, xgboost, tensorflow, pytorch, triton, onnx, huggingface, pmml, lightgbm, paddle

    /// The protocol that this framework's block means where it names none.
    package var impliedProtocol: String? {
        switch self {
        case .triton, .onnx, .huggingface: "v2"
        default: nil
        }
    }
}

/// `predictor.model`: a model and what it asks of the runtime that serves it.
package struct ModelSpec: Sendable {
    package let json: JSON

    package var format: String { json["modelFormat"]["name"].string ?? "" }
    package var formatVersion: String? { json["modelFormat"]["version"].string }
    package var runtime: String? { json["runtime"].string }
    package var protocolVersion: String? { json["protocolVersion"].string }
    package var runtimeVersion: String? { json["runtimeVersion"].string }
    package var storageURI: String? { json["storageUri"].string }
    package var storage: JSON { json["storage"] }

    /// The container part of the block.
    package var container: JSON {
        guard let members = json.object else { return .emptyObject }
        return .object(members.filter { !ModelSpec.ownFields.contains($0.key) })
    }

    private static let ownFields: Set<String> = [
        "modelFormat", "runtime", "protocolVersion", "runtimeVersion", "storageUri", "storage", "confidential",
    ]
}
