import Base
import KServeModel
import KubeClient
import KubeModel

/// Carries out Routes: HTTPRoutes with weights over the revisions' Services, and names inside the cluster.
struct RouteController: Sendable {
    private let api: any KubernetesAPI
    private let caches: Caches
    private let marker: RouteMarker
    private let events: EventRecorder
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.caches = caches
        self.time = time
        marker = RouteMarker(api, caches, time: time)
        events = EventRecorder(api, component: "route-controller", time: time)
    }

    /// Works until the task is cancelled.
    func run() async throws {
        let controller = Controller("route", time: time) { key in try await reconcile(key) }
        controller.watch(caches.routes)
        controller.watchOwned(caches.httpRoutes, by: "Route")
        controller.watchOwned(caches.kubeServices, by: "Route")
        for informer in [caches.configurations, caches.revisions] {
            controller.watch(informer) { [caches] in RouteController.routes(namedBy: $0) + caches.routes(to: $0) }
        }
        for informer in [caches.configMaps, caches.platform] {
            controller.watch(informer) { [caches] _ in caches.routes.list().map(\.key) }
        }
        try await controller.run()
    }

    /// The routes that an object is marked with, gone ones too.
    private static func routes(namedBy object: KubeObject) -> [ObjectKey] {
        RouteNames(object.annotations[ServingAnnotation.routes]).sorted
            .map { ObjectKey(namespace: object.namespace, name: $0) }
    }

    private func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let stored = caches.routes.get(key), !stored.isTerminating else {
            try await marker.forget(key)
            return .settled
        }
        var verdict = RouteVerdict(stored, now: time.wall())
        var next = Next.settled
        var fault: Terminal?
        do {
            next = try await carryOut(stored, &verdict)
        } catch let found as RouteTraffic.Fault {
            verdict.refuse(found)
        } catch let defect as TemplateDefect {
            verdict.refuse(names: defect.what)
        } catch let foreign as ForeignObject {
            verdict.refuse(foreign.kind, foreign.key.name)
            fault = Terminal("route: \"\(key.name)\" does not own \(foreign.kind): \"\(foreign.key.name)\"")
        }
        try await StatusWriter(api: api).store(verdict.json, of: stored, .knativeRoutes)
        var route = stored
        route.status = verdict.json
        try await marker.mark(route, isSettled: verdict.isSettled)
        if let fault { throw fault }
        return next
    }

    private func carryOut(_ route: KubeObject, _ verdict: inout RouteVerdict) async throws -> Next {
        let settings = caches.settings
        let hosts = RouteHosts(route, settings.domains)
        verdict.tell(url: try hosts.url(tag: ""))
        let traffic = try RouteTraffic(
            route,
            configuration: { caches.configurations.get(ObjectKey(namespace: route.namespace, name: $0)) },
            revision: { caches.revisions.get(ObjectKey(namespace: route.namespace, name: $0)) }
        )
        let (rollout, nextStep) = rollout(of: route, to: traffic, settings, isReady: verdict.isIngressReady)
        let entries = traffic.entries(during: rollout)
        let objects = RouteObjects(
            route,
            traffic,
            domains: settings.domains,
            gateway: caches.gateway,
            timeouts: timeouts(of: entries, in: route.namespace),
            routesByTagHeader: settings.routesByTagHeader
        )
        let urls = try traffic.targets.keys.reduce(into: [:]) { $0[$1] = try hosts.url(tag: $1) }
        verdict.assign(entries, address: hosts.address) { urls[$0] }
        let carried = try await write(objects, rollout, of: route)
        verdict.follow(carried, isMoving: !rollout.isDone)
        return nextStep.map { .again(after: max(.milliseconds(1), .nanoseconds($0 - now))) } ?? .settled
    }

    private var now: Int64 { time.wall().nanoseconds }

    /// How far the traffic has moved, by what the route's HTTPRoute remembers.
    private func rollout(
        of route: KubeObject,
        to traffic: RouteTraffic,
        _ settings: ServerlessSettings,
        isReady: Bool
    ) -> (Rollout, Int64?) {
        let goal = Rollout(goal: traffic)
        let seconds = RolloutDuration.seconds(of: route) ?? settings.rolloutSeconds
        guard seconds > 0, let carrier = caches.httpRoutes.get(route.key) else { return (goal, nil) }
        var previous = carrier.annotations[ServingAnnotation.rollout].flatMap { Rollout(text: $0) }
        if RouteVerdict.isTaken(carrier), !isReady { previous?.observeReady(now: now, seconds: Double(seconds)) }
        return goal.step(from: previous, now: now)
    }

    /// The longest that requests to the revisions of a route may take.
    private func timeouts(of traffic: [TrafficTarget], in namespace: String?) -> [String: Int] {
        traffic.reduce(into: [:]) { timeouts, target in
            let revision = caches.revisions.get(ObjectKey(namespace: namespace, name: target.revision))
            timeouts[target.revision] = revision.map { Revision($0).timeoutSeconds }
        }
    }
}

extension RouteController {
    /// Writes the route's objects where they differ, then takes away those of tags that are gone.
    ///
    /// - Returns: the HTTPRoutes as they are stored.
    private func write(_ objects: RouteObjects, _ rollout: Rollout, of route: KubeObject) async throws -> [KubeObject] {
        let writer = ObjectWriter(api: api)
        let (services, httpRoutes) = (try objects.services(), try objects.httpRoutes(rollout))
        for service in services {
            let current = caches.kubeServices.get(service.key)
            try await writer.settle(service, .services, current: current)
            if current == nil {
                await events.normal(route, "Created", "Created placeholder service \"\(service.name)\"")
            }
        }
        var carried: [KubeObject] = []
        for httpRoute in httpRoutes {
            let current = caches.httpRoutes.get(httpRoute.key)
            carried.append(try await writer.settle(httpRoute, .httpRoutes, current: current))
            if current == nil { await events.normal(route, "Created", "Created Ingress \"\(httpRoute.name)\"") }
        }
        try await delete(.services, caches.kubeServicesByOwner, except: services, of: route)
        try await delete(.httpRoutes, caches.httpRoutesByOwner, except: httpRoutes, of: route)
        return carried
    }

    private func delete(
        _ resource: ResourceID,
        _ owned: KeyIndex,
        except wanted: [KubeObject],
        of route: KubeObject
    ) async throws {
        let names = Set(wanted.map(\.name))
        for object in owned.objects(route.uid) where !names.contains(object.name) {
            try await ObjectWriter(api: api).delete(object, resource, of: route)
        }
    }
}

extension RouteTraffic {
    /// The entries as they are while traffic moves: of a configuration on its way, one for each revision.
    package func entries(during rollout: Rollout) -> [TrafficTarget] {
        entries.flatMap { entry in
            guard entry.isLatest, let part = rollout.part(of: entry.configuration, tag: entry.tag), !part.isDone else {
                return [entry]
            }
            return part.shares.map { share in
                var moving = entry
                (moving.revision, moving.percent) = (share.revision, share.percent)
                return moving
            }
        }
    }
}
