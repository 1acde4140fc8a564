import Net

extension FuzzTarget {
    /// A request's head; the limits are small, so that they are reached.
    static let httpHead = FuzzTarget("http-head") { bytes in
        guard let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
        var head = RequestHead(fieldCountMax: 16)
        _ = head.parse(base, bytes.count, bytesMax: 1024)
    }
}
