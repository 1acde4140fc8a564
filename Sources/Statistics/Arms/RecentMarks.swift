/// Which requests came last, by marks of their ids, and for which of them something has come since: once for each.
///
/// Each mark has a slot, in which its owner keeps what it knows of the request.
package struct RecentMarks: Sendable {
    /// What is known of a mark.
    package enum Found: Equatable, Sendable {
        case unknown, repeated
        case due(slot: Int)
    }

    private struct Entry {
        let slot: Int
        var isTaken = false
    }

    private let countMax: Int
    private var entries: [Int: Entry] = [:]
    /// Marks by their slots, a ring when it is full.
    private var marks: [Int] = []
    private var oldest = 0

    /// - Parameter countMax: marks that are remembered; a further one takes the place of the oldest.
    package init(countMax: Int) { self.countMax = countMax }

    /// Remembers a mark.
    ///
    /// - Returns: its slot, one behind the last or the oldest one's.
    package mutating func remember(_ mark: Int) -> Int {
        let slot = entries[mark]?.slot ?? makeSlot(mark)
        entries[mark] = Entry(slot: slot)
        return slot
    }

    private mutating func makeSlot(_ mark: Int) -> Int {
        guard marks.count == countMax else {
            marks.append(mark)
            return marks.count - 1
        }
        defer { oldest = (oldest + 1) % countMax }
        entries[marks[oldest]] = nil
        marks[oldest] = mark
        return oldest
    }

    /// Takes what has come for a mark.
    package mutating func take(_ mark: Int) -> Found {
        guard let entry = entries[mark] else { return .unknown }
        if entry.isTaken { return .repeated }
        entries[mark]?.isTaken = true
        return .due(slot: entry.slot)
    }
}
