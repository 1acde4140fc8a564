package import Base

/// How many replicas one metric asks for; Kubernetes' replica calculator, number for number.
///
/// All amounts are whole thousandths; only ratios are doubles.
package struct ReplicaCalculator: Sendable {
    /// What the calculator is told once.
    package struct Rules: Equatable, Sendable {
        /// How far a ratio may be from 1 without any change, above and below.
        package var toleranceUp = 0.1
        package var toleranceDown = 0.1
        /// How long after its start a pod's use of the processor may be that of its start.
        package var cpuInitializationPeriod = Duration.seconds(300)
        /// How long after its start a pod that is not ready has never been ready.
        package var initialReadinessDelay = Duration.seconds(30)

        package init() {}
    }

    /// What a metric asks for.
    package struct Proposal: Equatable, Sendable {
        package let replicas: Int
        /// Thousandths: of one pod on average, or the whole where the target is a whole.
        package let usage: Int64
        /// Percent of what the pods ask for, where the target is such a percentage.
        package var utilization: Int?
    }

    private let rules: Rules
    private let pods: [MeasuredPod]
    private let now: WallTime

    package init(_ rules: Rules, pods: [MeasuredPod], now: WallTime) {
        self.rules = rules
        self.pods = pods
        self.now = now
    }

    private func isTolerable(_ ratio: Double) -> Bool {
        1 - rules.toleranceDown <= ratio && ratio <= 1 + rules.toleranceUp
    }

    /// A number of replicas is an Int32 in Kubernetes.
    private static func roundedUp(_ replicas: Double) -> Int {
        Int(Int32(clamping: Int64(saturating: replicas.rounded(.up))))
    }

    /// A ratio at the same time with and without the pods that say nothing.
    private struct Usage {
        let ratio: Double
        let usage: Int64
        var utilization: Int?
    }
}

// MARK: - metrics of pods

extension ReplicaCalculator {
    /// For a target in percent of what containers ask for; all containers where `container` is nil.
    package func utilization(
        of resource: String,
        container: String? = nil,
        target: Int,
        current: Int,
        measured: [String: Measurement]
    ) throws(ScalingFault) -> Proposal {
        let groups = try grouped(measured, isProcessor: resource == "cpu")
        let requests = try requests(resource, container)
        return try propose(current, measured, groups, sparesUnmeasured: true) { measured throws(ScalingFault) in
            try ReplicaCalculator.utilization(measured, requests, target)
        } assumed: {
            // On the way down a pod without a measurement is taken to use all that it asks for.
            (requests[$0] ?? 0) * Int64(max(100, target)) / 100
        }
    }

    /// For a target of so many thousandths a pod; `resource` is nil for metrics other than those of containers.
    package func average(
        of resource: String?,
        target: Int64,
        current: Int,
        measured: [String: Measurement]
    ) throws(ScalingFault) -> Proposal {
        let groups = try grouped(measured, isProcessor: resource == "cpu")
        return try propose(current, measured, groups, sparesUnmeasured: false) { measured throws(ScalingFault) in
            let total = measured.values.reduce(Int64(0)) { $0 &+ $1.milli }
            let usage = total / Int64(max(1, measured.count))
            return Usage(ratio: Double(usage) / Double(target), usage: usage)
        } assumed: { _ in
            target
        }
    }

    private func grouped(_ measured: [String: Measurement], isProcessor: Bool) throws(ScalingFault) -> PodGroups {
        guard !pods.isEmpty else { throw ScalingFault("no pods returned by selector while calculating replica count") }
        let groups = PodGroups(pods, measured, isProcessor: isProcessor, rules, now: now)
        return groups
    }

    /// The rule that all metrics of pods share.
    ///
    /// - Parameters:
    ///   - sparesUnmeasured: whether at a ratio of exactly 1 pods without a measurement are left out.
    ///   - assumed: what a pod without a measurement is taken to use when there are too many pods.
    private func propose(
        _ current: Int,
        _ measured: [String: Measurement],
        _ groups: PodGroups,
        sparesUnmeasured: Bool,
        usage: ([String: Measurement]) throws(ScalingFault) -> Usage,
        assumed: (String) -> Int64
    ) throws(ScalingFault) -> Proposal {
        var counted = measured
        for pod in groups.ignored + groups.unready { counted[pod] = nil }
        guard !counted.isEmpty else {
            throw ScalingFault("did not receive metrics for targeted pods (pods might be unready)")
        }
        let first = try usage(counted)
        func proposal(_ replicas: Int) -> Proposal {
            Proposal(replicas: replicas, usage: first.usage, utilization: first.utilization)
        }
        let growsWithUnready = !groups.unready.isEmpty && first.ratio > 1
        if !growsWithUnready, groups.missing.isEmpty {
            if isTolerable(first.ratio) { return proposal(current) }
            return proposal(ReplicaCalculator.roundedUp(first.ratio * Double(groups.readyCount)))
        }
        func assume(_ pods: [String], _ milli: (String) -> Int64) {
            for pod in pods { counted[pod] = Measurement(milli: milli(pod), takenAt: now, window: .zero) }
        }
        if first.ratio < 1 {
            assume(groups.missing, assumed)
        } else if first.ratio > 1 || !sparesUnmeasured {
            assume(groups.missing) { _ in 0 }
        }
        if growsWithUnready { assume(groups.unready) { _ in 0 } }
        let second = try usage(counted)
        // What was assumed must not turn the direction round.
        if isTolerable(second.ratio) || (first.ratio < 1 && second.ratio > 1) || (first.ratio > 1 && second.ratio < 1) {
            return proposal(current)
        }
        let replicas = ReplicaCalculator.roundedUp(second.ratio * Double(counted.count))
        let turnsRound = (second.ratio < 1 && replicas > current) || (second.ratio > 1 && replicas < current)
        return proposal(turnsRound ? current : replicas)
    }

    private func requests(_ resource: String, _ container: String?) throws(ScalingFault) -> [String: Int64] {
        var requests: [String: Int64] = [:]
        for pod in pods {
            var sum: Int64 = 0
            for candidate in pod.containers where container == nil || candidate.name == container {
                guard let request = candidate.requests[resource] else {
                    throw ScalingFault(
                        "missing request for \(resource) in container \(candidate.name) of Pod \(pod.name)"
                    )
                }
                sum += request
            }
            requests[pod.name] = sum
        }
        return requests
    }

    private static func utilization(
        _ measured: [String: Measurement],
        _ requests: [String: Int64],
        _ target: Int
    ) throws(ScalingFault) -> Usage {
        var (used, asked, count): (Int64, Int64, Int64) = (0, 0, 0)
        for (pod, measurement) in measured {
            guard let request = requests[pod] else { continue }
            used &+= measurement.milli
            asked &+= request
            count += 1
        }
        guard asked != 0, count > 0 else { throw ScalingFault("no metrics returned matched known pods") }
        let percent = Int(used.multipliedReportingOverflow(by: 100).partialValue / asked)
        return Usage(ratio: Double(percent) / Double(target), usage: used / count, utilization: percent)
    }
}

// MARK: - metrics of something else

extension ReplicaCalculator {
    /// For a target of the whole.
    package func whole(usage: Int64, target: Int64, current: Int) throws(ScalingFault) -> Proposal {
        let ratio = Double(usage) / Double(target)
        guard current != 0 else { return Proposal(replicas: ReplicaCalculator.roundedUp(ratio), usage: usage) }
        if isTolerable(ratio) { return Proposal(replicas: current, usage: usage) }
        guard !pods.isEmpty else {
            let why = "no pods returned by selector while calculating replica count"
            throw ScalingFault("unable to calculate ready pods: \(why)")
        }
        let ready = pods.count { $0.phase == .running && $0.readiness?.isReady == true }
        return Proposal(replicas: ReplicaCalculator.roundedUp(ratio * Double(ready)), usage: usage)
    }

    /// For a target of so much a pod, of which there are `current` by the target's status.
    package func share(usage: Int64, target: Int64, current: Int) -> Proposal {
        let ratio = Double(usage) / (Double(target) * Double(current))
        let replicas =
            isTolerable(ratio) ? current : ReplicaCalculator.roundedUp(Double(usage) / Double(target))
        // A sum that was too large to count says nothing of a share.
        guard usage != .max else { return Proposal(replicas: replicas, usage: usage) }
        let average = (Double(usage) / Double(current)).rounded(.up)
        return Proposal(replicas: replicas, usage: Int64(saturating: average))
    }
}

extension Int64 {
    /// The nearest integer to a whole number that may be out of range; of no number, 0.
    fileprivate init(saturating value: Double) {
        self = value.isNaN ? 0 : value >= 0x1p63 ? .max : value <= -0x1p63 ? .min : Int64(value)
    }
}
