import APIServer
import Base
import KServeModel
import KubeClient
import KubeKinds
import KubeModel
import Serverless
import TestKit
import Testing

/// An API server with Knative's kinds, the reconcilers on it, and hands that do what the other parts would.
struct World: Sendable {
    let api: any KubernetesAPI

    /// The object of a name in `default`, once it is as wanted.
    @discardableResult
    func until(
        _ resource: ResourceID,
        _ name: String,
        _ isWanted: (KubeObject) -> Bool = { _ in true }
    ) async throws -> KubeObject {
        for try await event in try await api.watch(resource, namespace: "default", ListOptions()) {
            switch event {
            case .added(let object), .modified(let object):
                if object.name == name, isWanted(object) { return object }
            case .deleted, .bookmark: continue
            }
        }
        throw APIStatus(.timeout, "the watch of \(resource) ended")
    }

    /// The Service `web`, once its Ready is as wanted for its newest generation.
    @discardableResult
    func service(_ ready: String, _ isWanted: (KubeObject) -> Bool = { _ in true }) async throws -> KubeObject {
        try await until(.knativeServices, "web") { service in
            service.status["observedGeneration"].int == service.generation
                && service.status.verdict("Ready") == ready && isWanted(service)
        }
    }

    /// Changes the Service `web`.
    func change(_ yaml: String) async throws {
        let patch = try #require(try YAML.parse(yaml).first)
        _ = try await api.patch(.knativeServices, ObjectKey(namespace: "default", name: "web"), .merge(["spec": patch]))
    }

    /// Returns when nobody writes any more, also after all is looked at again: versions move by this test's writes only.
    func untilQuiet(writes: Int = 40) async throws {
        let key = ObjectKey(namespace: ServerlessSettings.namespace, name: "config-gc")
        while true {
            let before = try await version()
            for index in 0..<writes {
                let data: JSON = ["_example": .string("\(before)-\(index)")]
                _ = try await api.patch(.configMaps, key, .merge(["data": data]))
            }
            if try await version() == before + writes { return }
        }
    }

    private func version() async throws -> Int { try #require(Int(try await api.list(.configMaps).resourceVersion)) }

    /// `web-00001 100`, as a Service's status tells its traffic.
    static func traffic(_ service: KubeObject) -> [String] {
        (service.status["traffic"].array ?? []).map { entry in
            let tag = entry["tag"].string.map { " \($0)" } ?? ""
            return "\(entry["revisionName"].string ?? "") \(entry["percent"].int ?? -1)\(tag)"
        }
    }

    /// The weights of an HTTPRoute.
    static func weights(_ route: KubeObject) -> [String] {
        (route.spec["rules"][0]["backendRefs"].array ?? []).map {
            "\($0["name"].string ?? "") \($0["weight"].int ?? -1)"
        }
    }
}

/// Runs the reconcilers over an API server, with somebody who runs Deployments, scales and routes.
func withServerless(_ body: @Sendable (World) async throws -> Void) async throws {
    try await withScratchDirectory { folder in
        let store = try Store(folder: folder)
        defer { store.close() }
        let definitions = try ServerlessData.customResourceDefinitions() + [podAutoscalers]
        let types = BuiltInKinds.all + definitions.flatMap { CustomResourceKind.types(of: $0) }
        let api = InProcessAPI(Registry(store: store, types: types, hooks: [admission]))
        for name in ["default", "kserve", "knative-serving"] {
            _ = try await api.create(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: name))
        }
        for object in try ServerlessData.objects() where object.kind == "ConfigMap" {
            _ = try await api.create(.configMaps, object)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Serverless(api: api).run() }
            let hands = ClusterHands(api: api)
            group.addTask { try await hands.follow(.deployments) { try await hands.run($0) } }
            group.addTask { try await hands.follow(.podAutoscalers) { try await hands.scale($0) } }
            group.addTask { try await hands.follow(.httpRoutes) { try await hands.route($0) } }
            try await body(World(api: api))
            group.cancelAll()
        }
    }
}

/// What a platform does to written objects of Knative's.
private let admission = AdmissionHook(
    name: "webhook.serving.knative.dev",
    resources: ServerlessAdmission.resources,
    mutate: { object, old, _ throws(APIStatus) in
        ServerlessAdmission.applyDefaults(to: &object, old: old, ServerlessSettings())
    },
    validate: { object, old, _ throws(APIStatus) in
        try ServerlessAdmission.validate(object, old: old, ServerlessSettings())
        return []
    }
)

/// The kind that another part defines.
private let podAutoscalers = KubeObject([
    "metadata": ["name": "podautoscalers.autoscaling.internal.knative.dev"],
    "spec": [
        "group": "autoscaling.internal.knative.dev", "scope": "Namespaced",
        "names": ["kind": "PodAutoscaler", "plural": "podautoscalers"],
        "versions": [
            [
                "name": "v1alpha1", "served": true, "storage": true, "subresources": ["status": [:]],
                "schema": [
                    "openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
                ],
            ]
        ],
    ],
])

/// Deployments run at once, unless their image is `broken`; autoscalers and gateways are content with everything.
private struct ClusterHands: Sendable {
    let api: any KubernetesAPI

    func follow(_ resource: ResourceID, _ act: (KubeObject) async throws -> Void) async throws {
        for try await event in try await api.watch(resource, namespace: nil, ListOptions()) {
            switch event {
            case .added(let object), .modified(let object): try await act(object)
            case .deleted, .bookmark: continue
            }
        }
    }

    func run(_ deployment: KubeObject) async throws {
        let image = deployment.spec["template"]["spec"]["containers"][0]["image"].string
        let count: JSON = image == "broken" ? 0 : 1
        let status: JSON = [
            "readyReplicas": count, "availableReplicas": count,
            "conditions": [["type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"]],
        ]
        if image == "broken" { try await fail(deployment) }
        try await store(status, .deployments, deployment)
    }

    private func fail(_ deployment: KubeObject) async throws {
        var pod = KubeObject(.pods, kind: "Pod", namespace: deployment.namespace, name: deployment.name)
        pod.metadata["labels"] = deployment.spec["template"]["metadata"]["labels"]
        pod.spec = ["containers": [["name": "c", "image": "broken"]]]
        do throws(APIStatus) {
            _ = try await api.create(.pods, pod)
        } catch {
            if error.reason != .alreadyExists { throw error }
        }
        let ended: JSON = ["terminated": ["exitCode": 1, "message": "no such model"]]
        let status: JSON = ["containerStatuses": [["name": "c", "restartCount": 1, "lastState": ended]]]
        try await store(status, .pods, pod)
    }

    func scale(_ autoscaler: KubeObject) async throws {
        let deployment = try await api.find(
            .deployments,
            ObjectKey(namespace: "default", name: autoscaler.spec["scaleTargetRef"]["name"].string ?? "")
        )
        let image = deployment?.spec["template"]["spec"]["containers"][0]["image"].string
        let state: JSON = image == "broken" ? "Unknown" : "True"
        let status: JSON = [
            "serviceName": .string(autoscaler.name), "desiredScale": 1, "actualScale": image == "broken" ? 0 : 1,
            "conditions": [
                ["type": "Ready", "status": state, "reason": "Queued"],
                ["type": "ScaleTargetInitialized", "status": state],
            ],
        ]
        try await store(status, .podAutoscalers, autoscaler)
    }

    func route(_ route: KubeObject) async throws {
        let accepted: JSON = [
            "type": "Accepted", "status": "True", "reason": "Accepted", "message": "",
            "observedGeneration": .int(Int64(route.generation)), "lastTransitionTime": "2026-01-01T00:00:00Z",
        ]
        let parent: JSON = [
            "controllerName": "roost.dev/gateway-controller", "parentRef": ["name": "gw"], "conditions": [accepted],
        ]
        try await store(["parents": [parent]], .httpRoutes, route)
    }

    private func store(_ status: JSON, _ resource: ResourceID, _ object: KubeObject) async throws {
        do throws(APIStatus) {
            _ = try await api.patch(resource, object.key, .merge(["status": status]), subresource: "status")
        } catch {
            if error.reason != .notFound { throw error }
        }
    }
}
