import Base
import KubeModel

/// What a revision's annotations say of its scaling, over what holds for all.
package struct RevisionScaling: Sendable {
    /// How a revision is reached.
    package enum Reachability: String, Sendable {
        /// Nobody knows yet.
        case unknown = ""
        /// A route leads to it.
        case reachable = "Reachable"
        /// No route leads to it.
        case unreachable = "Unreachable"
    }

    private let config: AutoscalerConfig
    private let annotations: ScalingAnnotations
    private let containerConcurrency: Int
    private let reachability: Reachability
    /// What the autoscaler is told.
    package private(set) var decider = DeciderSpec()

    /// - Parameter containerConcurrency: requests that a replica takes at a time; 0 for any number.
    package init(
        annotations: [String: String],
        containerConcurrency: Int,
        reachability: Reachability,
        config: AutoscalerConfig
    ) {
        self.config = config
        self.annotations = ScalingAnnotations(annotations)
        self.containerConcurrency = containerConcurrency
        self.reachability = reachability
        decider = told
    }

    /// The autoscaler that the revision wants.
    package var autoscalerClass: String { annotations[.autoscalerClass]?.value ?? config.podAutoscalerClass }

    /// What is measured, as it is written; empty where another class of autoscaler knows best.
    package var metricName: String {
        if let metric = annotations[.metric]?.value { return metric }
        return switch autoscalerClass {
        case AutoscalerConfig.knativeClass: "concurrency"
        case AutoscalerConfig.horizontalClass: "cpu"
        default: ""
        }
    }

    private var told: DeciderSpec {
        var spec = DeciderSpec()
        spec.metric = DeciderSpec.Metric(rawValue: metricName) ?? .concurrency
        (spec.targetValue, spec.totalValue) = target
        spec.targetBurstCapacity = annotations.number(.targetBurstCapacity) ?? config.targetBurstCapacity
        spec.activatorCapacity = config.activatorCapacity
        let threshold = annotations.number(.panicThresholdPercentage) ?? config.panicThresholdPercentage
        spec.panicThreshold = threshold / 100
        spec.maxScaleUpRate = config.maxScaleUpRate
        spec.maxScaleDownRate = config.maxScaleDownRate
        spec.activationScale = annotations.integer(.activationScale) ?? 0
        spec.initialScale = initialScale
        spec.stableWindow = stableWindow
        spec.scaleDownDelay = annotations.duration(.scaleDownDelay) ?? config.scaleDownDelay
        spec.isReachable = reachability != .unreachable
        return spec
    }

    /// Load that a replica should have, and the load that it can have.
    private var target: (target: Double, total: Double) {
        let isRate = metricName == "rps"
        var total = isRate ? config.rpsTargetDefault : Double(containerConcurrency)
        if total == 0 { total = config.containerConcurrencyTargetDefault }
        if let wanted = annotations.number(.target) {
            let isBounded = metricName == "concurrency" && containerConcurrency != 0
            total = isBounded ? min(wanted, Double(containerConcurrency)) : wanted
        }
        let usual = isRate ? config.targetUtilization : config.containerConcurrencyTargetFraction
        let share = annotations.number(.targetUtilizationPercentage).map { $0 / 100 } ?? usual
        return (max(AutoscalerConfig.targetMin, total * share), total)
    }

    private var initialScale: Int {
        guard let initial = annotations.integer(.initialScale), initial != 0 || config.allowZeroInitialScale else {
            return config.initialScale
        }
        return initial
    }

    /// The target that the revision itself writes, whatever it is a target of.
    package var targetAsWritten: Double? { annotations.number(.target) }

    /// The window that the revision itself writes.
    package var windowAsWritten: Duration? { annotations.duration(.window) }

    /// The long window of measurements.
    package var stableWindow: Duration { annotations.duration(.window) ?? config.stableWindow }

    /// The short window of measurements: whole seconds, one at least.
    package var panicWindow: Duration {
        let percentage = annotations.number(.panicWindowPercentage) ?? config.panicWindowPercentage
        let seconds = Double(stableWindow.nanoseconds) * percentage / 100 / 1e9
        return .seconds(max(1, seconds.rounded(.toNearestOrAwayFromZero)))
    }

    /// How measurements of a window become one.
    package var averaging: LoadWindow.Averaging {
        let name = annotations[.metricAggregationAlgorithm]?.value ?? ""
        return name == "weighted-exponential" || name == "weightedExponential" ? .weightedExponential : .linear
    }

    /// Fewest replicas; only what a route leads to has any.
    package var minScale: Int {
        reachability == .unreachable ? 0 : annotations.integer(.minScale) ?? config.minScale
    }

    /// Most replicas; 0 for no limit.
    package var maxScale: Int { annotations.integer(.maxScale) ?? config.maxScale }

    /// How long the last replica stays after the last request.
    package var podRetention: Duration {
        annotations.duration(.scaleToZeroPodRetentionPeriod) ?? config.scaleToZeroPodRetentionPeriod
    }

    /// How long the activator must have been in the path before the last replica goes.
    var gracePeriod: Duration { config.scaleToZeroGracePeriod }

    /// Whether there may be no replicas at all.
    var scalesToZero: Bool { config.enableScaleToZero }

    /// How long a start may take, where the revision says so.
    var progressDeadline: Duration? { annotations.progressDeadline }
}
