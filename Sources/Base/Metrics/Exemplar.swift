import Synchronization

/// The traced request that an observation is of.
package struct Exemplar: Equatable, Sendable {
    /// The trace that it belongs to.
    package let traceID: TraceID
    /// Its own span.
    package let spanID: UInt64
    /// When it was observed.
    package let time: WallTime

    package init(_ trace: TraceContext, at time: WallTime) {
        self.init(traceID: trace.traceID, spanID: trace.spanID, at: time)
    }

    fileprivate init(traceID: TraceID, spanID: UInt64, at time: WallTime) {
        self.traceID = traceID
        self.spanID = spanID
        self.time = time
    }
}

/// The newest exemplar of each bucket of a histogram. Nobody waits here: of two threads that write one bucket at once the
/// second gives up, and a reader that meets a writer sees no exemplar.
struct ExemplarSlots: @unchecked Sendable {
    // Safe: every word is atomic, and a slot's first word tells whether the others belong together.
    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    /// Version, trace in two words, span, value in nanoseconds, time.
    private static let slotWords = 6

    /// Room for the exemplars of `count` buckets.
    init(count: Int) {
        words = .allocate(capacity: count * Self.slotWords)
        for index in 0..<count * Self.slotWords { (words + index).initialize(to: Atomic(0)) }
    }

    /// The slots that were made at `address`; nil where that is 0.
    init?(at address: UInt) {
        guard let words = UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: address) else { return nil }
        self.words = words
    }

    var address: UInt { UInt(bitPattern: words) }

    func free() { words.deallocate() }

    /// Puts an exemplar in the place of the bucket's last one.
    func set(_ bucket: Int, _ exemplar: Exemplar, nanoseconds: Int64) {
        let slot = words + bucket * Self.slotWords
        let version = slot[0].load(ordering: .relaxed)
        // An odd version is one that is being written.
        guard version & 1 == 0,
            slot[0].compareExchange(expected: version, desired: version &+ 1, ordering: .acquiring).exchanged
        else { return }
        slot[1].store(exemplar.traceID.high, ordering: .relaxed)
        slot[2].store(exemplar.traceID.low, ordering: .relaxed)
        slot[3].store(exemplar.spanID, ordering: .relaxed)
        slot[4].store(UInt64(bitPattern: nanoseconds), ordering: .relaxed)
        slot[5].store(UInt64(bitPattern: exemplar.time.nanoseconds), ordering: .relaxed)
        slot[0].store(version &+ 2, ordering: .releasing)
    }

    /// The bucket's exemplar and what it measured, where there is one.
    func get(_ bucket: Int) -> (exemplar: Exemplar, nanoseconds: Int64)? {
        let slot = words + bucket * Self.slotWords
        let version = slot[0].load(ordering: .acquiring)
        guard version != 0, version & 1 == 0 else { return nil }
        let exemplar = Exemplar(
            traceID: TraceID(high: slot[1].load(ordering: .acquiring), low: slot[2].load(ordering: .acquiring)),
            spanID: slot[3].load(ordering: .acquiring),
            at: WallTime(nanoseconds: Int64(bitPattern: slot[5].load(ordering: .acquiring)))
        )
        let nanoseconds = Int64(bitPattern: slot[4].load(ordering: .acquiring))
        return slot[0].load(ordering: .relaxed) == version ? (exemplar, nanoseconds) : nil
    }
}
