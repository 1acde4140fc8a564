package import Base
package import KubeModel

/// A ServingRuntime or ClusterServingRuntime, read by name.
package struct ServingRuntime: Equatable, Sendable {
    package let object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    /// One model format that a runtime serves.
    package struct Format: Equatable, Sendable {
        package let name: String
        package let version: String?
        package let isAutoSelected: Bool
        package let priority: Int?
    }

    package var name: String { object.name }
    package var isClusterWide: Bool { object.kind == "ClusterServingRuntime" }
    package var isDisabled: Bool { object.spec["disabled"].bool ?? false }
    package var isMultiModel: Bool { object.spec["multiModel"].bool ?? false }
    package var hasWorkers: Bool { !object.spec["workerSpec"].isNull }
    package var containers: [JSON] { object.spec["containers"].array ?? [] }
    package var labels: [String: String] { object.spec["labels"].stringMap }
    package var annotations: [String: String] { object.spec["annotations"].stringMap }
    /// The protocols it speaks; empty means all.
    package var protocolVersions: [String] { object.spec["protocolVersions"].strings }

    package var formats: [Format] {
        object.spec["supportedModelFormats"].array?.map { format in
            Format(
                name: format["name"].string ?? "",
                version: format["version"].string,
                isAutoSelected: format["autoSelect"].bool ?? false,
                priority: format["priority"].int
            )
        } ?? []
    }

    /// What the runtime says of the pod around its containers.
    package var podSpec: JSON {
        let fields = [
            "nodeSelector", "affinity", "tolerations", "volumes", "imagePullSecrets", "schedulerName", "resourceClaims",
        ]
        return .object(object.spec.object?.filter { fields.contains($0.key) } ?? [:])
    }

    /// The program behind the runtime, where it is one that needs settings of its own.
    package var serverType: ServerType? {
        let known = object.annotations[AnnotationKey.serverType].flatMap { ServerType(rawValue: $0) }
        return known ?? ServerType.allCases.first { name.hasPrefix("kserve-\($0.rawValue)") }
    }

    package func speaks(_ version: String) -> Bool { protocolVersions.isEmpty || protocolVersions.contains(version) }

    /// The rank of the lowest protocol it speaks; the last of all where it names none.
    var lowestProtocol: (rank: Int, name: String)? {
        protocolVersions.compactMap { name in ServingRuntime.protocols.firstIndex(of: name).map { ($0 + 1, name) } }
            .min { $0.0 < $1.0 }
    }

    private static let protocols = ["v1", "v2", "grpc-v1", "grpc-v2"]
}

/// Serving programs that upstream treats specially.
package enum ServerType: String, CaseIterable, Sendable {
    case mlserver
    case tritonserver
    case torchserve
    case tensorflowServing = "tensorflow-serving"
    case huggingfaceserver
    case vllmserver
}
