import Base
import KubeClient
import KubeModel

/// Marks what a route leads to, so that the autoscaler and the collector know it.
struct RouteMarker: Sendable {
    private let api: any KubernetesAPI
    private let caches: Caches
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.caches = caches
        self.time = time
    }

    /// Brings the marks of a route to what it leads to.
    ///
    /// - Parameter isSettled: whether the route has found all its targets; before, older marks stay.
    func mark(_ route: KubeObject, isSettled: Bool) async throws(APIStatus) {
        let marks = RoutingMarks(
            route,
            configuration: { caches.configurations.get(ObjectKey(namespace: route.namespace, name: $0)) },
            revision: { caches.revisions.get(ObjectKey(namespace: route.namespace, name: $0)) }
        )
        try await settle(route.key, marks, clears: isSettled)
    }

    /// Takes the marks of a route that is gone away, unless a Service is about to make it.
    func forget(_ route: ObjectKey) async throws(APIStatus) {
        if caches.services.get(route) == nil { try await settle(route, RoutingMarks(), clears: true) }
    }

    private func settle(_ route: ObjectKey, _ marks: RoutingMarks, clears: Bool) async throws(APIStatus) {
        let term = "\(route.namespace ?? "")/\(route.name)"
        let revisions = caches.revisionsByRoute.objects(term)
        try await settle(caches.revisions, route, marks.revisions, marked: clears ? revisions : [], hasState: true)
        let configurations = caches.configurationsByRoute.objects(term)
        try await settle(
            caches.configurations,
            route,
            marks.configurations,
            marked: clears ? configurations : [],
            hasState: false
        )
    }

    /// - Parameter marked: objects whose mark may be too much.
    private func settle(
        _ informer: Informer,
        _ route: ObjectKey,
        _ wanted: Set<String>,
        marked: [KubeObject],
        hasState: Bool
    ) async throws(APIStatus) {
        let ledTo = wanted.sorted().compactMap { informer.get(ObjectKey(namespace: route.namespace, name: $0)) }
        let others = marked.filter { !wanted.contains($0.name) }
        for object in ledTo + others where !object.isTerminating {
            let patch = RoutingMarks.patch(
                object,
                route: route.name,
                isLedTo: wanted.contains(object.name),
                hasState: hasState,
                now: time.wall()
            )
            if let patch { _ = try await api.patch(informer.resource, object.key, .merge(patch)) }
        }
    }
}
