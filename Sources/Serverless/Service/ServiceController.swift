import Base
import KubeClient
import KubeModel

/// Carries out Services: a Configuration and a Route of the same name.
struct ServiceController: Sendable {
    private let api: any KubernetesAPI
    private let caches: Caches
    private let events: EventRecorder
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.caches = caches
        self.time = time
        events = EventRecorder(api, component: "service-controller", time: time)
    }

    /// Works until the task is cancelled.
    func run() async throws {
        let controller = Controller("service", time: time) { key in try await reconcile(key) }
        controller.watch(caches.services)
        controller.watchOwned(caches.configurations, by: "Service")
        controller.watchOwned(caches.routes, by: "Service")
        try await controller.run()
    }

    private func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let stored = caches.services.get(key), !stored.isTerminating else { return .settled }
        var verdict = ServiceVerdict(stored, now: time.wall())
        var fault: Terminal?
        do {
            try await carryOut(stored, &verdict)
        } catch let foreign as ForeignObject {
            verdict.refuse(foreign.kind, foreign.key.name)
            fault = Terminal("service: \"\(key.name)\" does not own \(foreign.kind): \"\(foreign.key.name)\"")
        }
        try await StatusWriter(api: api).store(verdict.json, of: stored, .knativeServices)
        if let fault {
            await events.warning(stored, "InternalError", fault.description)
            throw fault
        }
        return .settled
    }

    private func carryOut(_ service: KubeObject, _ verdict: inout ServiceVerdict) async throws {
        let plan = ServicePlan(service)
        let current = caches.configurations.get(service.key)
        let configuration = try await settle(
            plan.configuration(over: current),
            .knativeConfigurations,
            current: current,
            of: service
        )
        verdict.follow(configuration: configuration)
        if let name = RevisionMaker(configuration).givenName {
            // The traffic of a revision that the user names waits for it: another one may have the name.
            guard configuration.status["observedGeneration"].int == configuration.generation else { return }
            let named = caches.revisions.get(ObjectKey(namespace: service.namespace, name: name))
            if let named, !RevisionHistory.isFree(named, for: configuration) {
                return verdict.refuse(revision: name)
            }
        }
        let route = try await settle(
            plan.route,
            .knativeRoutes,
            current: caches.routes.get(service.key),
            of: service
        )
        verdict.follow(route: route, configuration: configuration)
    }

    /// Creates the object, or brings the stored one to what is wanted.
    ///
    /// - Returns: the object as it is stored now.
    private func settle(
        _ wanted: KubeObject,
        _ resource: ResourceID,
        current: KubeObject?,
        of service: KubeObject
    ) async throws -> KubeObject {
        guard let current else { return try await create(wanted, resource, of: service) }
        guard current.controller?.uid == service.uid else {
            throw ForeignObject(kind: wanted.kind, key: wanted.key)
        }
        guard let object = ServicePlan.replacement(for: current, by: wanted) else { return current }
        return try await api.update(resource, object)
    }

    private func create(
        _ wanted: KubeObject,
        _ resource: ResourceID,
        of service: KubeObject
    ) async throws -> KubeObject {
        do {
            let created = try await api.create(resource, wanted)
            await events.normal(service, "Created", "Created \(wanted.kind) \"\(wanted.name)\"")
            return created
        } catch {
            let message = "Failed to create \(wanted.kind) \"\(wanted.name)\": \(error.message)"
            if error.reason != .alreadyExists { await events.warning(service, "CreationFailed", message) }
            throw error
        }
    }
}
