/// The head of the request in hand and, once the read buffer moves on, the bytes it was read from. Pooled by a
/// server: a connection has one only from a request's first byte to its answer's end.
final class HeadStore {
    // Safe: reading a head calls nobody who could be at it too.
    @exclusivity(unchecked)
    var head: RequestHead
    private(set) var base: UnsafePointer<UInt8>?
    private(set) var count = 0
    /// The head's bytes where they had to be copied, or written because they came in another form.
    var text = OutBuffer()

    /// Memory for a head that is kept for the next request; a larger one is given back.
    private static let keptMax = 4096

    init(fieldCountMax: Int) { head = RequestHead(fieldCountMax: fieldCountMax) }

    /// The head lies at `base`, for as long as nobody touches the buffer.
    func lies(at base: UnsafePointer<UInt8>, count: Int) {
        self.base = base
        self.count = count
    }

    /// Copies the head's bytes, so that the buffer may go.
    func keep() {
        let own = text.bytes.assumingMemoryBound(to: UInt8.self).baseAddress
        guard let base, base != own || text.isEmpty else { return }
        text.truncate(0)
        text.append(UnsafeRawBufferPointer(start: base, count: count))
        self.base = text.bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    }

    func forget() {
        base = nil
        count = 0
        text.clear(keeping: Self.keptMax)
    }
}
