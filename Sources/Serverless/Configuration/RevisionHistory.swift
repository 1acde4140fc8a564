import Base
package import KubeModel

/// The revisions of one Configuration, and which of them count now: pure.
package struct RevisionHistory {
    /// What there is for the Configuration's present generation.
    package enum Latest: Equatable {
        case found(KubeObject)
        case missing
        /// The name that the user gave belongs to another revision.
        case taken(String)
    }

    private let configuration: KubeObject
    private let revisions: [KubeObject]
    private let named: KubeObject?

    /// - Parameters:
    ///   - revisions: those with the Configuration's label.
    ///   - named: the revision of the name that the user gave, whosever it is.
    package init(of configuration: KubeObject, _ revisions: [KubeObject], named: KubeObject?) {
        self.configuration = configuration
        self.revisions = revisions
        self.named = named
    }

    /// The revision of the present generation.
    package var latestCreated: Latest {
        if let name = RevisionMaker(configuration).givenName {
            guard let named else { return .missing }
            return RevisionHistory.isFree(named, for: configuration) ? .found(named) : .taken(name)
        }
        let generation = String(configuration.generation)
        let present = revisions.first { $0.labels[ServingLabel.configurationGeneration] == generation }
        return present.map { .found($0) } ?? .missing
    }

    /// Whether a revision of the name that a Configuration gives is what the Configuration asks for.
    package static func isFree(_ revision: KubeObject, for configuration: KubeObject) -> Bool {
        guard revision.controller?.uid == configuration.uid else { return false }
        let generation = revision.labels[ServingLabel.configurationGeneration]
        // Metadata may have been changed by the user; the spec never is.
        return generation == String(configuration.generation)
            || revision.spec == configuration.spec["template"]["spec"]
    }

    /// The newest revision that is ready, and not older than the one that was found so before.
    package var latestReady: String? {
        let known = configuration.status["latestReadyRevisionName"].string
        let since = known.flatMap { name in revisions.first { $0.name == name } }
            .flatMap { Revision($0).configurationGeneration }
        let given = RevisionMaker(configuration).givenName
        let candidates = revisions.map { Revision($0) }.filter { revision in
            guard let since, revision.name != given else { return true }
            return (since...max(since, configuration.generation)).contains(revision.configurationGeneration ?? 0)
        }
        let ordered = candidates.sorted { left, right in
            if (left.name == given) != (right.name == given) { return left.name == given }
            return (left.configurationGeneration ?? 0) > (right.configurationGeneration ?? 0)
        }
        return ordered.first(where: \.isReady)?.name
    }
}
