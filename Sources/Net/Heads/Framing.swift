/// What the fields of a head say about the body and the connection (RFC 9112 sections 6 and 9).
///
/// Whatever two readers could understand in two ways is refused: that is how requests are smuggled.
struct Framing {
    /// Bytes of the body; nil where no Content-Length is given.
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var saysClose = false
    private(set) var saysKeepAlive = false
    private(set) var saysUpgrade = false
    private(set) var expectsContinue = false
    private(set) var host: ByteSpan?
    private(set) var upgrade: ByteSpan?

    /// Digits of a Content-Length; more would not fit an Int.
    private static let lengthDigits = 18

    /// A body comes whose length nobody has said: HTTP/2 needs no chunks for that.
    mutating func noteUnknownLength() { isChunked = true }

    /// Takes one field into account; a fault where it cannot be obeyed.
    @inline(__always)
    mutating func note(_ base: UnsafePointer<UInt8>, _ slot: FieldSlot) -> HeadFault? {
        let name = base + Int(slot.name.offset)
        let count = Int(slot.name.count)
        switch count {
        case 4 where ByteRules.equals(name, count, "host"): return noteHost(base, slot.value)
        case 6 where ByteRules.equals(name, count, "expect"): return noteExpect(base, slot.value)
        case 7 where ByteRules.equals(name, count, "upgrade"): upgrade = slot.value
        case 10 where ByteRules.isName(name, "connection"): noteConnection(base, slot.value)
        case 14 where ByteRules.isName(name, "content-length"): return noteLength(base, slot.value)
        case 17 where ByteRules.isName(name, "transfer-encoding"): return noteEncoding(base, slot.value)
        default: break
        }
        return nil
    }

    private mutating func noteHost(_ base: UnsafePointer<UInt8>, _ value: ByteSpan) -> HeadFault? {
        guard host == nil else { return HeadFault(400, "more than one host header") }
        guard value.of(base).allSatisfy(ByteRules.isHost) else {
            return HeadFault(400, "a host header that is not a host")
        }
        host = value
        return nil
    }

    private mutating func noteExpect(_ base: UnsafePointer<UInt8>, _ value: ByteSpan) -> HeadFault? {
        guard ByteRules.equals(base + Int(value.offset), Int(value.count), "100-continue") else {
            return HeadFault(417, "an expectation other than 100-continue")
        }
        expectsContinue = true
        return nil
    }

    private mutating func noteLength(_ base: UnsafePointer<UInt8>, _ value: ByteSpan) -> HeadFault? {
        guard value.count > 0, value.count <= Self.lengthDigits else { return Self.badLength }
        var length = 0
        for byte in value.of(base) {
            guard byte >= 0x30, byte <= 0x39 else { return Self.badLength }
            length = length * 10 + Int(byte - 0x30)
        }
        if let contentLength, contentLength != length {
            return HeadFault(400, "content-length headers that differ")
        }
        if isChunked { return Self.twoFramings }
        contentLength = length
        return nil
    }

    private mutating func noteEncoding(_ base: UnsafePointer<UInt8>, _ value: ByteSpan) -> HeadFault? {
        if isChunked { return HeadFault(400, "more than one transfer-encoding header") }
        if contentLength != nil { return Self.twoFramings }
        guard ByteRules.equals(base + Int(value.offset), Int(value.count), "chunked") else {
            return HeadFault(501, "a transfer-encoding other than chunked")
        }
        isChunked = true
        return nil
    }

    private mutating func noteConnection(_ base: UnsafePointer<UInt8>, _ value: ByteSpan) {
        Framing.eachListItem(value.of(base)) { start, count in
            switch count {
            case 5 where ByteRules.equals(start, count, "close"): saysClose = true
            case 10 where ByteRules.equals(start, count, "keep-alive"): saysKeepAlive = true
            case 7 where ByteRules.equals(start, count, "upgrade"): saysUpgrade = true
            default: break
            }
        }
    }

    /// Calls `body` for every item of a comma-separated list, without the blanks around it.
    @inline(__always)
    static func eachListItem(_ list: UnsafeRawBufferPointer, _ body: (UnsafePointer<UInt8>, Int) -> Void) {
        guard let base = list.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
        var start = 0
        while start < list.count {
            var end = start
            while end < list.count, base[end] != 0x2C { end &+= 1 }
            var first = start
            var last = end
            while first < last, base[first] == 0x20 || base[first] == 0x09 { first &+= 1 }
            while last > first, base[last &- 1] == 0x20 || base[last &- 1] == 0x09 { last &-= 1 }
            if last > first { body(base + first, last &- first) }
            start = end &+ 1
        }
    }

    private static let badLength = HeadFault(400, "a content-length that is not a number")
    private static let twoFramings = HeadFault(400, "both content-length and transfer-encoding")
}
