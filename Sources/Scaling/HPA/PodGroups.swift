import Base

/// Pods by what their measurements are worth to an autoscaler.
struct PodGroups {
    /// How many count with what was measured.
    var readyCount = 0
    /// Not ready yet: what they use says nothing.
    var unready: [String] = []
    /// Without a measurement.
    var missing: [String] = []
    /// On their way out.
    var ignored: [String] = []

    /// Groups `pods`; only for the processor does readiness matter: starting costs more of it than serving.
    init(
        _ pods: [MeasuredPod],
        _ measured: [String: Measurement],
        isProcessor: Bool,
        _ rules: ReplicaCalculator.Rules,
        now: WallTime
    ) {
        for pod in pods {
            if pod.isDeleting || pod.phase == .failed {
                ignored.append(pod.name)
            } else if pod.phase == .pending {
                unready.append(pod.name)
            } else if let measurement = measured[pod.name] {
                if isProcessor, PodGroups.isUnready(pod, measurement, rules, now) {
                    unready.append(pod.name)
                } else {
                    readyCount += 1
                }
            } else {
                missing.append(pod.name)
            }
        }
    }

    private static func isUnready(
        _ pod: MeasuredPod,
        _ measurement: Measurement,
        _ rules: ReplicaCalculator.Rules,
        _ now: WallTime
    ) -> Bool {
        guard let readiness = pod.readiness, let startedAt = pod.startedAt else { return true }
        if startedAt + rules.cpuInitializationPeriod > now {
            // Still starting: only what was measured wholly while it was ready counts.
            return readiness.isReady == false || measurement.takenAt < readiness.since + measurement.window
        }
        // Not ready, and never was since shortly after its start.
        return readiness.isReady == false && startedAt + rules.initialReadinessDelay > readiness.since
    }
}
