import CLinux

extension UnsafeRawBufferPointer {
    /// Whether the first bytes are `word`.
    @inline(__always)
    func begins(with word: StaticString) -> Bool {
        guard count >= word.utf8CodeUnitCount, let baseAddress else { return false }
        return memcmp(baseAddress, word.utf8Start, word.utf8CodeUnitCount) == 0
    }
}
