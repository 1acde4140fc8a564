package import Base
package import KubeModel

/// Which revisions of a Configuration go: pure.
package struct RevisionCollection {
    private let policy: CollectionPolicy

    package init(_ policy: CollectionPolicy) { self.policy = policy }

    /// Names of the revisions to delete, the longest inactive first.
    package func collect(_ revisions: [KubeObject], of configuration: KubeObject, now: WallTime) -> [String] {
        guard policy.inactiveMax != nil || policy.retainSinceCreated != nil || policy.retainSinceActive != nil else {
            return []
        }
        let inactive = inactive(revisions, of: configuration)
        guard inactive.count > policy.inactiveMin else { return [] }
        let stale = inactive.filter { isStale($0, now: now) }.prefix(inactive.count - policy.inactiveMin).map(\.name)
        guard stale.count < inactive.count - policy.inactiveMin, let most = policy.inactiveMax else { return stale }
        let kept = inactive.map(\.name).filter { !stale.contains($0) }
        return stale + kept.prefix(max(0, kept.count - most))
    }

    /// Those that nothing holds, the longest inactive first.
    package func inactive(_ revisions: [KubeObject], of configuration: KubeObject) -> [Revision] {
        let latest = configuration.status["latestReadyRevisionName"].string
        return revisions.map { Revision($0) }.filter { revision in
            revision.routingState == .reserve && revision.name != latest
                && revision.object.annotations[ServingAnnotation.preserved]?.lowercased() != "true"
        }.sorted { left, right in
            let (a, b) = (left.lastActive?.seconds ?? 0, right.lastActive?.seconds ?? 0)
            return a == b ? left.name < right.name : a < b
        }
    }

    private func isStale(_ revision: Revision, now: WallTime) -> Bool {
        if policy.retainSinceCreated == nil, policy.retainSinceActive == nil { return false }
        func isRecent(_ time: WallTime?, _ retained: Duration?) -> Bool {
            guard let retained, let time else { return false }
            return now - time < retained
        }
        return !isRecent(revision.object.creationTime, policy.retainSinceCreated)
            && !isRecent(revision.lastActive, policy.retainSinceActive)
    }
}
