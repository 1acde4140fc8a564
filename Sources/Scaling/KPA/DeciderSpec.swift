/// What Knative's autoscaler is told about a revision.
package struct DeciderSpec: Equatable, Sendable {
    /// What is measured.
    package enum Metric: String, Sendable {
        /// Requests in flight.
        case concurrency
        /// Requests a second.
        case requestsPerSecond = "rps"
    }

    /// What is measured.
    package var metric = Metric.concurrency
    /// Load that a replica should have: a share of `totalValue`.
    package var targetValue = 70.0
    /// Load that a replica can have.
    package var totalValue = 100.0
    /// Load that must be free for bursts, else the activator stays in the path; -1 keeps it there always.
    package var targetBurstCapacity = 211.0
    /// Load that one activator can carry.
    package var activatorCapacity = 100.0
    /// Load of the short window, over what replicas are there, that starts a panic.
    package var panicThreshold = 2.0
    /// By what factor replicas may grow in one decision.
    package var maxScaleUpRate = 1000.0
    /// By what factor replicas may shrink in one decision.
    package var maxScaleDownRate = 2.0
    /// Replicas at least, when there are any; no matter below 2.
    package var activationScale = 0
    /// Replicas that a new revision begins with.
    package var initialScale = 1
    /// Seconds of the long window.
    package var stableWindow = Duration.seconds(60)
    /// How long fewer replicas must have been enough before there are fewer.
    package var scaleDownDelay = Duration.zero
    /// Whether a route leads to the revision.
    package var isReachable = true

    package init() {}
}
