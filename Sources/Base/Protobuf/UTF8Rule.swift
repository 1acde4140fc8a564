/// Whether bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
package enum UTF8Rule {
    /// Whether it holds for all of `bytes`.
    package static func holds(for bytes: UnsafeRawBufferPointer) -> Bool {
        guard !isASCII(bytes) else { return true }
        var iterator = bytes.makeIterator()
        var decoder = UTF8()
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue: continue
            case .emptyInput: return true
            case .error: return false
            }
        }
    }

    private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        while at &+ 8 <= bytes.count {
            guard bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 else {
                return false
            }
            at &+= 8
        }
        return bytes[at...].allSatisfy { $0 < 0x80 }
    }
}
