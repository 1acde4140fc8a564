package import Base

/// Turns what metrics ask for into what is done: not against recent recommendations, not faster than allowed, and within
/// the bounds; Kubernetes' normalization, with `spec.behavior` and without.
package struct ScaleLimiter: Sendable {
    /// A number of replicas, and the two conditions that say how it came about.
    package struct Limited: Equatable, Sendable {
        package var replicas: Int
        /// AbleToScale, then ScalingLimited.
        package var conditions: [ScaleCondition]
    }

    private let bounds: ClosedRange<Int>
    private let behavior: ScaleBehavior?
    private let downscaleWindow: Duration

    /// - Parameter downscaleWindow: how long no less than the highest recent recommendation is taken, unless said otherwise.
    package init(bounds: ClosedRange<Int>, behavior: ScaleBehavior?, downscaleWindow: Duration) {
        self.bounds = bounds
        self.behavior = behavior
        self.downscaleWindow = downscaleWindow
    }

    /// Limits `desired`, and remembers it as a recommendation.
    package func limit(_ desired: Int, current: Int, _ history: inout ScaleHistory, now: WallTime) -> Limited {
        let stabilized =
            behavior.map { stabilize(desired, current, $0, &history, now) } ?? stabilize(desired, &history, now)
        let verdict =
            behavior.map { bound(stabilized, current, $0, history, now) } ?? bound(stabilized, current)
        let steady = ScaleCondition(.ableToScale, true, "ReadyForNewScale", "recommended size matches current size")
        let isUp = behavior != nil && desired >= current
        let held = ScaleCondition(
            .ableToScale,
            true,
            isUp ? "ScaleUpStabilized" : "ScaleDownStabilized",
            isUp
                ? "recent recommendations were lower than current one, applying the lowest recent recommendation"
                : "recent recommendations were higher than current one, applying the highest recent recommendation"
        )
        return Limited(
            replicas: verdict.replicas,
            conditions: [stabilized == desired ? steady : held, verdict.condition]
        )
    }

    /// Remembers a change that was made.
    package func remember(from current: Int, to replicas: Int, _ history: inout ScaleHistory, now: WallTime) {
        guard let behavior else { return }
        func note(_ entries: inout [ScaleHistory.Entry], _ count: Int, _ rules: ScaleRules) {
            let event = ScaleHistory.Entry(count, at: now)
            ScaleLimiter.put(event, into: &entries) { now - $0.at > rules.longestPeriod }
        }
        if replicas > current {
            note(&history.added, replicas - current, behavior.up)
        } else {
            note(&history.removed, current - replicas, behavior.down)
        }
    }

    /// Puts an entry where the last outdated one is, else at the end.
    private static func put(
        _ entry: ScaleHistory.Entry,
        into entries: inout [ScaleHistory.Entry],
        outdated: (ScaleHistory.Entry) -> Bool
    ) {
        if let index = entries.lastIndex(where: outdated) { entries[index] = entry } else { entries.append(entry) }
    }
}

// MARK: - without `spec.behavior`

extension ScaleLimiter {
    /// A target at least doubles when it grows at all.
    private static let growthFactor = 2
    private static let growthLeast = 4

    private func stabilize(_ desired: Int, _ history: inout ScaleHistory, _ now: WallTime) -> Int {
        let isOutdated = { (entry: ScaleHistory.Entry) in now - entry.at > downscaleWindow }
        let highest = history.recommendations.filter { !isOutdated($0) }.map(\.count).max() ?? desired
        ScaleLimiter.put(.init(desired, at: now), into: &history.recommendations, outdated: isOutdated)
        return max(desired, highest)
    }

    private func bound(_ desired: Int, _ current: Int) -> (replicas: Int, condition: ScaleCondition) {
        let fastest = max(ScaleLimiter.growthFactor * current, ScaleLimiter.growthLeast)
        let most = min(fastest, bounds.upperBound)
        if desired < bounds.lowerBound { return (bounds.lowerBound, .tooFew) }
        if desired > most { return (most, bounds.upperBound > fastest ? .upLimit : .tooMany) }
        return (desired, .withinRange)
    }
}

// MARK: - with `spec.behavior`

extension ScaleLimiter {
    private func stabilize(
        _ desired: Int,
        _ current: Int,
        _ behavior: ScaleBehavior,
        _ history: inout ScaleHistory,
        _ now: WallTime
    ) -> Int {
        let upWindow = behavior.up.stabilizationWindow ?? .zero
        let downWindow = behavior.down.stabilizationWindow ?? downscaleWindow
        var (lowest, highest) = (desired, desired)
        for entry in history.recommendations {
            if now - entry.at < upWindow { lowest = min(lowest, entry.count) }
            if now - entry.at < downWindow { highest = max(highest, entry.count) }
        }
        ScaleLimiter.put(.init(desired, at: now), into: &history.recommendations) {
            now - $0.at > upWindow && now - $0.at > downWindow
        }
        return min(max(current, lowest), highest)
    }

    private func bound(
        _ desired: Int,
        _ current: Int,
        _ behavior: ScaleBehavior,
        _ history: ScaleHistory,
        _ now: WallTime
    ) -> (replicas: Int, condition: ScaleCondition) {
        if desired > current {
            let fastest = max(current, upLimit(current, behavior.up, history, now))
            let most = min(fastest, bounds.upperBound)
            if desired > most { return (most, bounds.upperBound > fastest ? .upLimit : .tooMany) }
        } else if desired < current {
            let fastest = min(current, downLimit(current, behavior.down, history, now))
            let least = max(fastest, bounds.lowerBound)
            if desired < least { return (least, bounds.lowerBound < fastest ? .downLimit : .tooFew) }
        }
        return (desired, .withinRange)
    }

    private func upLimit(_ current: Int, _ rules: ScaleRules, _ history: ScaleHistory, _ now: WallTime) -> Int {
        let limits = rules.policies.map { policy in
            let start = ScaleLimiter.start(of: policy, current, history, now)
            guard policy.isPercent else { return start + policy.value }
            return Int((Double(start) * (1 + Double(policy.value) / 100)).rounded(.up))
        }
        return choose(limits, rules, least: limits.min(), most: limits.max()) ?? current
    }

    private func downLimit(_ current: Int, _ rules: ScaleRules, _ history: ScaleHistory, _ now: WallTime) -> Int {
        let limits = rules.policies.map { policy in
            let start = ScaleLimiter.start(of: policy, current, history, now)
            guard policy.isPercent else { return start - policy.value }
            return Int(Double(start) * (1 - Double(policy.value) / 100))
        }
        // The greatest change is the lowest limit.
        return choose(limits, rules, least: limits.max(), most: limits.min()) ?? current
    }

    /// The limit that the rules select, where `least` is that of the smallest change; nil where there is to be none.
    private func choose(_ limits: [Int], _ rules: ScaleRules, least: Int?, most: Int?) -> Int? {
        switch rules.selection {
        case .disabled: nil
        case .min: least
        case .max: most
        }
    }

    /// Replicas at the beginning of a policy's period.
    private static func start(
        of policy: ScaleRules.Policy,
        _ current: Int,
        _ history: ScaleHistory,
        _ now: WallTime
    ) -> Int {
        func changed(_ entries: [ScaleHistory.Entry]) -> Int {
            entries.filter { now - $0.at < policy.period }.reduce(0) { $0 + $1.count }
        }
        return current - changed(history.added) + changed(history.removed)
    }
}
