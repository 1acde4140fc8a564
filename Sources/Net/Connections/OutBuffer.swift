import Base
import CLinux

/// A growing run of bytes to be sent; writers append in place.
package struct OutBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>?
    private var capacity = 0
    private var isBorrowed = false
    /// Bytes in the buffer.
    package private(set) var count = 0

    private static let capacityLeast = 512

    package init() {}

    deinit { base?.deallocate() }

    package var isEmpty: Bool { count == 0 }
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Appends text of the program's own.
    @inline(__always)
    package mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends text that is made at run time; a literal is taken as the program's own.
    @_disfavoredOverload
    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    @inline(__always)
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        memcpy(reserve(bytes.count), source, bytes.count)
        count &+= bytes.count
    }

    package mutating func append(_ byte: UInt8) {
        reserve(1).pointee = byte
        count &+= 1
    }

    /// Appends the decimal digits of `value`.
    package mutating func append(decimal value: Int) {
        count &+= DecimalDigits.write(value, to: reserve(DecimalDigits.bytesMax))
    }

    /// Appends the hexadecimal digits of a size.
    mutating func append(hex value: Int) {
        let digits = max(1, (Int.bitWidth - value.leadingZeroBitCount + 3) / 4)
        for index in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: value >> (4 * index) & 15)
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }

    /// Makes room for `count` bytes; `fill` writes there and returns how many it wrote.
    package mutating func append(upTo count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        let target = UnsafeMutableRawBufferPointer(start: reserve(count), count: count)
        self.count &+= min(count, max(0, fill(target)))
    }

    /// Writes `value` right-aligned over the `width` bytes at `offset`.
    mutating func overwrite(at offset: Int, width: Int, decimal value: Int) {
        guard let base, offset + width <= count else { return }
        var left = value
        for index in (0..<width).reversed() {
            base[offset + index] = left > 0 || index == width - 1 ? UInt8(0x30 + left % 10) : 0x20
            left /= 10
        }
    }

    /// Writes the hexadecimal digits of `value`, with leading zeros, over the `width` bytes at `offset`.
    mutating func overwrite(at offset: Int, width: Int, hex value: Int) {
        guard let base, offset + width <= count else { return }
        for index in 0..<width {
            let digit = UInt8(truncatingIfNeeded: value >> (4 * (width - 1 - index)) & 15)
            base[offset + index] = digit < 10 ? 0x30 + digit : 0x57 + digit
        }
    }

    /// Cuts the buffer back to its first `count` bytes.
    package mutating func truncate(_ count: Int) { self.count = min(count, self.count) }

    /// Forgets all bytes; memory of more than `max` bytes is given back.
    mutating func clear(keeping max: Int) {
        count = 0
        guard capacity > max, !isBorrowed, let base else { return }
        base.deallocate()
        self.base = nil
        capacity = 0
    }

    /// Takes `count` bytes off the front.
    mutating func removeFirst(_ count: Int) {
        let gone = min(count, self.count)
        if gone < self.count, let base { memmove(base, base + gone, self.count - gone) }
        self.count -= gone
    }

    /// Borrows a block of `pool` where there is no memory yet.
    mutating func borrow(_ pool: BufferPool) {
        guard base == nil else { return }
        (base, capacity, isBorrowed) = (pool.take(), BufferPool.blockSize, true)
    }

    /// Forgets all bytes and gives the memory back.
    mutating func release(_ pool: BufferPool) {
        if let base { if isBorrowed { pool.give(base) } else { base.deallocate() } }
        (base, capacity, isBorrowed, count) = (nil, 0, false, 0)
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) -> UnsafeMutablePointer<UInt8> {
        if let base, more <= capacity &- count { return base + count }
        return grow(more)
    }

    @inline(never)
    private mutating func grow(_ more: Int) -> UnsafeMutablePointer<UInt8> {
        let larger = max(capacity * 2, count + more, Self.capacityLeast)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        if let base {
            memcpy(memory, base, count)
            // A borrowed block is memory like any other: the pool makes a new one when it needs it.
            base.deallocate()
        }
        (base, capacity, isBorrowed) = (memory, larger, false)
        return memory + count
    }
}
