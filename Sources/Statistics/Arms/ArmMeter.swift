import Synchronization

/// Where traffic threads count what came of one arm's requests. Each thread has a shard of its own, so a count waits for
/// nobody but the one who reads now and then.
package final class ArmMeter: Sendable {
    private final class Shard: Sendable {
        let tally = Mutex(ArmTally())
    }

    private let shards: [Shard]

    init(shards: Int) { self.shards = (0..<max(1, shards)).map { _ in Shard() } }

    /// Counts an answered request.
    package func count(shard: Int, isError: Bool, milliseconds: Double) {
        shards[shard % shards.count].tally.withLock { $0.count(isError: isError, milliseconds: milliseconds) }
    }

    func count(shard: Int, reward: Double) {
        shards[shard % shards.count].tally.withLock { $0.count(reward: reward) }
    }

    /// All shards together.
    package var tally: ArmTally {
        shards.reduce(into: ArmTally()) { sum, shard in sum.merge(shard.tally.withLock { $0 }) }
    }

    /// Adds what was counted elsewhere.
    func add(_ tally: ArmTally) { shards[0].tally.withLock { $0.merge(tally) } }

    /// Begins anew.
    func reset() {
        for shard in shards { shard.tally.withLock { $0 = ArmTally() } }
    }
}
