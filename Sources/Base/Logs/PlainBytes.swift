/// Which bytes stand in a log's values as they are: printable ASCII but for quotes and backslashes; bare ones outside of
/// quotes too, where a blank or an equals sign would end them.
enum PlainBytes {
    /// Whether it holds for one.
    @inline(__always)
    static func holds(for byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Whether it holds for all, eight at a time.
    static func holds(for bytes: UnsafeRawBufferPointer, isBare: Bool) -> Bool {
        guard bytes.count >= 8 else {
            return bytes.allSatisfy { holds(for: $0) && (!isBare || $0 != 0x20 && $0 != 0x3D) }
        }
        var odd: UInt64 = 0
        var at = 0
        while at < bytes.count {
            // The last eight may have been looked at in part.
            let place = min(at, bytes.count &- 8)
            let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            odd |= oddBits(of: word)
            if isBare { odd |= ((word ^ all(0x20)) &- all(0x01)) | ((word ^ all(0x3D)) &- all(0x01)) }
            at &+= 8
        }
        return odd & all(0x80) == 0
    }

    /// Some byte's highest bit is set where not all bytes are plain: they are above 0x7F, or become that by one more or 0x20
    /// less, or are zero but for a quote or a backslash. (Carries and borrows begin at bytes that are not plain.)
    @inline(__always)
    private static func oddBits(of word: UInt64) -> UInt64 {
        word | (word &+ all(0x01)) | (word &- all(0x20)) | ((word ^ all(0x22)) &- all(0x01))
            | ((word ^ all(0x5C)) &- all(0x01))
    }

    @inline(__always)
    private static func all(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }
}
