package import Base
package import KubeModel

/// Which revisions and configurations a route leads to, and the labels that tell them so: pure.
package struct RoutingMarks: Equatable {
    package private(set) var revisions: Set<String> = []
    package private(set) var configurations: Set<String> = []

    /// Nothing: the marks of a route that is gone.
    package init() {}

    /// What a route's traffic, as it is and as it shall be, leads to.
    package init(_ route: KubeObject, configuration: (String) -> KubeObject?, revision: (String) -> KubeObject?) {
        let entries = (route.status["traffic"].array ?? []) + (route.spec["traffic"].array ?? [])
        for target in entries.map({ TrafficTarget($0) }) {
            var owner = target.configuration
            if !target.revision.isEmpty {
                guard let found = revision(target.revision) else { continue }
                revisions.insert(found.name)
                if let controller = found.controller, controller.kind == "Configuration" { owner = controller.name }
            }
            guard !owner.isEmpty, let found = configuration(owner) else { continue }
            configurations.insert(found.name)
            // The newest revision is marked before it is ready, so that it is kept warm for its traffic.
            if target.isLatest, let latest = found.status["latestCreatedRevisionName"].string, revision(latest) != nil {
                revisions.insert(latest)
            }
        }
    }

    /// The merge patch that marks an object as led to by a route, or as not; nil where it is marked so.
    ///
    /// - Parameter hasState: whether the object tells its routing state, as revisions do.
    package static func patch(
        _ object: KubeObject,
        route: String,
        isLedTo: Bool,
        hasState: Bool,
        now: WallTime
    ) -> JSON? {
        var routes = RouteNames(object.annotations[ServingAnnotation.routes])
        if isLedTo { routes.insert(route) } else { routes.remove(route) }
        var annotations = JSON.emptyObject
        var metadata = JSON.emptyObject
        if routes.text != object.annotations[ServingAnnotation.routes] {
            annotations = .object([ServingAnnotation.routes: JSON(routes.text)])
        }
        let state: Revision.RoutingState = routes.text == nil ? .reserve : .active
        if hasState, object.labels[ServingLabel.routingState] != state.rawValue {
            metadata["labels"] = .object([ServingLabel.routingState: .string(state.rawValue)])
            annotations[ServingAnnotation.routingStateModified] = .string(now.rfc3339)
        }
        if annotations != .emptyObject { metadata["annotations"] = annotations }
        return metadata == .emptyObject ? nil : ["metadata": metadata]
    }
}
