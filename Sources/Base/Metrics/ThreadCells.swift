import CLinux
import Synchronization

/// Counts that threads add to without meeting: each thread has a shard of its own, on cache lines of its own.
///
/// Threads beyond the number of shards share one with another; additions are atomic, so that nothing is lost.
struct ThreadCells: @unchecked Sendable {
    // Safe: the cells are atomic, and stay where they are until the owner frees them.
    private let cells: UnsafeMutablePointer<Atomic<Int>>
    private let stride: Int
    private let shardMask: Int

    /// Cells to a cache line.
    private static let lineCells = 8

    /// - Parameters:
    ///   - width: counts that belong together.
    ///   - shards: a power of two.
    init(width: Int, shards: Int) {
        stride = shards == 1 ? width : (width + Self.lineCells - 1) / Self.lineCells * Self.lineCells
        shardMask = shards - 1
        let line = Self.lineCells * MemoryLayout<Atomic<Int>>.stride
        let bytes = stride * shards * MemoryLayout<Atomic<Int>>.stride
        cells = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: line)
            .bindMemory(to: Atomic<Int>.self, capacity: stride * shards)
        for index in 0..<stride * shards { (cells + index).initialize(to: Atomic(0)) }
    }

    func free() { cells.deallocate() }

    /// Where the calling thread's cells begin.
    private var own: UnsafeMutablePointer<Atomic<Int>> {
        shardMask == 0 ? cells : cells + (Int(clinux_thread_number()) & shardMask) * stride
    }

    /// Adds to one count of the calling thread; `cell` must be less than the width.
    func add(_ amount: Int, to cell: Int) { own[cell].add(amount, ordering: .relaxed) }

    /// Adds to two of them.
    func add(_ amount: Int, to cell: Int, and other: Int, _ otherAmount: Int) {
        let own = own
        own[cell].add(amount, ordering: .relaxed)
        own[other].add(otherAmount, ordering: .relaxed)
    }

    /// What all threads have added.
    func sum(_ cell: Int) -> Int {
        (0...shardMask).reduce(0) { $0 &+ cells[$1 * stride + cell].load(ordering: .relaxed) }
    }
}
