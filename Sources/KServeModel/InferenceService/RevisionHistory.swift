package import Base
package import KubeModel

/// Which revisions a component has had, and which of them had all the traffic: `status.components.*` in Knative mode.
package struct RevisionHistory: Equatable, Sendable {
    package var latestCreated: String
    package var latestReady: String
    /// The last revision that had all the traffic.
    package var latestRolledOut: String
    /// The one that had it before.
    package var previousRolledOut: String

    /// Begins with what a component's status says.
    package init(_ component: JSON = .null) {
        latestCreated = component["latestCreatedRevision"].string ?? ""
        latestReady = component["latestReadyRevision"].string ?? ""
        latestRolledOut = component["latestRolledoutRevision"].string ?? ""
        previousRolledOut = component["previousRolledoutRevision"].string ?? ""
    }

    /// Follows the status of the component's Knative Service.
    package mutating func follow(_ service: KubeObject) {
        latestCreated = service.status["latestCreatedRevisionName"].string ?? ""
        latestReady = service.status["latestReadyRevisionName"].string ?? ""
        let traffic = service.status["traffic"].array ?? []
        // Until its configuration is seen to, the newest revision may not be there yet.
        let isSettled =
            service.status["observedGeneration"].int == service.generation
            && Conditions(service.status["conditions"]).isTrue("ConfigurationsReady")
        func percent(of name: String) -> Int {
            traffic.filter { $0["revisionName"].string == name }.reduce(0) { $0 + min($1["percent"].int ?? 0, 100) }
        }
        for entry in traffic where entry["latestRevision"].bool == true && entry["revisionName"].string == latestReady {
            guard let share = entry["percent"].int else { continue }
            if latestRolledOut != latestReady {
                guard share == 100 else { continue }
                previousRolledOut = latestRolledOut
                latestRolledOut = latestReady
            } else if isSettled, latestReady == latestCreated, share < 100, percent(of: latestReady) == 100,
                !previousRolledOut.isEmpty
            {
                // The newest has had everything and is asked to share with itself: the one before it is meant.
                latestRolledOut = previousRolledOut
            }
        }
    }

    /// The traffic that the component's Knative Service is to have.
    ///
    /// - Parameters:
    ///   - percent: the share of the newest revision; nil gives it everything.
    ///   - tagsLatest: whether the newest gets an address of its own.
    package func traffic(percent: Int?, tagsLatest: Bool) -> [JSON] {
        let isSplit = percent != nil && !latestRolledOut.isEmpty
        let share = isSplit ? percent ?? 100 : 100
        var latest: JSON = ["latestRevision": true, "percent": .int(Int64(share))]
        if tagsLatest { latest["tag"] = "latest" }
        guard isSplit, share < 100 else { return [latest] }
        return [
            latest,
            [
                "revisionName": .string(latestRolledOut), "latestRevision": false,
                "percent": .int(Int64(100 - share)), "tag": "prev",
            ],
        ]
    }

    /// Writes what is known into a component's status.
    package func settle(_ component: inout JSON) {
        let members = [
            "latestCreatedRevision": latestCreated, "latestReadyRevision": latestReady,
            "latestRolledoutRevision": latestRolledOut, "previousRolledoutRevision": previousRolledOut,
        ]
        for (name, value) in members { component[name] = value.isEmpty ? .null : .string(value) }
    }
}
