import CLinux

/// Writes protobuf messages into memory of its own, which is used again for the next one.
///
/// `set` leaves out what is the type's default, as proto3 does for a field without presence; `add` writes always: for
/// elements of repeated fields and members of a oneof. Fields come in the order of the calls.
package struct ProtobufWriter: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>?
    private var capacity = 0
    /// Bytes written.
    package private(set) var count = 0

    private static let capacityLeast = 256
    private static let varintBytesMax = 10

    package init() {}

    deinit { base?.deallocate() }

    /// What was written.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Forgets what was written; memory larger than `kept` bytes is given back.
    package mutating func clear(keeping kept: Int = .max) {
        count = 0
        guard capacity > kept else { return }
        base?.deallocate()
        (base, capacity) = (nil, 0)
    }
}

// MARK: - fields

extension ProtobufWriter {
    /// A bool field.
    package mutating func set(_ number: Int, _ value: Bool) { if value { add(number, value) } }
    /// A field of one of the signed or unsigned integer types, not zigzag.
    package mutating func set(_ number: Int, _ value: Int64) { if value != 0 { add(number, value) } }
    /// A string or bytes field.
    package mutating func set(_ number: Int, _ value: UnsafeRawBufferPointer) {
        if !value.isEmpty { add(number, value) }
    }
    /// A string field of the program's own words.
    package mutating func set(_ number: Int, _ value: StaticString) {
        set(number, UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }
    /// A string field.
    package mutating func set(_ number: Int, _ value: String) { if !value.isEmpty { add(number, value) } }

    package mutating func add(_ number: Int, _ value: Bool) {
        tag(number, .varint)
        append(value ? 1 : 0)
    }

    package mutating func add(_ number: Int, _ value: Int64) {
        tag(number, .varint)
        append(varint: UInt64(bitPattern: value))
    }

    package mutating func add(_ number: Int, double value: Double) { add(number, fixed64: value.bitPattern) }

    package mutating func add(_ number: Int, fixed64 value: UInt64) {
        tag(number, .fixed64)
        append(fixed: value)
    }

    package mutating func add(_ number: Int, fixed32 value: UInt32) {
        tag(number, .fixed32)
        append(fixed: value)
    }

    package mutating func add(_ number: Int, _ value: UnsafeRawBufferPointer) {
        tag(number, .delimited)
        append(varint: UInt64(value.count))
        append(value)
    }

    package mutating func add(_ number: Int, _ value: String) {
        var value = value
        value.withUTF8 { add(number, UnsafeRawBufferPointer($0)) }
    }

    /// A bytes field of `count` bytes, which `fill` writes in place, all of them.
    package mutating func add(_ number: Int, count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        tag(number, .delimited)
        append(varint: UInt64(count))
        fill(UnsafeMutableRawBufferPointer(start: reserve(count), count: count))
        self.count += count
    }

    /// A packed field or a nested message, written by `body` and given its length afterwards.
    package mutating func add<Failure: Error>(
        _ number: Int,
        nested body: (inout ProtobufWriter) throws(Failure) -> Void
    ) throws(Failure) {
        tag(number, .delimited)
        append(0)
        let start = count
        try body(&self)
        close(from: start)
    }

    /// An element of a packed field of varints.
    package mutating func append(varint value: UInt64) {
        if value < 0x80 { return append(UInt8(truncatingIfNeeded: value)) }
        let target = reserve(ProtobufWriter.varintBytesMax)
        count += ProtobufWriter.write(value, target)
    }

    /// An element of a packed field of fixed width.
    package mutating func append<Word: FixedWidthInteger>(fixed value: Word) {
        withUnsafeBytes(of: value.littleEndian) { append($0) }
    }
}

// MARK: - memory

extension ProtobufWriter {
    private enum WireType: UInt64 {
        case varint, fixed64, delimited
        case fixed32 = 5
    }

    private mutating func tag(_ number: Int, _ type: WireType) {
        append(varint: UInt64(number) << 3 | type.rawValue)
    }

    private mutating func append(_ byte: UInt8) {
        reserve(1).pointee = byte
        count += 1
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        memcpy(reserve(bytes.count), source, bytes.count)
        count += bytes.count
    }

    /// Writes the length of what follows `start` before it: one byte is there, a longer length moves the content.
    private mutating func close(from start: Int) {
        let length = count - start
        let size = ProtobufWriter.varintSize(UInt64(length))
        if size > 1 {
            _ = reserve(size - 1)
            count += size - 1
        }
        guard let base else { return }
        if size > 1 { memmove(base + start + size - 1, base + start, length) }
        _ = ProtobufWriter.write(UInt64(length), base + start - 1)
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) -> UnsafeMutablePointer<UInt8> {
        if let base, more <= capacity &- count { return base + count }
        return grow(more)
    }

    @inline(never)
    private mutating func grow(_ more: Int) -> UnsafeMutablePointer<UInt8> {
        let larger = max(capacity * 2, count + more, ProtobufWriter.capacityLeast)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        if let base {
            memcpy(memory, base, count)
            base.deallocate()
        }
        (base, capacity) = (memory, larger)
        return memory + count
    }

    private static func varintSize(_ value: UInt64) -> Int { (64 - (value | 1).leadingZeroBitCount + 6) / 7 }

    @inline(__always)
    private static func write(_ value: UInt64, _ target: UnsafeMutablePointer<UInt8>) -> Int {
        var rest = value
        var at = 0
        while rest >= 0x80 {
            target[at] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            at &+= 1
        }
        target[at] = UInt8(truncatingIfNeeded: rest)
        return at &+ 1
    }
}
