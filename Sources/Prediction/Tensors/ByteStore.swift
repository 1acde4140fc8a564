/// Bytes that grow at their end and stay where they are until they grow: a library may read them in place.
///
/// Belongs to one owner, who uses it again and again.
package final class ByteStore {
    /// Where the bytes begin, aligned for every element and every vector instruction.
    private var base: UnsafeMutableRawPointer
    /// How many there are.
    package private(set) var count = 0
    /// How many there may be before they have to move.
    package private(set) var capacity: Int

    private static let alignment = 64
    private static let firstCapacity = 256

    package init() {
        capacity = ByteStore.firstCapacity
        base = .allocate(byteCount: capacity, alignment: ByteStore.alignment)
    }

    deinit { base.deallocate() }

    /// The bytes, valid until the next change.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Forgets the bytes, keeps their storage.
    package func clear() { count = 0 }

    /// Adds `added` bytes, which `fill` has to write all.
    @inline(__always)
    package func append(_ added: Int, _ fill: (UnsafeMutableRawPointer) -> Void) {
        if capacity - count < added { grow(by: added) }
        fill(base + count)
        count += added
    }

    /// Adds a copy of bytes that lie elsewhere.
    package func append(_ other: UnsafeRawBufferPointer) {
        guard let start = other.baseAddress else { return }
        append(other.count) { $0.copyMemory(from: start, byteCount: other.count) }
    }

    private func grow(by added: Int) {
        let next = max(capacity * 2, count + added)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: next, alignment: ByteStore.alignment)
        larger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        (base, capacity) = (larger, next)
    }
}
