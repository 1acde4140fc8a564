/// The newest requests of one thread by a mark of their id, and the arm that each went to.
struct RecentRequests: Sendable {
    /// What is known of a request whose reward came.
    enum Found: Sendable {
        case unknown, repeated
        case due(ArmMeter)
    }

    private struct Entry {
        let meter: ArmMeter
        var isRewarded = false
    }

    private var entries: [Int: Entry] = [:]
    /// Marks in the order in which they came, a ring when it is full.
    private var order: [Int] = []
    private var oldest = 0

    /// Requests that are remembered; a further one takes the place of the oldest.
    static let countMax = 65_536

    mutating func remember(_ mark: Int, _ meter: ArmMeter) {
        guard entries.updateValue(Entry(meter: meter), forKey: mark) == nil else { return }
        guard order.count == RecentRequests.countMax else { return order.append(mark) }
        entries[order[oldest]] = nil
        order[oldest] = mark
        oldest = (oldest + 1) % RecentRequests.countMax
    }

    mutating func takeReward(_ mark: Int) -> Found {
        guard let entry = entries[mark] else { return .unknown }
        if entry.isRewarded { return .repeated }
        entries[mark]?.isRewarded = true
        return .due(entry.meter)
    }
}
