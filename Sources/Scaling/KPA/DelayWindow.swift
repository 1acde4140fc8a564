package import Base

/// The largest of the last decisions, so that scaling down waits: Knative's scale-down delay.
///
/// Time is cut into slots; of two decisions in one slot the larger counts.
package struct DelayWindow: Sendable {
    private struct Entry {
        let slot: Int64
        let value: Int
    }

    private let slots: Int64
    /// Nanoseconds of a slot.
    private let granularity: Int64
    /// Decisions that can still be the largest: newer ones are smaller.
    private var entries: [Entry] = []

    /// A window of that length without decisions.
    package init(_ duration: Duration, granularity: Duration = .seconds(2)) {
        self.granularity = max(1, granularity.nanoseconds)
        slots = max(1, (duration.nanoseconds + self.granularity - 1) / self.granularity)
    }

    /// The largest decision of the window; 0 where there is none.
    package var largest: Int { entries.first?.value ?? 0 }

    /// Takes a decision; times must not run backwards.
    package mutating func record(_ value: Int, at time: WallTime) {
        let slot = time.nanoseconds.flooredDivision(by: granularity).quotient
        while let last = entries.last, last.value <= value { entries.removeLast() }
        entries.removeFirst(entries.prefix { slot - $0.slot >= slots }.count)
        // What is left is larger: in the same slot it stands for both.
        if entries.last?.slot != slot { entries.append(Entry(slot: slot, value: value)) }
    }
}
