import Base
import KServeModel
import KubeClient
import KubeModel

extension ResourceID {
    /// The collection of graphs.
    static let inferenceGraphs = ResourceID("serving.kserve.io", "v1alpha1", "inferencegraphs")
}

/// Carries out InferenceGraphs: a router's Deployment with its Service, autoscaler and HTTPRoute, then, once, the status.
struct InferenceGraphController: Sendable {
    private let api: any KubernetesAPI
    private let caches: Caches
    private let graphs: Informer
    private let events: EventRecorder
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.caches = caches
        self.time = time
        graphs = Informer(api, .inferenceGraphs, time: time)
        events = EventRecorder(api, component: "v1alpha1Controllers", time: time)
    }

    /// Works until the task is cancelled; the caches must be filled.
    func run() async throws {
        let controller = Controller("inferencegraph", time: time) { key in try await reconcile(key) }
        controller.watch(graphs)
        for cache in caches.owned { controller.watchOwned(cache.informer, by: "InferenceGraph") }
        // A service that comes, goes or moves matters to the graphs that name it.
        controller.watch(caches.inferenceServices) { [graphs] service in
            graphs.list { $0.namespace == service.namespace && InferenceGraphController.names(service.name, in: $0) }
                .map(\.key)
        }
        controller.watch(caches.configuration) { [graphs] _ in graphs.list().map(\.key) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await graphs.run() }
            group.addTask {
                await graphs.synced()
                try await controller.run()
            }
            for try await _ in group {}  // the first part that fails ends the others
        }
    }

    private static func names(_ service: String, in graph: KubeObject) -> Bool {
        (graph.spec["nodes"].object ?? [:]).values.contains { node in
            (node["steps"].array ?? []).contains { $0["serviceName"].string == service }
        }
    }

    private func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let graph = graphs.get(key), !graph.isTerminating else { return .settled }
        var status = GraphStatus(graph, now: time.wall())
        do {
            try await carryOut(graph, &status)
        } catch let fault as PlanFault {
            status.refuse(fault)
        } catch let foreign as ForeignObject {
            status.refuse(PlanFault("NameTaken", "\(foreign)"))
        } catch let refused as APIStatus where [.invalid, .badRequest, .forbidden].contains(refused.reason) {
            status.refuse(PlanFault("ReconcileFailed", refused.message))
        }
        try await store(status, of: graph)
        return .settled
    }

    private func carryOut(_ graph: KubeObject, _ status: inout GraphStatus) async throws {
        if graph.annotations[AnnotationKey.stop] == "true" {
            try await deleteObjects(of: graph)
            return status.stop()
        }
        let configuration = try readConfiguration()
        let mode = graph.annotations[AnnotationKey.deploymentMode].flatMap { DeploymentMode($0) }
        guard mode ?? configuration.defaultDeploymentMode == .standard else {
            throw PlanFault("ServerlessModeRejected", "an InferenceGraph runs in mode Standard only")
        }
        let targets = GraphTargets(
            service: { caches.inferenceServices.get(ObjectKey(namespace: graph.namespace, name: $0)) },
            runtimes: caches.runtimes(for: graph.namespace ?? "")
        )
        let objects = try GraphObjects(graph, spec: try targets.resolved(graph.spec), configuration)
        try await write(objects, of: graph)
        let namespace = graph.namespace ?? ""
        status.settle(
            objects,
            deployment: caches.get(.deployments, namespace, graph.name),
            route: caches.get(.httpRoutes, namespace, graph.name)
        )
    }

    private func readConfiguration() throws(PlanFault) -> PlatformConfiguration {
        do {
            return try PlatformConfiguration(configMap: caches.configuration.get(PlatformConfiguration.key))
        } catch {
            throw PlanFault("InvalidConfiguration", error.description)
        }
    }

    private func write(_ objects: GraphObjects, of graph: KubeObject) async throws {
        let writer = ObjectWriter(api: api)
        let current = caches.get(.deployments, graph.namespace ?? "", graph.name)
        // What the autoscaler decides is no part of the wish.
        try await writer.settle(objects.deployment, .deployments, current: current) { stamped in
            var stamped = stamped
            stamped.spec["replicas"] = objects.deployment(over: current).spec["replicas"]
            return stamped
        }
        for (resource, object) in [
            (ResourceID.services, objects.service), (.horizontalPodAutoscalers, objects.autoscaler),
            (.httpRoutes, objects.route),
        ] {
            let stored = caches.get(resource, graph.namespace ?? "", graph.name)
            try await writer.settle(object, resource, current: stored)
        }
    }

    private func deleteObjects(of graph: KubeObject) async throws {
        let writer = ObjectWriter(api: api)
        for cache in caches.owned {
            for object in cache.byOwner.objects(graph.uid) {
                try await writer.delete(object, cache.resource, of: graph)
            }
        }
    }

    /// Stores the status where it has changed, and tells people whether the graph answers.
    private func store(_ status: GraphStatus, of graph: KubeObject) async throws {
        var object = graph
        object.status = status.finished()
        guard object.status != graph.status else { return }
        _ = try await api.updateStatus(.inferenceGraphs, object)
        let was = Conditions(graph.status["conditions"]).isTrue("Ready")
        let now = Conditions(object.status["conditions"])
        if !was, now.isTrue("Ready") {
            await events.normal(graph, "InferenceGraphReady", "InferenceGraph [\(graph.name)] is Ready")
        } else if was, !now.isTrue("Ready") {
            let words = "InferenceGraph [\(graph.name)] is no longer Ready"
            await events.warning(graph, "InferenceGraphNotReady", words)
        } else if now["Ready"] != Conditions(graph.status["conditions"])["Ready"],
            ["InvalidGraph", "ServerlessModeRejected"].contains(now["Ready"]["reason"].string)
        {
            await events.warning(graph, now["Ready"]["reason"].string ?? "", now["Ready"]["message"].string ?? "")
        }
    }
}
