import Base
package import KubeModel

/// Where a route's traffic goes, found among configurations and revisions: pure.
package struct RouteTraffic: Equatable, Sendable {
    /// A target that traffic cannot go to.
    package enum Fault: Error, Equatable, Sendable {
        case missing(kind: String, name: String)
        case configurationNotReady(String, hasFailed: Bool)
        case revisionNotReady(String, hasFailed: Bool)
        case revisionNotOwned(String, expected: String, actual: String)
    }

    /// The entries by revision, in the order of the route's.
    package private(set) var entries: [TrafficTarget] = []
    /// Entries by tag, one for each revision; the empty tag has all of them.
    package private(set) var targets: [String: [TrafficTarget]] = [:]

    /// - Parameters:
    ///   - configuration: the Configuration of a name.
    ///   - revision: the Revision of a name.
    package init(
        _ route: KubeObject,
        configuration: @escaping (String) -> KubeObject?,
        revision: @escaping (String) -> KubeObject?
    ) throws(Fault) {
        let finder = TargetFinder(route: route, configuration: configuration, revision: revision)
        var deferred: Fault?
        var groups: [String: [TrafficTarget]] = [:]
        for json in route.spec["traffic"].array ?? [] {
            do throws(Fault) {
                let target = try finder.find(TrafficTarget(json))
                entries.merge(target)
                groups["", default: []].append(target)
                if !target.tag.isEmpty { groups[target.tag, default: []].append(target) }
            } catch {
                // Of several faults the last that nothing will mend is told, else the first.
                if deferred == nil || error.isFinal { deferred = error }
            }
        }
        if let deferred { throw deferred }
        targets = groups.mapValues(RouteTraffic.consolidated)
    }

    /// One target for each revision; one alone has everything.
    private static func consolidated(_ targets: [TrafficTarget]) -> [TrafficTarget] {
        var merged: [TrafficTarget] = []
        for target in targets {
            if let index = merged.firstIndex(where: { $0.revision == target.revision }) {
                merged[index].percent += target.percent
            } else {
                merged.append(target)
            }
        }
        if merged.count == 1 { merged[0].percent = 100 }
        return merged
    }
}

extension RouteTraffic.Fault {
    /// Whether waiting does not mend it.
    package var isFinal: Bool {
        switch self {
        case .missing, .revisionNotOwned: true
        case .configurationNotReady(_, let hasFailed), .revisionNotReady(_, let hasFailed): hasFailed
        }
    }

    /// The reason of the condition AllTrafficAssigned.
    package var reason: String {
        switch self {
        case .missing(let kind, _): "\(kind)Missing"
        case .configurationNotReady, .revisionNotReady: "RevisionMissing"
        case .revisionNotOwned: "RevisionNotOwned"
        }
    }

    /// The message of the condition AllTrafficAssigned.
    package var message: String {
        switch self {
        case .missing(let kind, let name): "\(kind) \"\(name)\" referenced in traffic not found."
        case .configurationNotReady(let name, true): "Configuration \"\(name)\" does not have any ready Revision."
        case .configurationNotReady(let name, false):
            "Configuration \"\(name)\" is waiting for a Revision to become ready."
        case .revisionNotReady(let name, true): "Revision \"\(name)\" failed to become ready."
        case .revisionNotReady(let name, false): "Revision \"\(name)\" is not yet ready."
        case .revisionNotOwned(let name, let expected, ""):
            "Revision \"\(name)\" does not belong to Service \"\(expected)\"."
        case .revisionNotOwned(let name, let expected, let actual):
            "Revision \"\(name)\" belongs to Service \"\(actual)\", not Service \"\(expected)\"."
        }
    }
}

/// Finds the revision of one entry.
private struct TargetFinder {
    let route: KubeObject
    let configuration: (String) -> KubeObject?
    let revision: (String) -> KubeObject?

    func find(_ target: TrafficTarget) throws(RouteTraffic.Fault) -> TrafficTarget {
        var target = target
        if target.revision.isEmpty {
            target.revision = try latest(of: target.configuration)
        } else {
            target.configuration = try owner(of: target.revision)
        }
        return target
    }

    private func latest(of name: String) throws(RouteTraffic.Fault) -> String {
        guard let found = configuration(name) else { throw .missing(kind: "Configuration", name: name) }
        let latest = found.status["latestReadyRevisionName"].string ?? ""
        guard !latest.isEmpty else {
            let hasFailed = Conditions(found.status["conditions"]).status("Ready") == .false
            throw .configurationNotReady(name, hasFailed: hasFailed)
        }
        _ = try ready(latest)
        return latest
    }

    private func owner(of name: String) throws(RouteTraffic.Fault) -> String {
        guard let found = revision(name) else { throw .missing(kind: "Revision", name: name) }
        let actual = Revision(found).service ?? ""
        // A route that stands alone may lead to any revision.
        if let expected = route.labels[ServingLabel.service], expected != actual {
            throw .revisionNotOwned(name, expected: expected, actual: actual)
        }
        guard let owner = try ready(name).configuration else { return "" }
        guard configuration(owner) != nil else { throw .missing(kind: "Configuration", name: owner) }
        return owner
    }

    private func ready(_ name: String) throws(RouteTraffic.Fault) -> Revision {
        guard let found = revision(name).map({ Revision($0) }) else { throw .missing(kind: "Revision", name: name) }
        guard found.isReady else { throw .revisionNotReady(name, hasFailed: found.hasFailed) }
        return found
    }
}

extension [TrafficTarget] {
    /// Adds an entry, to an equal one where there is one.
    fileprivate mutating func merge(_ target: TrafficTarget) {
        let index = firstIndex {
            $0.tag == target.tag && $0.revision == target.revision && $0.isLatest == target.isLatest
        }
        if let index { self[index].percent += target.percent } else { append(target) }
    }
}
