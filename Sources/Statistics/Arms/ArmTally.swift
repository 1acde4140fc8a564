/// What came of the requests that went to one arm.
package struct ArmTally: Equatable, Sendable {
    /// Failed requests among all.
    package var errors = Rate(0, of: 0)
    /// Milliseconds from a request's head to its answer's end.
    package var latencies = Moments()
    package var latencySketch = QuantileSketch()
    /// What the application reported of requests.
    package var rewards = Moments()
    /// Rewards that were 1 among those that were 0 or 1.
    package var wins = Rate(0, of: 0)

    package init() {}

    /// Counts an answered request.
    package mutating func count(isError: Bool, milliseconds: Double) {
        errors.trials += 1
        if isError { errors.successes += 1 }
        latencies.add(milliseconds)
        latencySketch.add(milliseconds)
    }

    /// Counts a reward.
    package mutating func count(reward: Double) {
        rewards.add(reward)
        guard reward == 0 || reward == 1 else { return }
        wins.trials += 1
        if reward == 1 { wins.successes += 1 }
    }

    /// The rewards: a rate where all were 0 or 1, for which exact bounds are known.
    package var rewardSample: Sample { wins.trials == rewards.count ? .rate(wins) : .mean(rewards) }

    package mutating func merge(_ other: ArmTally) {
        errors = errors + other.errors
        latencies.merge(other.latencies)
        latencySketch.merge(other.latencySketch)
        rewards.merge(other.rewards)
        wins = wins + other.wins
    }
}
