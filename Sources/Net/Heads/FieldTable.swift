import CLinux

/// Where bytes lie in a head.
struct ByteSpan: Equatable {
    var offset: UInt32
    var count: UInt32

    static let none = ByteSpan(offset: 0, count: 0)

    @inline(__always)
    init(offset: UInt32, count: UInt32) {
        self.offset = offset
        self.count = count
    }

    @inline(__always)
    init(_ start: Int, _ end: Int) {
        offset = UInt32(truncatingIfNeeded: start)
        count = UInt32(truncatingIfNeeded: end &- start)
    }

    @inline(__always)
    func of(_ base: UnsafePointer<UInt8>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + Int(offset), count: Int(count))
    }
}

/// Where a field's name and value lie.
struct FieldSlot {
    var name: ByteSpan
    var value: ByteSpan
}

/// Why a head or a body's framing is refused, as an HTTP status and words.
package struct HeadFault: Error, Equatable {
    let status: Int
    let message: StaticString

    init(_ status: Int, _ message: StaticString) {
        self.status = status
        self.message = message
    }

    package static func == (left: HeadFault, right: HeadFault) -> Bool {
        left.status == right.status && left.message.description == right.message.description
    }
}

/// What reading a head came to.
package enum HeadResult: Equatable {
    /// More bytes are needed.
    case incomplete
    /// The head ends before this offset.
    case complete(Int)
    case malformed(HeadFault)
}

/// The fields of a head as places in its bytes; no field is copied.
struct FieldTable: ~Copyable {
    private let slots: UnsafeMutablePointer<FieldSlot>
    private let capacity: Int
    private(set) var count = 0
    /// A bit for each length of a name that there is, in rounds of 64: most fields that are asked for are not there.
    private var nameCounts: UInt64 = 0

    init(capacity: Int) {
        slots = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { slots.deallocate() }

    subscript(index: Int) -> FieldSlot {
        precondition(index >= 0 && index < count)
        return slots[index]
    }

    /// Whether a field has a name of this length.
    @inline(__always)
    func mayHave(_ name: StaticString) -> Bool { nameCounts & 1 &<< UInt64(name.utf8CodeUnitCount) != 0 }

    /// The place of the first field called `name`, which is in small letters.
    @inline(__always)
    func find(_ name: StaticString, in base: UnsafePointer<UInt8>) -> Int? {
        let wanted = UInt32(name.utf8CodeUnitCount)
        guard mayHave(name) else { return nil }
        var index = 0
        while index < count {
            let slot = slots[index]
            if slot.name.count == wanted, ByteRules.isName(base + Int(slot.name.offset), name) {
                return index
            }
            index &+= 1
        }
        return nil
    }

    /// Reads field lines from `start` to the empty line, telling `framing` of each (RFC 9112 section 5).
    mutating func parse(
        _ base: UnsafePointer<UInt8>,
        from start: Int,
        end: Int,
        _ framing: inout Framing
    ) -> HeadResult {
        count = 0
        nameCounts = 0
        var line = start
        while true {
            guard line < end else { return .incomplete }
            if base[line] == 0x0D {
                guard line &+ 1 < end else { return .incomplete }
                return base[line &+ 1] == 0x0A ? .complete(line &+ 2) : .malformed(.bareReturn)
            }
            var at = line
            while at < end, ByteRules.isToken(base[at]) { at &+= 1 }
            guard at < end else { return .incomplete }
            guard base[at] == 0x3A, at > line else { return .malformed(Self.nameFault(base[at], at == line)) }
            let nameEnd = at
            at &+= 1
            while at < end, base[at] == 0x20 || base[at] == 0x09 { at &+= 1 }
            let valueStart = at
            at = ByteRules.firstControl(base, at, end)
            guard at < end else { return .incomplete }
            guard base[at] == 0x0D else { return .malformed(base[at] == 0x0A ? .bareLineFeed : .controlInValue) }
            guard at &+ 1 < end else { return .incomplete }
            guard base[at &+ 1] == 0x0A else { return .malformed(.bareReturn) }
            var valueEnd = at
            while valueEnd > valueStart, base[valueEnd &- 1] == 0x20 || base[valueEnd &- 1] == 0x09 { valueEnd &-= 1 }
            guard count < capacity else { return .malformed(.tooManyFields) }
            let slot = FieldSlot(name: ByteSpan(line, nameEnd), value: ByteSpan(valueStart, valueEnd))
            slots[count] = slot
            count &+= 1
            nameCounts |= 1 &<< UInt64(slot.name.count)
            if let fault = framing.note(base, slot) { return .malformed(fault) }
            line = at &+ 2
        }
    }

    private static func nameFault(_ byte: UInt8, _ isFirst: Bool) -> HeadFault {
        if isFirst, byte == 0x20 || byte == 0x09 { return .foldedField }
        return byte == 0x0A ? .bareLineFeed : .badFieldName
    }
}

extension HeadFault {
    static let bareReturn = HeadFault(400, "a carriage return without a line feed")
    static let bareLineFeed = HeadFault(400, "a line feed without a carriage return")
    static let controlInValue = HeadFault(400, "a control character in a header value")
    static let badFieldName = HeadFault(400, "a header name that is not a token")
    static let foldedField = HeadFault(400, "a folded header line")
    static let tooManyFields = HeadFault(431, "too many header fields")
    static let targetTooLong = HeadFault(414, "the request's target is too long")
    static let headTooLarge = HeadFault(431, "the request's head is too large")
}
