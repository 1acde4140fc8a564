/// The latest changes in revision order, so that a watch can go on where another one ended.
struct WatchHistory {
    /// How much is kept, whichever is reached first.
    struct Limits {
        var changesMax = APIServerLimits.historyEventsMax
        var bytesMax = APIServerLimits.historyBytesMax
    }

    private var changes: [StoreChange] = []
    /// Index of the oldest change that counts; those before it are cleared away now and then.
    private var start = 0
    private var bytes = 0
    private let limits: Limits
    /// Changes after this revision are all here.
    private(set) var floor: Int64

    init(floor: Int64, limits: Limits) {
        self.floor = floor
        self.limits = limits
    }

    mutating func append(_ change: StoreChange) {
        changes.append(change)
        bytes += change.size
        while changes.count - start > limits.changesMax || bytes > limits.bytesMax, start < changes.count {
            floor = changes[start].revision
            bytes -= changes[start].size
            start += 1
        }
        if start > limits.changesMax / 8 {
            changes.removeFirst(start)
            start = 0
        }
    }

    /// The changes after a revision in order; nil when some of them are no longer known.
    func changes(after revision: Int64) -> ArraySlice<StoreChange>? {
        guard revision >= floor else { return nil }
        // Binary search: revisions only grow.
        var low = start
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].revision > revision { high = middle } else { low = middle + 1 }
        }
        return changes[low...]
    }
}
