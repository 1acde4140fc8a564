/// The latest changes in revision order, so that a watch can go on where another one ended.
struct WatchHistory {
    private var changes: [StoreChange] = []
    /// Index of the oldest change; the array is filled first and then overwritten as a ring.
    private var start = 0
    private let changesMax: Int
    /// Changes after this revision are all here.
    private(set) var floor: Int64

    init(floor: Int64, changesMax: Int) {
        self.floor = floor
        self.changesMax = changesMax
    }

    mutating func append(_ change: StoreChange) {
        if changes.count < changesMax {
            changes.append(change)
            return
        }
        floor = changes[start].revision
        changes[start] = change
        start = (start + 1) % changesMax
    }

    /// The changes after a revision in order; nil when some of them are no longer known.
    func changes(after revision: Int64) -> [StoreChange]? {
        guard revision >= floor else { return nil }
        // Binary search: revisions only grow.
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if at(middle).revision > revision { high = middle } else { low = middle + 1 }
        }
        return (low..<changes.count).map(at)
    }

    private func at(_ index: Int) -> StoreChange { changes[(start + index) % changes.count] }
}
