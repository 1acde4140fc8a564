import CLinux

/// Which bytes HTTP allows where (RFC 9110 section 5.6, RFC 9112 section 3).
enum ByteRules {
    /// `tchar`: methods and field names.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool { isSet(byte, 0x03FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE) }

    /// What a host with an optional port consists of.
    @inline(__always)
    static func isHost(_ byte: UInt8) -> Bool { isSet(byte, 0x2FFF_7FF2_0000_0000, 0x47FF_FFFE_AFFF_FFFE) }

    /// What a request target consists of: visible US-ASCII.
    @inline(__always)
    static func isTarget(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    @inline(__always)
    private static func isSet(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
        byte < 128 && ((byte < 64 ? low : high) >> UInt64(byte & 63)) & 1 == 1
    }

    /// The first control character (but not a tab) in `from..<end`, or `end`.
    @inline(__always)
    static func firstControl(_ base: UnsafePointer<UInt8>, _ from: Int, _ end: Int) -> Int {
        var at = from
        // Eight at a time: a byte below 0x20 or equal to 0x7F sets its high bit.
        while at &+ 8 <= end {
            let word = UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)
            let low = (word &- 0x2020_2020_2020_2020) & ~word
            let delete = word ^ 0x7F7F_7F7F_7F7F_7F7F
            let isDelete = (delete &- 0x0101_0101_0101_0101) & ~delete
            if (low | isDelete) & 0x8080_8080_8080_8080 != 0 { break }
            at &+= 8
        }
        while at < end {
            let byte = base[at]
            if (byte < 0x20 && byte != 0x09) || byte == 0x7F { return at }
            at &+= 1
        }
        return end
    }

    /// Whether the name that is as long as `wanted` is that, in any case; both are tokens, the wanted one in small letters.
    @inline(__always)
    static func isName(_ name: UnsafePointer<UInt8>, _ wanted: StaticString) -> Bool {
        let count = wanted.utf8CodeUnitCount
        guard count >= 8 else { return equals(name, count, wanted) }
        let (name, wanted) = (UnsafeRawPointer(name), UnsafeRawPointer(wanted.utf8Start))
        // Makes letters small; no two other bytes of tokens become the same, but for a circumflex and a tilde.
        let small: UInt64 = 0x2020_2020_2020_2020
        var at = 0
        while at < count {
            // The last eight may have been looked at in part.
            let place = min(at, count &- 8)
            let word = name.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            if (word ^ wanted.loadUnaligned(fromByteOffset: place, as: UInt64.self)) & ~small != 0 { return false }
            at &+= 8
        }
        return true
    }

    /// Whether the bytes are `text`, which is in small letters, in any case.
    @inline(__always)
    static func equals(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let wanted = text.utf8Start
        var at = 0
        while at < count {
            if ASCII.lowered(bytes[at]) != wanted[at] { return false }
            at &+= 1
        }
        return true
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are `text`, which is in small letters, in any case.
    package func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard let base = assumingMemoryBound(to: UInt8.self).baseAddress else { return text.utf8CodeUnitCount == 0 }
        return ByteRules.equals(base, count, text)
    }

    /// Whether the bytes are `text`, which is in small letters, in any case; a literal is taken as the program's own.
    @_disfavoredOverload
    package func equalsIgnoringCase(_ text: String) -> Bool {
        count == text.utf8.count && zip(self, text.utf8).allSatisfy { ASCII.lowered($0) == $1 }
    }
}
