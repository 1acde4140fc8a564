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
            try await deleteObjects(of: graph, keeping: [])
            return status.stop()
        }
        let configuration = try caches.readConfiguration()
        let targets = GraphTargets(
            service: { caches.inferenceServices.get(ObjectKey(namespace: graph.namespace, name: $0)) },
            runtimes: caches.runtimes(for: graph.namespace ?? "")
        )
        let spec = try targets.resolved(graph.spec)
        let maker = try GraphObjectMaker(graph, spec: spec, configuration, caches.served)
        switch mode(of: graph, configuration) {
        case .standard: try await carryOutStandard(maker, &status)
        case .knative where caches.served.knativeServices: try await carryOutKnative(maker, &status)
        case .knative, .modelMesh:
            let words = "the InferenceGraph asks for Serverless mode, and there is no Knative Serving"
            throw PlanFault("ServerlessModeRejected", words)
        }
    }

    /// As the graph began; what its annotation says, or the platform, matters for new ones.
    private func mode(of graph: KubeObject, _ configuration: PlatformConfiguration) -> DeploymentMode {
        let begun = graph.status["deploymentMode"].string.flatMap { DeploymentMode($0) }
        let asked = graph.annotations[AnnotationKey.deploymentMode].flatMap { DeploymentMode($0) }
        return begun ?? asked ?? configuration.defaultDeploymentMode
    }

    private func carryOutStandard(_ maker: GraphObjectMaker, _ status: inout GraphStatus) async throws {
        let (graph, objects) = (maker.graph, try GraphObjects(maker))
        let namespace = graph.namespace ?? ""
        try await write(objects, of: graph)
        status.settle(
            objects,
            deployment: caches.get(.deployments, namespace, graph.name),
            route: caches.get(.httpRoutes, namespace, graph.name)
        )
    }

    private func carryOutKnative(_ maker: GraphObjectMaker, _ status: inout GraphStatus) async throws {
        let graph = maker.graph
        let current = caches.get(.knativeServices, graph.namespace ?? "", graph.name)
        try await ObjectWriter(api: api).settle(maker.knativeService, .knativeServices, current: current)
        try await deleteObjects(of: graph, keeping: [.knativeServices])
        status.settle(service: current)
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
        let others = [(.services, objects.service), objects.autoscaler, (ResourceID.httpRoutes, objects.route)]
        for (resource, object) in others {
            let stored = caches.get(resource, graph.namespace ?? "", graph.name)
            try await writer.settle(object, resource, current: stored)
        }
        try await deleteObjects(of: graph, keeping: Set([.deployments] + others.map(\.0)))
    }

    /// Takes away what the graph no longer wants; what it wants has its name.
    private func deleteObjects(of graph: KubeObject, keeping wanted: Set<ResourceID>) async throws {
        let writer = ObjectWriter(api: api)
        for cache in caches.owned where !wanted.contains(cache.resource) {
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
