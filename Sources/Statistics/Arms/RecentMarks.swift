/// Which requests came last, by marks of their ids, and for which of them something has come since: once for each.
///
/// Each mark has a slot, in which its owner keeps what it knows of the request.
package struct RecentMarks: Sendable {
    /// What is known of a mark.
    package enum Found: Equatable, Sendable {
        case unknown, repeated
        case due(slot: Int)
    }

    private let countMax: Int
    /// Marks by their slots, a ring when it is full.
    private var marks: [Int] = []
    /// By slots, whether something has come for the mark.
    private var areTaken: [Bool] = []
    private var oldest = 0
    /// Slots by their marks, by open addressing: -1 where free, which at least half are; its size is a power of two.
    private var index: [Int32] = Array(repeating: -1, count: 16)

    /// - Parameter countMax: marks that are remembered; a further one takes the place of the oldest.
    package init(countMax: Int) { self.countMax = countMax }

    /// Remembers a mark.
    ///
    /// - Returns: its slot, one behind the last or the oldest one's.
    package mutating func remember(_ mark: Int) -> Int {
        let place = place(of: mark)
        let known = Int(index[place])
        if known >= 0 {
            areTaken[known] = false
            return known
        }
        return marks.count < countMax ? append(mark, at: place) : replaceOldest(by: mark)
    }

    /// Takes what has come for a mark.
    package mutating func take(_ mark: Int) -> Found {
        let slot = Int(index[place(of: mark)])
        guard slot >= 0 else { return .unknown }
        if areTaken[slot] { return .repeated }
        areTaken[slot] = true
        return .due(slot: slot)
    }

    private mutating func append(_ mark: Int, at place: Int) -> Int {
        let slot = marks.count
        marks.append(mark)
        areTaken.append(false)
        index[place] = Int32(slot)
        if 2 * marks.count > index.count { widen() }
        return slot
    }

    private mutating func replaceOldest(by mark: Int) -> Int {
        let slot = oldest
        oldest = slot + 1 == countMax ? 0 : slot + 1
        free(place(of: marks[slot]))
        marks[slot] = mark
        areTaken[slot] = false
        index[place(of: mark)] = Int32(slot)
        return slot
    }

    /// Where a mark is, or would be: the first place from its home on that is free or its own.
    private func place(of mark: Int) -> Int {
        var place = home(of: mark)
        while index[place] >= 0, marks[Int(index[place])] != mark { place = next(place) }
        return place
    }

    /// Frees a place; those behind it that were kept from their homes move up.
    private mutating func free(_ place: Int) {
        var (hole, at) = (place, next(place))
        while index[at] >= 0 {
            let home = home(of: marks[Int(index[at])])
            if distance(from: home, to: at) >= distance(from: hole, to: at) {
                index[hole] = index[at]
                hole = at
            }
            at = next(at)
        }
        index[hole] = -1
    }

    private mutating func widen() {
        index = Array(repeating: -1, count: 2 * index.count)
        for slot in marks.indices { index[place(of: marks[slot])] = Int32(slot) }
    }

    private func home(of mark: Int) -> Int {
        // Marks may lie close together: the product's upper half does not.
        Int(truncatingIfNeeded: UInt64(bitPattern: Int64(mark)) &* 0x9E37_79B9_7F4A_7C15 >> 32) & (index.count - 1)
    }

    private func next(_ place: Int) -> Int { (place &+ 1) & (index.count &- 1) }

    private func distance(from first: Int, to last: Int) -> Int { (last &- first) & (index.count &- 1) }
}
