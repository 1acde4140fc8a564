import APIServer
import Base
import Controllers
import KServeModel
import KubeClient
import KubeKinds
import KubeModel
import TestKit
import Testing

/// An API server with the shipped objects, and the hands that do what other parts would.
struct World: Sendable {
    static let owned: [ResourceID] = [
        .deployments, .services, .horizontalPodAutoscalers, .podAutoscalers, .knativeServices, .httpRoutes,
    ]

    let api: any KubernetesAPI

    /// The object of a name in `default`, once it is there.
    func object(_ resource: ResourceID, _ name: String) async throws -> KubeObject {
        try await first(resource) { $0.name == name }
    }

    /// The service `iris`, once it is as wanted.
    func service(_ isWanted: (KubeObject) -> Bool) async throws -> KubeObject {
        try await first(.inferenceServices) { $0.name == "iris" && isWanted($0) }
    }

    /// The first object that is as wanted, now or after a change.
    func first(_ resource: ResourceID, _ isWanted: (KubeObject) -> Bool) async throws -> KubeObject {
        for try await event in try await api.watch(resource, namespace: "default", ListOptions()) {
            switch event {
            case .added(let object), .modified(let object): if isWanted(object) { return object }
            case .deleted, .bookmark: continue
            }
        }
        throw APIStatus(.timeout, "the watch of \(resource) ended")
    }

    /// Writes what the Deployment controller writes of a Deployment that runs.
    func report(_ deployment: String, message: String) async throws {
        let conditions: JSON = [
            ["type": "Available", "status": "True", "reason": "MinimumReplicasAvailable", "message": .string(message)],
            ["type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable", "message": .string(message)],
        ]
        let status: JSON = ["status": ["availableReplicas": 1, "conditions": conditions]]
        let key = ObjectKey(namespace: "default", name: deployment)
        _ = try await api.patch(.deployments, key, .merge(status), subresource: "status")
    }

    /// Writes what the autoscaler writes of a workload that it has put to sleep: the Deployment's replicas, and why.
    func putToSleep(_ workload: String) async throws {
        let key = ObjectKey(namespace: "default", name: workload)
        _ = try await api.patch(.deployments, key, .merge(["spec": ["replicas": 0]]))
        let conditions: JSON = [
            ["type": "Active", "status": "False", "reason": "NoTraffic", "message": "nobody asks"],
            ["type": "ScaleTargetInitialized", "status": "True"],
        ]
        _ = try await api.patch(
            .podAutoscalers,
            key,
            .merge(["status": ["conditions": conditions]]),
            subresource: "status"
        )
    }

    /// Writes what a gateway writes of a route that it has taken.
    func accept(_ route: String) async throws {
        let condition: JSON = [
            "type": "Accepted", "status": "True", "reason": "Accepted", "message": "", "observedGeneration": 1,
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        ]
        let parent: JSON = [
            "controllerName": "roost.dev/gateway-controller", "parentRef": ["name": "kserve-ingress-gateway"],
            "conditions": [condition],
        ]
        let status: JSON = ["status": ["parents": [parent]]]
        let key = ObjectKey(namespace: "default", name: route)
        _ = try await api.patch(.httpRoutes, key, .merge(status), subresource: "status")
    }

    /// Versions of everything that the service owns; a Deployment's by its spec only.
    func versions() async throws -> [String] {
        var versions: [String] = []
        for resource in World.owned {
            for object in try await api.list(resource, namespace: "default").items {
                let version = resource == .deployments ? "\(object.generation)" : object.resourceVersion
                versions.append("\(resource) \(object.name) \(version)")
            }
        }
        return versions
    }
}

/// Runs the controllers over an API server with the shipped objects in it.
///
/// - Parameter knative: whether the kinds of Knative are served.
func withControllers(knative: Bool = true, _ body: @Sendable (World) async throws -> Void) async throws {
    try await withScratchDirectory { folder in
        let store = try Store(folder: folder)
        defer { store.close() }
        let definitions = knative ? try knativeDefinitions() : []
        let types = try kinds() + definitions.flatMap { CustomResourceKind.types(of: $0) }
        let api = InProcessAPI(Registry(store: store, types: types, hooks: [admission]))
        for definition in definitions { _ = try await api.create(.customResourceDefinitions, definition) }
        for name in ["default", "kserve"] {
            _ = try await api.create(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: name))
        }
        for object in try KServeData.objects() {
            let resources: [String: ResourceID] = [
                "ConfigMap": .configMaps, "GatewayClass": .gatewayClasses, "Gateway": .gateways,
                "ClusterServingRuntime": .clusterServingRuntimes,
            ]
            if let resource = resources[object.kind] { _ = try await api.create(resource, object) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Controllers(api: api).run() }
            try await body(World(api: api))
            group.cancelAll()
        }
    }
}

/// The built-in kinds and those of the shipped definitions.
private func kinds() throws -> [ResourceType] {
    try BuiltInKinds.all + KServeData.customResourceDefinitions().flatMap { CustomResourceKind.types(of: $0) }
}

/// Definitions of Knative's kinds, as little as the controllers need of them.
private func knativeDefinitions() throws -> [KubeObject] {
    [(ResourceID.podAutoscalers, "PodAutoscaler"), (.knativeServices, "Service")].map { resource, kind in
        var definition = KubeObject(
            .customResourceDefinitions,
            kind: "CustomResourceDefinition",
            name: resource.qualified
        )
        let schema: JSON = ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]]
        let version: JSON = [
            "name": .string(resource.version), "served": true, "storage": true, "schema": schema,
            "subresources": ["status": [:]],
        ]
        definition.spec = [
            "group": .string(resource.group), "scope": "Namespaced", "versions": [version],
            "names": [
                "plural": .string(resource.plural), "kind": .string(kind), "singular": .string(kind.lowercased()),
                "listKind": .string(kind + "List"),
            ],
        ]
        return definition
    }
}

/// What a platform does to written InferenceServices.
private let admission = AdmissionHook(
    name: "inferenceservice.kserve-webhook-server",
    resources: [.inferenceServices],
    mutate: { object, _, context throws(APIStatus) in
        let configMap = try await context.api.find(.configMaps, PlatformConfiguration.key)
        try KServeAdmission.applyDefaults(to: &object, configMap: configMap)
    },
    validate: { object, old, _ throws(APIStatus) in
        try KServeAdmission.validateInferenceService(object, old: old)
        return []
    }
)
