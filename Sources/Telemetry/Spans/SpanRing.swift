import CLinux
import Synchronization

/// Spans of one thread that wait to be brought away: one side writes, one side takes, neither waits for the other.
///
/// Both bytes and spans are bounded; what does not fit is the writer's to count.
package final class SpanRing: @unchecked Sendable {
    // Safe: the bytes between `taken` and `written` are the taker's, all others the writer's; each of these numbers is
    // stored by its own side only, after the bytes that it speaks of were copied.
    private let memory: UnsafeMutableRawPointer
    private let capacity: Int
    private let spansMax: Int
    private let written = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let spansWritten = Atomic<Int>(0)
    private let spansTaken = Atomic<Int>(0)

    private static let prefixBytes = 4

    /// A ring of so many bytes, a power of two. Pages that nothing was ever written to cost nothing.
    package init(bytes capacity: Int = TelemetryLimits.ringBytes, spansMax: Int) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0)
        self.capacity = capacity
        self.spansMax = spansMax
        memory = .allocate(byteCount: capacity, alignment: 8)
    }

    deinit { memory.deallocate() }

    /// Spans that wait.
    package var count: Int { spansWritten.load(ordering: .acquiring) - spansTaken.load(ordering: .acquiring) }

    /// Adds a span; false where there is no room. The writer's side.
    package func add(_ span: UnsafeRawBufferPointer) -> Bool {
        let end = written.load(ordering: .relaxed)
        let free = capacity - (end - taken.load(ordering: .acquiring))
        guard count < spansMax, span.count + Self.prefixBytes <= free else { return false }
        withUnsafeBytes(of: UInt32(span.count)) { copy($0, to: end) }
        copy(span, to: end + Self.prefixBytes)
        written.store(end + Self.prefixBytes + span.count, ordering: .releasing)
        spansWritten.add(1, ordering: .releasing)
        return true
    }

    /// Takes a span out: `body` is told its length, and calls what it is given with so many bytes to be filled. False where
    /// none waits. The taker's side.
    package func take(_ body: (_ length: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) -> Void) -> Bool {
        let start = taken.load(ordering: .relaxed)
        guard start < written.load(ordering: .acquiring) else { return false }
        var length: UInt32 = 0
        withUnsafeMutableBytes(of: &length) { copy(from: start, to: $0) }
        body(Int(length)) { self.copy(from: start + Self.prefixBytes, to: $0) }
        taken.store(start + Self.prefixBytes + Int(length), ordering: .releasing)
        spansTaken.add(1, ordering: .releasing)
        return true
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, to position: Int) {
        guard let source = bytes.baseAddress else { return }
        let at = position & (capacity - 1)
        let first = min(bytes.count, capacity - at)
        memcpy(memory + at, source, first)
        memcpy(memory, source + first, bytes.count - first)
    }

    private func copy(from position: Int, to target: UnsafeMutableRawBufferPointer) {
        guard let base = target.baseAddress else { return }
        let at = position & (capacity - 1)
        let first = min(target.count, capacity - at)
        memcpy(base, memory + at, first)
        memcpy(base + first, memory, target.count - first)
    }
}
