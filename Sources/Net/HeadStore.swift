import CLinux

/// The head of the request in hand and, once the read buffer moves on, the bytes it was read from. Pooled by a
/// server: a connection has one only from a request's first byte to its answer's end.
final class HeadStore {
    var head: RequestHead
    private(set) var base: UnsafePointer<UInt8>?
    private(set) var count = 0
    private var kept: UnsafeMutablePointer<UInt8>?
    private var keptCapacity = 0

    /// Memory for a head that is kept for the next request; a larger one is given back.
    private static let keptMax = 4096

    init(fieldCountMax: Int) { head = RequestHead(fieldCountMax: fieldCountMax) }

    deinit { kept?.deallocate() }

    /// The head lies at `base`, for as long as nobody touches the buffer.
    func lies(at base: UnsafePointer<UInt8>, count: Int) {
        self.base = base
        self.count = count
    }

    /// Copies the head's bytes, so that the buffer may go.
    func keep() {
        guard let base, base != UnsafePointer(kept) else { return }
        if keptCapacity < count {
            kept?.deallocate()
            keptCapacity = max(count, 1024)
            kept = .allocate(capacity: keptCapacity)
        }
        guard let kept else { return }
        memcpy(kept, base, count)
        self.base = UnsafePointer(kept)
    }

    func forget() {
        base = nil
        count = 0
        guard keptCapacity > Self.keptMax else { return }
        kept?.deallocate()
        kept = nil
        keptCapacity = 0
    }
}
