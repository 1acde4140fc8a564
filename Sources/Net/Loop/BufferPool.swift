/// Blocks of memory that a loop's connections borrow while bytes are under way.
///
/// An idle connection holds none: ten thousand of them cost no buffers.
final class BufferPool {
    /// Bytes of a block.
    static let blockSize = 64 * 1024
    /// Blocks kept for the next borrower.
    static let blocksKept = 64

    private var free: [UnsafeMutablePointer<UInt8>] = []

    func take() -> UnsafeMutablePointer<UInt8> { free.popLast() ?? .allocate(capacity: Self.blockSize) }

    func give(_ block: UnsafeMutablePointer<UInt8>) {
        if free.count < Self.blocksKept { free.append(block) } else { block.deallocate() }
    }

    deinit { for block in free { block.deallocate() } }
}
