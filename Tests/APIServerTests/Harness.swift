import APIServer
import Base
import CLinux
import KubeClient
import KubeModel
import TestKit
import Testing

/// A few kinds made by hand, one for each shape that the generic path knows.
enum TestKinds {
    static let widgets = ResourceID("test.roost.dev", "v1", "widgets")

    static let all: [ResourceType] = {
        var namespaces = ResourceType(.namespaces, kind: "Namespace", isNamespaced: false)
        namespaces.hasStatus = true
        var configMaps = ResourceType(.configMaps, kind: "ConfigMap", isNamespaced: true)
        configMaps.shortNames = ["cm"]
        let secrets = ResourceType(.secrets, kind: "Secret", isNamespaced: true)
        let services = ResourceType(.services, kind: "Service", isNamespaced: true)
        var pods = ResourceType(.pods, kind: "Pod", isNamespaced: true)
        pods.hasStatus = true
        pods.generation = .onSpec
        pods.durability = .processDeath
        pods.selectableFields = ["spec.nodeName", "status.phase"]
        var deployments = ResourceType(.deployments, kind: "Deployment", isNamespaced: true)
        deployments.hasStatus = true
        deployments.generation = .onSpecAndAnnotations
        deployments.scale = ResourceType.Scale(
            specReplicas: ["spec", "replicas"],
            statusReplicas: ["status", "replicas"],
            labelSelector: ["spec", "selector"]
        )
        deployments.applyDefaults = { if $0.spec["replicas"].isNull { $0.spec["replicas"] = 1 } }
        deployments.validate = { new, _ in
            (new.spec["replicas"].int ?? 0) >= 0
                ? []
                : [.invalid("spec.replicas", new.spec["replicas"], "must be greater than or equal to 0")]
        }
        let jobs = ResourceType(.jobs, kind: "Job", isNamespaced: true)
        var widgets = ResourceType(Self.widgets, kind: "Widget", isNamespaced: true)
        widgets.isCustom = true
        widgets.hasStatus = true
        widgets.generation = .onSpec
        return [namespaces, configMaps, secrets, services, pods, deployments, jobs, widgets]
    }()
}

/// Opens a store in a scratch folder and closes it in the end.
func withStore<Result>(
    historyMax: Int = 1000,
    watchQueueMax: Int = 1000,
    _ body: (Store) async throws -> Result
) async throws -> Result {
    try await withScratchDirectory { folder in
        let store = try Store(folder: folder, historyMax: historyMax, watchQueueMax: watchQueueMax)
        defer { store.close() }
        return try await body(store)
    }
}

/// A registry of the hand-made kinds with the namespace `default`.
func withRegistry<Result>(
    hooks: [AdmissionHook] = [],
    _ body: (Registry) async throws -> Result
) async throws -> Result {
    try await withStore { store in
        let registry = Registry(store: store, types: TestKinds.all, hooks: hooks)
        _ = try await registry.create(
            .namespaces,
            namespace: nil,
            KubeObject(.namespaces, kind: "Namespace", name: "default")
        )
        return try await body(registry)
    }
}

extension KubeObject {
    static func configMap(_ name: String, _ data: [String: String] = [:], labels: [String: String] = [:]) -> KubeObject
    {
        var object = KubeObject(.configMaps, kind: "ConfigMap", namespace: "default", name: name)
        if !data.isEmpty { object["data"] = JSON(data) }
        if !labels.isEmpty { object.metadata["labels"] = JSON(labels) }
        return object
    }
}

extension WatchEvent {
    /// `ADDED x`, for comparing.
    var summary: String {
        switch self {
        case .added(let object): "ADDED \(object.name)"
        case .modified(let object): "MODIFIED \(object.name)"
        case .deleted(let object): "DELETED \(object.name)"
        case .bookmark(_, let end): end ? "END" : "BOOKMARK"
        }
    }

    var object: KubeObject? {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): object
        case .bookmark: nil
        }
    }
}

/// Copies the plain files of a folder.
func copyFolder(_ from: String, to: String) throws {
    mkdir(to, 0o700)
    for name in ["roost.db", "roost.db-wal"] {
        guard let source = fopen("\(from)/\(name)", "r") else { continue }
        defer { fclose(source) }
        let target = try #require(fopen("\(to)/\(name)", "w"))
        defer { fclose(target) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, source), count > 0 {
            #expect(fwrite(buffer, 1, count, target) == count)
        }
    }
}
