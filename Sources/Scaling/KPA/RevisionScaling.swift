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
    /// What is measured, as it is written; empty where another class of autoscaler knows best.
    package let metricName: String
    /// The long window of measurements.
    package let stableWindow: Duration
    /// The short window of measurements: whole seconds, one at least.
    package let panicWindow: Duration
    /// Fewest replicas; only what a route leads to has any.
    package let minScale: Int
    /// Most replicas; 0 for no limit.
    package let maxScale: Int
    /// How long the last replica stays after the last request.
    package let podRetention: Duration
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
        // Read once: decisions ask for them every second.
        let read = self.annotations
        metricName =
            read[.metric]?.value ?? RevisionScaling.usualMetric[
                read[.autoscalerClass]?.value ?? config.podAutoscalerClass
            ] ?? ""
        stableWindow = read.duration(.window) ?? config.stableWindow
        let percentage = read.number(.panicWindowPercentage) ?? config.panicWindowPercentage
        let seconds = Double(stableWindow.nanoseconds) * percentage / 100 / 1e9
        panicWindow = .seconds(max(1, seconds.rounded(.toNearestOrAwayFromZero)))
        minScale = reachability == .unreachable ? 0 : read.integer(.minScale) ?? config.minScale
        maxScale = read.integer(.maxScale) ?? config.maxScale
        podRetention = read.duration(.scaleToZeroPodRetentionPeriod) ?? config.scaleToZeroPodRetentionPeriod
        decider = told
    }

    /// What is measured where a revision says nothing.
    private static let usualMetric = [
        AutoscalerConfig.knativeClass: "concurrency", AutoscalerConfig.horizontalClass: "cpu",
    ]

    /// The autoscaler that the revision wants.
    package var autoscalerClass: String { annotations[.autoscalerClass]?.value ?? config.podAutoscalerClass }

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

    /// How measurements of a window become one.
    package var averaging: LoadWindow.Averaging {
        let name = annotations[.metricAggregationAlgorithm]?.value ?? ""
        return name == "weighted-exponential" || name == "weightedExponential" ? .weightedExponential : .linear
    }

    /// How long the activator must have been in the path before the last replica goes.
    var gracePeriod: Duration { config.scaleToZeroGracePeriod }

    /// Whether there may be no replicas at all.
    var scalesToZero: Bool { config.enableScaleToZero }

    /// How long a start may take, where the revision says so.
    var progressDeadline: Duration? { annotations.progressDeadline }
}
