import CLinux

/// Bytes that were read and not yet used.
///
/// While a connection's bytes are handled the buffer is a block of the loop's pool; what is left over for later is
/// kept in memory of its own size.
struct InBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>?
    private var capacity = 0
    private var start = 0
    private var end = 0
    private var isBorrowed = false

    /// Memory kept for a left-over is at least this large.
    private static let parkedLeast = 256

    deinit { base?.deallocate() }

    var count: Int { end &- start }
    var isEmpty: Bool { start == end }
    /// The unused bytes; valid until the buffer is changed.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base.map { $0 + start }, count: count) }

    /// Marks `count` bytes from the front as used.
    mutating func skip(_ count: Int) {
        start &+= min(count, self.count)
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Room for at least one byte behind those that are there, at most `countMax` in all; empty where that is reached.
    mutating func room(_ pool: BufferPool, countMax: Int) -> UnsafeMutableRawBufferPointer {
        if base == nil || (!isBorrowed && capacity < BufferPool.blockSize) { borrow(pool) }
        if end == capacity { makeRoom(pool, countMax: countMax) }
        return UnsafeMutableRawBufferPointer(start: base.map { $0 + end }, count: capacity - end)
    }

    /// `count` bytes were put into the room.
    mutating func filled(_ count: Int) { end += count }

    /// Gives the block back, keeping a left-over in memory of its own.
    mutating func park(_ pool: BufferPool) {
        guard isBorrowed, let block = base else {
            if isEmpty { release(pool) }
            return
        }
        guard !isEmpty else { return release(pool) }
        guard count <= BufferPool.blockSize / 4 else { return }
        let size = max(Self.parkedLeast, count)
        let own = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
        memcpy(own, block + start, count)
        pool.give(block)
        (base, capacity, start, end, isBorrowed) = (own, size, 0, count, false)
    }

    /// Gives all memory back; bytes in it are lost.
    mutating func release(_ pool: BufferPool) {
        if let base { if isBorrowed { pool.give(base) } else { base.deallocate() } }
        (base, capacity, start, end, isBorrowed) = (nil, 0, 0, 0, false)
    }

    private mutating func borrow(_ pool: BufferPool) {
        move(to: pool.take(), BufferPool.blockSize, isBorrowed: true, pool)
    }

    private mutating func makeRoom(_ pool: BufferPool, countMax: Int) {
        if start > 0, let base {
            memmove(base, base + start, count)
            (start, end) = (0, count)
        } else if capacity < countMax {
            let larger = min(capacity * 2, countMax)
            move(to: .allocate(capacity: larger), larger, isBorrowed: false, pool)
        }
    }

    private mutating func move(
        to memory: UnsafeMutablePointer<UInt8>,
        _ size: Int,
        isBorrowed: Bool,
        _ pool: BufferPool
    ) {
        let count = self.count
        if let base { memcpy(memory, base + start, count) }
        release(pool)
        (base, capacity, start, end, self.isBorrowed) = (memory, size, 0, count, isBorrowed)
    }
}
