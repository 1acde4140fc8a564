import Base
import Statistics
import Synchronization

/// What one thread counts for a watch. Only a reader now and then makes it wait.
final class WatchShard: Sendable {
    /// What is counted.
    struct State: Sendable {
        /// The window that it is of.
        var epoch: Int
        var tally: WatchTally
        /// Rows as they came, while it is learnt what to watch.
        var learnt: LearntRows?
        var answers = RecentAnswers()
        /// The newest answers whose labels came, a ring when it is full.
        var labelled: [LabelledAnswer] = []
        var oldest = 0

        mutating func keep(_ answer: LabelledAnswer) {
            guard labelled.count == WatchLimits.labelledMax else { return labelled.append(answer) }
            labelled[oldest] = answer
            oldest = (oldest + 1) % WatchLimits.labelledMax
        }
    }

    let state: Mutex<State>

    init(_ layout: WatchLayout, epoch: Int, seed: UInt64) {
        state = Mutex(State(epoch: epoch, tally: WatchTally(layout, seed: seed)))
    }
}
