package import Base
package import KubeModel

/// What a Service's status says of its Configuration and its Route: pure.
package struct ServiceVerdict {
    private var status: JSON
    private var conditions: LivingConditions

    /// The status to store.
    package var json: JSON {
        var json = status
        json["conditions"] = conditions.json
        return json
    }

    package init(_ service: KubeObject, now: WallTime) {
        status = service.status
        conditions = LivingConditions(status["conditions"], vital: ["ConfigurationsReady", "RoutesReady"], now: now)
    }

    /// Follows the Configuration; one that has not seen its newest generation says nothing of it.
    package mutating func follow(configuration: KubeObject) {
        guard configuration.status["observedGeneration"].int == configuration.generation else {
            let message = "The Configuration is still working to reflect the latest desired specification."
            return conditions.mark("ConfigurationsReady", .unknown, "OutOfDate", message)
        }
        for name in ["latestCreatedRevisionName", "latestReadyRevisionName"] {
            status[name] = configuration.status[name]
        }
        conditions.mark("ConfigurationsReady", as: Conditions(configuration.status["conditions"])["Ready"])
    }

    /// Follows the Route; what it carries out must be what it is asked for now.
    package mutating func follow(route: KubeObject, configuration: KubeObject) {
        guard route.status["observedGeneration"].int == route.generation else {
            let message = "The Route is still working to reflect the latest desired specification."
            return conditions.mark("RoutesReady", .unknown, "OutOfDate", message)
        }
        for name in ["url", "address", "traffic"] { status[name] = route.status[name] }
        conditions.mark("RoutesReady", as: Conditions(route.status["conditions"])["Ready"])
        guard conditions.status("RoutesReady") == .true else { return }
        let latest = configuration.status["latestReadyRevisionName"].string ?? ""
        let wanted = (route.spec["traffic"].array ?? []).map { ServiceVerdict.entry($0, latest: latest) }
        let found = (route.status["traffic"].array ?? []).map { ServiceVerdict.entry($0, latest: latest) }
        if wanted != found {
            let message = "Traffic is not yet migrated to the latest revision."
            conditions.mark("RoutesReady", .unknown, "TrafficNotMigrated", message)
        }
    }

    /// An entry as a status tells it: by revision.
    private static func entry(_ json: JSON, latest: String) -> TrafficTarget {
        var entry = TrafficTarget(json)
        if entry.revision.isEmpty { entry.revision = latest }
        entry.configuration = ""
        entry.isLatest = false
        return entry
    }

    /// A Configuration or a Route of the name belongs to somebody else.
    package mutating func refuse(_ kind: String, _ name: String) {
        let type = kind == "Route" ? "RoutesReady" : "ConfigurationsReady"
        conditions.mark(type, .false, "NotOwned", "There is an existing \(kind) \"\(name)\" that we do not own.")
    }

    /// The name that the user gave to the next revision belongs to another one.
    package mutating func refuse(revision name: String) {
        let message =
            "The revision name \"\(name)\" is taken by a conflicting Revision, so traffic will not be migrated"
        conditions.mark("RoutesReady", .false, "RevisionNameTaken", message)
    }
}
