import APIServer
import Autoscaler
import Base
import KubeClient
import KubeKinds
import KubeModel
import Scaling
import TestKit
import Testing

/// A real API server in this process with the Autoscaler running on it; the rest of the world is what a test writes.
struct World: Sendable {
    let api: any KubernetesAPI
    let board: LoadBoard
    let time: TestTime

    /// Runs a world for as long as `body` does.
    static func run(_ body: (World) async throws -> Void) async throws {
        try await withScratchDirectory { folder in
            let time = TestTime()
            let store = try Store(folder: folder)
            defer { store.close() }
            let api = InProcessAPI(Registry(store: store, types: BuiltInKinds.all, time: time))
            let world = World(api: api, board: LoadBoard(), time: time)
            try await world.furnish()
            let autoscaler = Autoscaler(api: api, board: world.board, time: time)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await autoscaler.run() }
                try await body(world)
                group.cancelAll()
            }
        }
    }

    private func furnish() async throws {
        for name in ["default", "knative-serving"] {
            _ = try await api.create(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: name))
        }
        for object in try AutoscalerData.objects() where object.kind != "Namespace" {
            let resource: ResourceID = object.kind == "ConfigMap" ? .configMaps : .customResourceDefinitions
            _ = try await api.create(resource, object)
        }
    }

    /// A Deployment `m`, its Service, and the PodAutoscaler of both.
    func makeService(annotations: [String: String] = [:], replicas: Int = 1) async throws {
        let template: JSON = [
            "metadata": ["labels": ["app": "m"]], "spec": ["containers": [["name": "c", "image": "i"]]],
        ]
        var deployment = KubeObject(.deployments, kind: "Deployment", namespace: "default", name: "m")
        deployment.spec = [
            "replicas": JSON(replicas), "selector": ["matchLabels": ["app": "m"]], "template": template,
        ]
        _ = try await api.create(.deployments, deployment)
        var service = KubeObject(.services, kind: "Service", namespace: "default", name: "m")
        service.spec = ["ports": [["port": 80]]]
        _ = try await api.create(.services, service)
        var autoscaler = KubeObject(.podAutoscalers, kind: "PodAutoscaler", namespace: "default", name: "m")
        autoscaler.metadata["annotations"] = JSON(annotations)
        autoscaler.spec = [
            "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "m"], "protocolType": "http1",
        ]
        _ = try await api.create(.podAutoscalers, autoscaler)
    }

    static let key = ObjectKey(namespace: "default", name: "m")

    /// Says that so many replicas are ready.
    func setReady(_ count: Int) async throws {
        let status: JSON = ["status": ["readyReplicas": JSON(count), "replicas": JSON(count)]]
        _ = try await api.patch(.deployments, World.key, .merge(status), subresource: "status")
        try await until(.podAutoscalers) { $0.status["actualScale"].int == count }
    }

    /// Returns when the object `m` of a collection is as `isWanted` says; watches, and never sleeps.
    @discardableResult
    func until(_ resource: ResourceID, _ isWanted: (KubeObject) -> Bool) async throws -> KubeObject {
        for try await event in try await api.watch(resource, namespace: "default", ListOptions()) {
            switch event {
            case .added(let object), .modified(let object):
                if object.name == World.key.name, isWanted(object) { return object }
            case .deleted, .bookmark: continue
            }
        }
        throw CancellationError()
    }

    /// Lets seconds pass, one by one, until the object is as wanted.
    func passSeconds(until resource: ResourceID, _ isWanted: @escaping @Sendable (KubeObject) -> Bool) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await until(resource, isWanted)
                return true
            }
            group.addTask {
                while !Task.isCancelled {
                    time.advance(by: .seconds(1))
                    await Task.yield()
                }
                return false
            }
            _ = try await group.next()
            group.cancelAll()
        }
    }
}

/// The status and reason of a condition.
func condition(_ type: String, of object: KubeObject) -> [String] {
    let condition = Conditions(object.status["conditions"])[type]
    return [condition["status"].string ?? "", condition["reason"].string ?? ""]
}
