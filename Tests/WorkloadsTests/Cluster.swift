import APIServer
import Base
import KubeClient
import KubeKinds
import KubeModel
import TestKit
import Testing
import Workloads

/// A real API server in this process, with the Workloads running on it and one node whose pods do as they are told.
struct Cluster: Sendable {
    let api: any KubernetesAPI
    let time: any TimeSource
    /// The API as the Workloads have it.
    let tampered: TamperedAPI

    /// Runs a cluster for as long as `body` does.
    static func run(
        time: any TimeSource = SystemTime(),
        podMetrics: @escaping @Sendable () -> [KubeObject] = { [] },
        metrics: (any MetricsAPI)? = nil,
        removeFolder: @escaping @Sendable (String) async throws -> Void = { _ in },
        _ body: (Cluster) async throws -> Void
    ) async throws {
        try await withScratchDirectory { folder in
            let store = try Store(folder: folder)
            defer { store.close() }
            let types = BuiltInKinds.all + ResourceMetricsKinds.types(pods: podMetrics, nodes: { [] })
            let api = InProcessAPI(Registry(store: store, types: types, metrics: metrics, time: time))
            let cluster = Cluster(api: api, time: time, tampered: TamperedAPI(api))
            try await cluster.furnish()
            let workloads = Workloads(
                api: cluster.tampered,
                kinds: BuiltInKinds.all,
                certificateAuthority: "(PEM)",
                volumes: .init(folder: "/srv/volumes", removeFolder: removeFolder),
                time: time
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await workloads.run() }
                group.addTask { try await ScriptedNode(api: api, time: time).run() }
                try await body(cluster)
                group.cancelAll()
            }
        }
    }

    private func furnish() async throws {
        for name in ["default", "kube-system"] {
            _ = try await api.create(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: name))
        }
        let node = KubeObject(.nodes, kind: "Node", name: "node1")
        var made = try await api.create(.nodes, node)
        made.status = [
            "allocatable": ["cpu": "2", "memory": "4Gi", "pods": "110"],
            "conditions": [["type": "Ready", "status": "True"]],
        ]
        _ = try await api.updateStatus(.nodes, made)
    }

    /// Makes an object from YAML, in `default` unless it says otherwise.
    @discardableResult
    func apply(_ yaml: String, in resource: ResourceID) async throws -> KubeObject {
        var object = KubeObject(try YAML.parse(yaml).first ?? .null)
        if object.namespace == nil { object.metadata["namespace"] = "default" }
        return try await api.create(resource, object)
    }

    /// Returns when the objects of a collection are as `isWanted` says; watches, and never sleeps.
    @discardableResult
    func until(
        _ resource: ResourceID,
        _ isWanted: ([KubeObject]) -> Bool
    ) async throws -> [KubeObject] {
        let list = try await api.list(resource)
        var objects = Dictionary(list.items.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        func sorted() -> [KubeObject] { objects.values.sorted { $0.key < $1.key } }
        if isWanted(sorted()) { return sorted() }
        let options = ListOptions(resourceVersion: list.resourceVersion)
        for try await event in try await api.watch(resource, namespace: nil, options) {
            switch event {
            case .added(let object), .modified(let object): objects[object.key] = object
            case .deleted(let object): objects[object.key] = nil
            case .bookmark: continue
            }
            if isWanted(sorted()) { return sorted() }
        }
        throw CancellationError()
    }

    /// Returns when one object is as `isWanted` says.
    @discardableResult
    func until(
        _ resource: ResourceID,
        _ name: String,
        _ isWanted: (KubeObject) -> Bool
    ) async throws -> KubeObject {
        let found = try await until(resource) { $0.contains { $0.name == name && isWanted($0) } }
        return try #require(found.first { $0.name == name })
    }

    /// Returns when there is no object of this name any more.
    func untilGone(_ resource: ResourceID, _ name: String) async throws {
        try await until(resource) { !$0.contains { $0.name == name } }
    }

    /// Returns when nobody writes any more: the store's version moves by this test's own writes only.
    func untilQuiet(writes: Int = 40) async throws {
        let marker = KubeObject(.configMaps, kind: "ConfigMap", namespace: "kube-system", name: "marker")
        _ = try await api.create(.configMaps, marker)
        while true {
            let before = try await version()
            for index in 0..<writes {
                try await merge(
                    .configMaps,
                    "marker",
                    ["data": ["n": .string("\(before)-\(index)")]],
                    namespace: "kube-system"
                )
            }
            if try await version() == before + writes { return }
        }
    }

    private func version() async throws -> Int { try #require(Int(try await api.list(.configMaps).resourceVersion)) }

    func merge(_ resource: ResourceID, _ name: String, _ patch: JSON, namespace: String? = "default") async throws {
        _ = try await api.patch(resource, ObjectKey(namespace: namespace, name: name), .merge(patch))
    }
}

/// A node of which nothing is real: its pods run, end or fail at once, as their first container's image says.
private struct ScriptedNode {
    let api: any KubernetesAPI
    let time: any TimeSource

    func run() async throws {
        for try await event in try await api.watch(.pods, namespace: nil, ListOptions()) {
            switch event {
            case .added(let pod), .modified(let pod): try await settle(pod)
            case .deleted, .bookmark: continue
            }
        }
    }

    private func settle(_ pod: KubeObject) async throws {
        guard pod.spec["nodeName"].string == "node1" else { return }
        do throws(APIStatus) {
            if pod.isTerminating {
                try await api.delete(.pods, pod.key, DeleteOptions(gracePeriodSeconds: 0, uid: pod.uid))
            } else if pod.status["podIP"].isNull {
                _ = try await api.patch(.pods, pod.key, .merge(["status": status(of: pod)]), subresource: "status")
            }
        } catch {
            if error.reason != .notFound && error.reason != .conflict { throw error }
        }
    }

    private func status(of pod: KubeObject) -> JSON {
        let now = JSON.string(time.wall().rfc3339)
        let image = pod.spec["containers"][0]["image"].string ?? ""
        let phase = image == "succeeds" ? "Succeeded" : image == "fails" ? "Failed" : "Running"
        let isReady = phase == "Running" && image != "never-ready"
        let state: JSON = phase == "Running" ? ["running": [:]] : ["terminated": ["finishedAt": now]]
        return [
            "phase": .string(phase), "startTime": now, "podIP": .string("127.7.1.\(abs(pod.uid.hashValue % 250))"),
            "conditions": [
                ["type": "PodScheduled", "status": "True", "lastTransitionTime": now],
                ["type": "Ready", "status": .string(isReady ? "True" : "False"), "lastTransitionTime": now],
            ],
            "containerStatuses": [["name": "c", "restartCount": 0, "state": state]],
        ]
    }
}
