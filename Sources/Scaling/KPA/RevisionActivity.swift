import Base

/// Whether a revision serves: the condition Active of its PodAutoscaler.
package struct RevisionActivity: Equatable, Sendable {
    /// The condition's status.
    package enum Status: String, Sendable {
        /// It serves.
        case active = "True"
        /// It does not, and nobody asks it to.
        case inactive = "False"
        /// Replicas are on their way.
        case activating = "Unknown"
    }

    /// The condition's status.
    package var status: Status
    /// Why, in one word; empty while it serves.
    package var reason: String
    /// Why, as a sentence; empty while it serves.
    package var message: String

    private init(_ status: Status, _ reason: String = "", _ message: String = "") {
        self.status = status
        self.reason = reason
        self.message = message
    }

    /// It serves.
    package static let active = RevisionActivity(.active)
    /// Nobody asks it.
    package static let noTraffic = RevisionActivity(.inactive, "NoTraffic", "The target is not receiving traffic.")
    /// It was given up.
    package static let timedOut = RevisionActivity(.inactive, "TimedOut", "The target could not be activated.")
    /// Requests wait for it.
    package static let queued = RevisionActivity(
        .activating,
        "Queued",
        "Requests to the target are being buffered as resources are provisioned."
    )

    /// An object that would do its work is somebody else's.
    package static func notOwned(_ kind: String, _ name: String) -> RevisionActivity {
        RevisionActivity(.inactive, "NotOwned", "There is an existing \(kind) \"\(name)\" that we do not own.")
    }
}

/// How a revision's replicas stand.
package struct RevisionState: Sendable {
    /// Whether it served last time.
    package var status: RevisionActivity.Status
    /// How long that has been so.
    package var lasting: Duration
    /// Whether it has had its initial scale once.
    package var isInitialized: Bool
    /// For how long the activator has been in the path; nil where it is not.
    package var proxied: Duration?
    /// Whether its service hands requests to the activator, or is about to.
    package var isProxied: Bool
    /// Seconds that a start may take.
    package var progressDeadline: Duration

    /// How a revision stands.
    package init(
        status: RevisionActivity.Status,
        lasting: Duration = .zero,
        isInitialized: Bool = false,
        proxied: Duration? = nil,
        isProxied: Bool = true,
        progressDeadline: Duration = .seconds(600)
    ) {
        self.status = status
        self.lasting = lasting
        self.isInitialized = isInitialized
        self.proxied = proxied
        self.isProxied = isProxied
        self.progressDeadline = progressDeadline
    }
}

extension RevisionScaling {
    /// Replicas that must be ready for the revision to serve.
    package func activeThreshold(isInitialized: Bool) -> Int {
        max(minScale, isInitialized ? 1 : decider.initialScale)
    }

    /// What becomes of the condition Active.
    ///
    /// - Parameters:
    ///   - wanted: replicas wanted; negative where nobody knows yet.
    ///   - status: the condition's status so far.
    ///   - threshold: replicas that must be ready, whether it was initialized counted with these replicas.
    /// - Returns: nil where the condition stays as it is.
    package func activity(
        wanted: Int,
        ready: Int,
        status: RevisionActivity.Status,
        threshold: Int
    ) -> RevisionActivity? {
        if wanted == 0 || threshold == 0 {
            // While activating, nothing but a start that took too long leads to zero.
            return status == .activating && threshold > 0 ? .timedOut : .noTraffic
        }
        let isKnown = wanted > 0 || status != .inactive
        if ready < threshold { return isKnown ? .queued : .noTraffic }
        return isKnown ? .active : nil
    }

    /// What becomes of the condition Active, and whether the revision has had its initial scale by now.
    ///
    /// - Parameters:
    ///   - wanted: replicas wanted; negative where nobody knows yet.
    ///   - isServed: whether there is a Service in front of the replicas.
    package func conclude(
        wanted: Int,
        ready: Int,
        _ state: RevisionState,
        isServed: Bool
    ) -> (activity: RevisionActivity?, isInitialized: Bool) {
        let reaches = isServed && ready >= activeThreshold(isInitialized: state.isInitialized)
        let isInitialized = state.isInitialized || reaches
        let threshold = activeThreshold(isInitialized: isInitialized)
        return (activity(wanted: wanted, ready: ready, status: state.status, threshold: threshold), isInitialized)
    }
}
