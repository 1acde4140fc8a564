package import Base
import KubeModel

/// Decides how many replicas a HorizontalPodAutoscaler's target should have; Kubernetes' controller, decision for
/// decision and word for word. Knows neither how metrics are read nor how a target is scaled.
package struct HorizontalScaler: Sendable {
    /// What the controller is told at its start.
    package struct Settings: Equatable, Sendable {
        package var rules = ReplicaCalculator.Rules()
        package var downscaleWindow = Duration.seconds(300)
        /// Whether `minReplicas` may be 0.
        package var scalesToZero = false

        package init() {}
    }

    /// The target as its `scale` shows it, its pods, and what was read of each metric of the spec, in order.
    package struct Observation: Sendable {
        package let specReplicas: Int
        package let statusReplicas: Int
        /// `status.selector` of the scale.
        package let selector: String
        package let pods: [MeasuredPod]
        package let readings: [Result<MetricReading, ScalingFault>]

        package init(
            specReplicas: Int,
            statusReplicas: Int,
            selector: String,
            pods: [MeasuredPod],
            readings: [Result<MetricReading, ScalingFault>]
        ) {
            self.specReplicas = specReplicas
            self.statusReplicas = statusReplicas
            self.selector = selector
            self.pods = pods
            self.readings = readings
        }
    }

    private let spec: AutoscalerSpec
    private let settings: Settings

    package init(_ spec: AutoscalerSpec, _ settings: Settings = Settings()) {
        self.spec = spec
        self.settings = settings
    }

    /// Decides; `history` takes the recommendation in.
    package func decide(_ seen: Observation, _ history: inout ScaleHistory, now: WallTime) -> ScaleDecision {
        let current = seen.specReplicas
        var decision = ScaleDecision(current: current)
        let got = "the HPA controller was able to get the target's current scale"
        decision.conditions = [ScaleCondition(.ableToScale, true, "SucceededGetScale", got)]
        if history.recommendations.isEmpty { history.recommendations = [.init(current, at: now)] }
        if current == 0, spec.minReplicas != 0 {
            let why = "scaling is disabled since the replica count of the target is zero"
            decision.conditions.append(ScaleCondition(.scalingActive, false, "ScalingDisabled", why))
        } else if current > spec.maxReplicas {
            decision.rescale(to: spec.maxReplicas, "Current number of replicas above Spec.MaxReplicas")
        } else if current < spec.minReplicas {
            decision.rescale(to: spec.minReplicas, "Current number of replicas below Spec.MinReplicas")
        } else {
            followMetrics(seen, &decision, &history, now)
        }
        return decision
    }

    /// What to tell where the target's scale cannot be read.
    package func unreachable(_ why: String) -> ScaleDecision {
        var decision = ScaleDecision(current: nil)
        let message = "the HPA controller was unable to get the target's current scale: \(why)"
        decision.conditions = [ScaleCondition(.ableToScale, false, "FailedGetScale", message)]
        decision.warn("FailedGetScale", why)
        decision.fault = "failed to query scale subresource for \(spec.target): \(why)"
        return decision
    }

    /// Completes a decision to rescale with what came of it: nil, or why it could not be done.
    package func conclude(
        _ decision: ScaleDecision,
        fault: String?,
        _ history: inout ScaleHistory,
        now: WallTime
    ) -> ScaleDecision {
        guard let replicas = decision.rescale, let current = decision.current else { return decision }
        var decision = decision
        let size = "New size: \(replicas); reason: \(decision.reason)"
        if let fault {
            let why = "the HPA controller was unable to update the target scale: \(fault)"
            decision.conditions.append(ScaleCondition(.ableToScale, false, "FailedUpdateScale", why))
            decision.warn("FailedRescale", "\(size); error: \(fault)")
            decision.fault = "failed to rescale \(spec.target): \(fault)"
            decision.desired = nil
            decision.rescale = nil
            return decision
        }
        let done = "the HPA controller was able to update the target scale to \(replicas)"
        decision.conditions.append(ScaleCondition(.ableToScale, true, "SucceededRescale", done))
        if settings.scalesToZero { decision.conditions.append(.zero(replicas == 0)) }
        decision.events.append(.init(isWarning: false, reason: "SuccessfulRescale", message: size))
        limiter.remember(from: current, to: replicas, &history, now: now)
        return decision
    }

    private var limiter: ScaleLimiter {
        ScaleLimiter(
            bounds: spec.minReplicas...max(spec.minReplicas, spec.maxReplicas),
            behavior: spec.behavior,
            downscaleWindow: settings.downscaleWindow
        )
    }

    private func followMetrics(
        _ seen: Observation,
        _ decision: inout ScaleDecision,
        _ history: inout ScaleHistory,
        _ now: WallTime
    ) {
        let wanted: (replicas: Int, title: String)
        do throws(ScalingFault) {
            wanted = try proposal(seen, &decision, now)
        } catch {
            decision.warn("FailedComputeMetricsReplicas", error.description)
            let place = "failed to compute desired number of replicas based on listed metrics for"
            decision.fault = "\(place) \(spec.target): \(error)"
            decision.desired = nil
            return
        }
        let current = seen.specReplicas
        let limited = limiter.limit(wanted.replicas, current: current, &history, now: now)
        decision.conditions += limited.conditions
        guard limited.replicas != current else { return }
        let isUp = wanted.replicas > current
        let reason = isUp ? "\(wanted.title) above target" : wanted.replicas < current ? "All metrics below target" : ""
        decision.rescale(to: limited.replicas, reason)
    }
}

// MARK: - all metrics

extension HorizontalScaler {
    /// The largest number that a metric asks for. A metric that cannot be told keeps the target from shrinking.
    private func proposal(
        _ seen: Observation,
        _ decision: inout ScaleDecision,
        _ now: WallTime
    ) throws(ScalingFault) -> (replicas: Int, title: String) {
        try checkSelector(seen.selector, &decision)
        var best: (replicas: Int, title: String)?
        var first: (spec: MetricSpec, fault: ScalingFault)?
        var failures = 0
        for (metric, reading) in zip(spec.metrics, seen.readings) {
            do throws(ScalingFault) {
                let proposal = try proposal(metric, reading, seen, now)
                decision.metrics.append(metric.status(proposal))
                // Of equals the first one counts, but nothing beats zero.
                if best.map({ $0.replicas == 0 || proposal.replicas > $0.replicas }) ?? true {
                    best = (proposal.replicas, metric.title)
                }
            } catch {
                decision.metrics.append(["type": ""])
                decision.warn(metric.failureReason, metric.inner(error))
                failures += 1
                first = first ?? (metric, error)
            }
        }
        if let first {
            let count = "\(failures) invalid out of \(spec.metrics.count)"
            let fault = ScalingFault("invalid metrics (\(count)), first error is: \(first.spec.outer(first.fault))")
            guard let best, failures < spec.metrics.count, best.replicas >= seen.specReplicas else {
                let why = "the HPA was unable to compute the replica count: \(first.spec.inner(first.fault))"
                decision.conditions.append(ScaleCondition(.scalingActive, false, first.spec.failureReason, why))
                throw fault
            }
            decision.fault = fault.description
        }
        let chosen = best ?? (0, "")
        let how = "the HPA was able to successfully calculate a replica count from \(chosen.title)"
        decision.conditions.append(ScaleCondition(.scalingActive, true, "ValidMetricFound", how))
        return chosen
    }

    private func checkSelector(_ selector: String, _ decision: inout ScaleDecision) throws(ScalingFault) {
        if selector.isEmpty {
            decision.warn("SelectorRequired", "selector is required")
            let missing = "the HPA target's scale is missing a selector"
            decision.conditions.append(ScaleCondition(.scalingActive, false, "InvalidSelector", missing))
            throw ScalingFault("selector is required")
        }
        do throws(APIStatus) {
            _ = try LabelSelector(selector)
        } catch {
            let why = "couldn't convert selector into a corresponding internal selector object: \(error.message)"
            decision.warn("InvalidSelector", why)
            decision.conditions.append(ScaleCondition(.scalingActive, false, "InvalidSelector", why))
            throw ScalingFault(why)
        }
    }

    private func proposal(
        _ metric: MetricSpec,
        _ reading: Result<MetricReading, ScalingFault>,
        _ seen: Observation,
        _ now: WallTime
    ) throws(ScalingFault) -> ReplicaCalculator.Proposal {
        let value: MetricReading
        switch reading {
        case .success(let read): value = read
        case .failure(let fault): throw ScalingFault("\(metric.unreadable(namespace: spec.namespace))\(fault)")
        }
        let calculator = ReplicaCalculator(rules, pods: seen.pods, now: now)
        let current = seen.specReplicas
        switch (metric.source, metric.target, value) {
        case (.resource(let name, let container), .utilization(let percent), .pods(let measured)):
            return try calculator.utilization(
                of: name,
                container: container,
                target: percent,
                current: current,
                measured: measured
            )
        case (.resource(let name, _), .average(let target), .pods(let measured)):
            return try calculator.average(of: name, target: target, current: current, measured: measured)
        case (.pods, .average(let target), .pods(let measured)):
            return try calculator.average(of: nil, target: target, current: current, measured: measured)
        case (_, .whole(let target), .amount(let usage)):
            return try calculator.whole(usage: usage, target: target, current: current)
        case (_, .average(let target), .amount(let usage)):
            return calculator.share(usage: usage, target: target, current: seen.statusReplicas)
        default: throw ScalingFault("invalid metric source: the target does not fit \(metric.title)")
        }
    }

    private var rules: ReplicaCalculator.Rules {
        var rules = settings.rules
        rules.toleranceUp = spec.behavior?.up.tolerance ?? rules.toleranceUp
        rules.toleranceDown = spec.behavior?.down.tolerance ?? rules.toleranceDown
        return rules
    }
}
