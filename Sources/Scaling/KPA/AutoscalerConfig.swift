import Base
import KubeModel

/// Knative's ConfigMap `config-autoscaler`: what holds for all revisions that say nothing else.
package struct AutoscalerConfig: Equatable, Sendable {
    /// `pod-autoscaler-class`
    package var podAutoscalerClass = AutoscalerConfig.knativeClass
    /// `enable-scale-to-zero`
    package var enableScaleToZero = true
    /// `allow-zero-initial-scale`
    package var allowZeroInitialScale = false
    /// `max-scale-up-rate`
    package var maxScaleUpRate = 1000.0
    /// `max-scale-down-rate`
    package var maxScaleDownRate = 2.0
    /// `container-concurrency-target-percentage`, as a share of 1.
    package var containerConcurrencyTargetFraction = 70.0
    /// `container-concurrency-target-default`
    package var containerConcurrencyTargetDefault = 100.0
    /// `requests-per-second-target-default`
    package var rpsTargetDefault = 200.0
    /// Share of the target that requests per second aim at; no key sets it.
    package let targetUtilization = 0.7
    /// `target-burst-capacity`
    package var targetBurstCapacity = 211.0
    /// `panic-window-percentage`
    package var panicWindowPercentage = 10.0
    /// `activator-capacity`
    package var activatorCapacity = 100.0
    /// `panic-threshold-percentage`
    package var panicThresholdPercentage = 200.0
    /// `initial-scale`
    package var initialScale = 1
    /// `min-scale`
    package var minScale = 0
    /// `max-scale`; 0 for no limit.
    package var maxScale = 0
    /// `max-scale-limit`: the most that a revision may ask for; 0 for no limit.
    package var maxScaleLimit = 0
    /// `stable-window`
    package var stableWindow = Duration.seconds(60)
    /// `scale-down-delay`
    package var scaleDownDelay = Duration.zero
    /// `scale-to-zero-grace-period`
    package var scaleToZeroGracePeriod = Duration.seconds(30)
    /// `scale-to-zero-pod-retention-period`
    package var scaleToZeroPodRetentionPeriod = Duration.zero

    /// The class of Knative's own autoscaler.
    package static let knativeClass = "kpa.autoscaling.knative.dev"
    /// The class of Kubernetes' autoscaler.
    package static let horizontalClass = "hpa.autoscaling.knative.dev"
    /// Target of a replica at least.
    package static let targetMin = 0.01
    /// Stable windows that are allowed.
    package static let windows = Duration.seconds(6)...Duration.seconds(3600)
    /// Panic windows that are allowed, in percent of the stable one.
    package static let panicWindows = 1.0...100.0

    /// What is wrong with a configuration.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }

    /// Upstream's values.
    package init() {
        // Shares are kept as such, percentages only written.
        containerConcurrencyTargetFraction /= 100
    }

    /// Reads a ConfigMap's `data`; keys that nobody knows are passed over.
    package init(_ data: [String: String]) throws(Fault) {
        do throws(Fault) {
            try read(SettingReader(data: data))
        } catch {
            throw Fault("failed to parse data: \(error)")
        }
        // Shares up to 1 are taken as such: percentages begin above that.
        if containerConcurrencyTargetFraction > 1 { containerConcurrencyTargetFraction /= 100 }
        try checkTargets()
        try checkRates()
        try checkTimes()
        try checkScales()
    }

    private mutating func read(_ settings: SettingReader) throws(Fault) {
        podAutoscalerClass = settings.data["pod-autoscaler-class"] ?? podAutoscalerClass
        try settings.flag("enable-scale-to-zero", &enableScaleToZero)
        try settings.flag("allow-zero-initial-scale", &allowZeroInitialScale)
        try settings.number("max-scale-up-rate", &maxScaleUpRate)
        try settings.number("max-scale-down-rate", &maxScaleDownRate)
        try settings.number("container-concurrency-target-percentage", &containerConcurrencyTargetFraction)
        try settings.number("container-concurrency-target-default", &containerConcurrencyTargetDefault)
        try settings.number("requests-per-second-target-default", &rpsTargetDefault)
        try settings.number("target-burst-capacity", &targetBurstCapacity)
        try settings.number("panic-window-percentage", &panicWindowPercentage)
        try settings.number("activator-capacity", &activatorCapacity)
        try settings.number("panic-threshold-percentage", &panicThresholdPercentage)
        try settings.integer("initial-scale", &initialScale)
        try settings.integer("min-scale", &minScale)
        try settings.integer("max-scale", &maxScale)
        try settings.integer("max-scale-limit", &maxScaleLimit)
        try settings.duration("stable-window", &stableWindow)
        try settings.duration("scale-down-delay", &scaleDownDelay)
        try settings.duration("scale-to-zero-grace-period", &scaleToZeroGracePeriod)
        try settings.duration("scale-to-zero-pod-retention-period", &scaleToZeroPodRetentionPeriod)
    }
}

// What must hold, in upstream's order and words.
extension AutoscalerConfig {
    private func checkTargets() throws(Fault) {
        if scaleToZeroGracePeriod <= .zero {
            throw Fault(
                "scale-to-zero-grace-period must be positive, was: \(scaleToZeroGracePeriod.kubernetesSpelling)"
            )
        }
        if scaleDownDelay < .zero {
            throw Fault("scale-down-delay cannot be negative, was: \(scaleDownDelay.kubernetesSpelling)")
        }
        if !scaleDownDelay.isWholeSeconds { throw Fault.precision("scale-down-delay", scaleDownDelay) }
        if scaleToZeroPodRetentionPeriod < .zero {
            let spelt = scaleToZeroPodRetentionPeriod.kubernetesSpelling
            throw Fault("scale-to-zero-pod-retention-period cannot be negative, was: \(spelt)")
        }
        if targetBurstCapacity < 0, targetBurstCapacity != -1 {
            throw Fault(
                "target-burst-capacity must be either non-negative or -1 (for unlimited), was: "
                    + targetBurstCapacity.sixDecimals
            )
        }
        let fraction = containerConcurrencyTargetFraction
        if fraction <= 0 || fraction > 1 {
            throw Fault(
                "container-concurrency-target-percentage = \(fraction.sixDecimals) is outside of valid range of (0, 100]"
            )
        }
        if fraction * containerConcurrencyTargetDefault < AutoscalerConfig.targetMin {
            let target = (fraction * containerConcurrencyTargetDefault).plainSpelling
            throw Fault(
                "container-concurrency-target-percentage and container-concurrency-target-default yield target "
                    + "concurrency of \(target), can't be less than 0.01"
            )
        }
        if rpsTargetDefault < AutoscalerConfig.targetMin {
            throw Fault(
                "requests-per-second-target-default must be at least 0.01, was: \(rpsTargetDefault.plainSpelling)"
            )
        }
    }

    private func checkRates() throws(Fault) {
        if activatorCapacity < 1 {
            throw Fault("activator-capacity = \(activatorCapacity.plainSpelling), must be at least 1")
        }
        if maxScaleUpRate <= 1 {
            throw Fault("max-scale-up-rate = \(maxScaleUpRate.plainSpelling), must be greater than 1.0")
        }
        if maxScaleDownRate <= 1 {
            throw Fault("max-scale-down-rate = \(maxScaleDownRate.plainSpelling), must be greater than 1.0")
        }
    }

    private func checkTimes() throws(Fault) {
        guard AutoscalerConfig.windows.contains(stableWindow) else {
            throw Fault("stable-window = \(stableWindow.kubernetesSpelling), must be in [6s; 1h0m0s] range")
        }
        if !stableWindow.isWholeSeconds { throw Fault.precision("stable-window", stableWindow) }
        guard AutoscalerConfig.panicWindows.contains(panicWindowPercentage) else {
            throw Fault(
                "panic-window-percentage = \(panicWindowPercentage.plainSpelling), must be in [1, 100] interval"
            )
        }
    }

    private func checkScales() throws(Fault) {
        if initialScale < 0 || (initialScale == 0 && !allowZeroInitialScale) {
            throw Fault(
                "initial-scale = \(initialScale), must be at least 0 (or at least 1 when allow-zero-initial-scale is false)"
            )
        }
        if minScale < 0 { throw Fault("min-scale = \(minScale), must be at least 0") }
        // With a limit, no limit is no choice.
        let least = maxScaleLimit > 0 ? 1 : 0
        if maxScale < least || (maxScaleLimit > 0 && maxScale > maxScaleLimit) {
            throw Fault("max-scale = \(maxScale), must be in [\(least), max-scale-limit(\(maxScaleLimit))] range")
        }
        if maxScaleLimit < 0 { throw Fault("max-scale-limit = \(maxScaleLimit), must be at least 0") }
        if minScale > maxScale, maxScale > 0 {
            throw Fault("min-scale (\(minScale)) must be less than max-scale (\(maxScale))")
        }
    }
}

extension AutoscalerConfig.Fault {
    fileprivate static func precision(_ key: String, _ duration: Duration) -> AutoscalerConfig.Fault {
        AutoscalerConfig.Fault(
            "\(key) = \(duration.kubernetesSpelling), must be specified with at most second precision"
        )
    }
}
