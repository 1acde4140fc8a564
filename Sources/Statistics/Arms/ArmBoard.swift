import Synchronization

/// Where those who carry the requests of experiments tell what came of them, and whoever decides reads it.
///
/// Experiments and arms are known by name. Rewards come later, by the id of a request: each thread remembers the newest
/// ids that it carried, and an older one is unknown.
package final class ArmBoard: Sendable {
    /// What became of a reward.
    package enum RewardResult: Equatable, Sendable {
        case counted
        /// No request of this id is remembered for the experiment.
        case unknown
        /// The request has its reward already.
        case repeated
    }

    private final class Shard: Sendable {
        let recent = Mutex(RecentRequests())
    }

    private let shards: [Shard]
    private let meters = Mutex<[String: [String: ArmMeter]]>([:])

    /// - Parameter shards: how many threads count.
    package init(shards: Int) { self.shards = (0..<max(1, shards)).map { _ in Shard() } }

    /// The meter of an arm; the same one until its experiment is left out of `keep`.
    package func meter(experiment: String, arm: String) -> ArmMeter {
        meters.withLock { meters in
            if let known = meters[experiment]?[arm] { return known }
            let meter = ArmMeter(shards: shards.count)
            meters[experiment, default: [:]][arm] = meter
            return meter
        }
    }

    /// Forgets all experiments but these.
    package func keep(_ experiments: Set<String>) {
        meters.withLock { meters in meters = meters.filter { experiments.contains($0.key) } }
    }

    /// What was counted of each arm so far.
    package func tallies(of experiment: String) -> [String: ArmTally] {
        meters.withLock { $0[experiment] ?? [:] }.mapValues(\.tally)
    }

    /// Adds what was counted of an experiment's arms before, in another run of the program.
    package func resume(_ experiment: String, _ tallies: [String: ArmTally]) {
        for (arm, tally) in tallies { meter(experiment: experiment, arm: arm).add(tally) }
    }

    /// Begins an experiment's counts anew.
    package func restart(_ experiment: String) {
        for meter in meters.withLock({ $0[experiment] ?? [:] }).values { meter.reset() }
    }

    /// Remembers that a request of this id went to an arm.
    package func remember(_ id: UnsafeRawBufferPointer, of experiment: String, at meter: ArmMeter, shard: Int) {
        let mark = ArmBoard.mark(id, experiment)
        shards[shard % shards.count].recent.withLock { $0.remember(mark, meter) }
    }

    /// Counts a reward for the arm that the request of this id went to.
    package func reward(_ id: UnsafeRawBufferPointer, of experiment: String, _ reward: Double) -> RewardResult {
        let mark = ArmBoard.mark(id, experiment)
        for (number, shard) in shards.enumerated() {
            switch shard.recent.withLock({ $0.takeReward(mark) }) {
            case .unknown: continue
            case .repeated: return .repeated
            case .due(let meter):
                meter.count(shard: number, reward: reward)
                return .counted
            }
        }
        return .unknown
    }

    /// Ids come from outside: the process's own seed keeps anybody from making two that collide.
    private static func mark(_ id: UnsafeRawBufferPointer, _ experiment: String) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: id)
        hasher.combine(experiment)
        return hasher.finalize()
    }
}
