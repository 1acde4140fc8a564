import Prediction

/// A buffer of FlatBuffers: tables that name their fields by slots, with offsets between them. Every offset is checked
/// before it is followed, and what is copied out is bounded: many offsets may lead to the same place.
///
/// The bytes must stay where they are while the buffer or one of its tables is used.
final class FlatBuffer {
    /// How many times the bytes of the buffer may be copied out of it, above `bytesFree`.
    private static let copiesMax = 8
    /// What may be copied out of any buffer.
    private static let bytesFree = 1 << 20

    private let bytes: UnsafeRawBufferPointer
    /// Where in the file the buffer starts.
    private let start: Int
    /// How many more bytes may be copied.
    private var left: Int

    init(_ bytes: UnsafeRawBufferPointer, at start: Int) {
        self.bytes = bytes
        self.start = start
        // Safe: a file has 2^30 bytes at most.
        left = bytes.count * FlatBuffer.copiesMax + FlatBuffer.bytesFree
    }

    /// The table that everything starts from.
    func root() throws(ModelDefect) -> FlatTable { try table(atOffset: 0) }

    /// The table that the offset which stands at `place` leads to.
    func table(atOffset place: Int) throws(ModelDefect) -> FlatTable {
        let start = try follow(place)
        // The table begins with the way back to its list of slots.
        let slots = start - Int(try load(start, Int32.self))
        let size = Int(try load(slots, UInt16.self))
        guard size >= 4, slots <= bytes.count - size else { throw defect(start, "a table has no list of its fields") }
        try spend(16, at: start)
        return FlatTable(buffer: self, start: start, slots: slots, slotsEnd: slots + size)
    }

    /// Where the offset at a place leads to.
    func follow(_ place: Int) throws(ModelDefect) -> Int { place + Int(try load(place, UInt32.self)) }

    /// The integer at a place.
    func load<Number: FixedWidthInteger & BitwiseCopyable>(
        _ place: Int,
        _ type: Number.Type
    ) throws(ModelDefect) -> Number {
        guard place >= 0, place <= bytes.count - MemoryLayout<Number>.size else {
            throw defect(min(max(place, 0), bytes.count), "an offset leads out of the buffer")
        }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
    }

    /// The content of the vector of elements of `stride` bytes that begins at a place, with its count.
    func vector(_ place: Int, stride: Int) throws(ModelDefect) -> UnsafeRawBufferPointer {
        // Safe: a count is below 2^32, an element is a few bytes.
        let size = Int(try load(place, UInt32.self)) * stride
        guard size <= bytes.count - place - 4 else { throw defect(place, "a vector is longer than the buffer") }
        try spend(size, at: place)
        return UnsafeRawBufferPointer(rebasing: bytes[place + 4..<place + 4 + size])
    }

    func defect(_ place: Int, _ what: String) -> ModelDefect { ModelDefect(at: .byte(start + place), what: what) }

    private func spend(_ count: Int, at place: Int) throws(ModelDefect) {
        left -= count
        guard left >= 0 else { throw defect(place, "the same bytes are used again and again") }
    }
}

/// A table of a buffer; its fields are numbered from 0 in the order of the schema.
struct FlatTable {
    private let buffer: FlatBuffer
    private let start: Int
    private let slots: Int
    private let slotsEnd: Int

    fileprivate init(buffer: FlatBuffer, start: Int, slots: Int, slotsEnd: Int) {
        self.buffer = buffer
        self.start = start
        self.slots = slots
        self.slotsEnd = slotsEnd
    }

    /// Where a field stands; nil where it is left out.
    private func place(_ field: Int) throws(ModelDefect) -> Int? {
        let slot = slots + 4 + 2 * field
        guard slot + 2 <= slotsEnd else { return nil }
        let offset = Int(try buffer.load(slot, UInt16.self))
        return offset == 0 ? nil : start + offset
    }

    func integer<Number: FixedWidthInteger & BitwiseCopyable>(
        _ field: Int,
        otherwise value: Number
    ) throws(ModelDefect) -> Number {
        guard let place = try place(field) else { return value }
        return try buffer.load(place, Number.self)
    }

    func float(_ field: Int, otherwise value: Float) throws(ModelDefect) -> Float {
        Float(bitPattern: try integer(field, otherwise: value.bitPattern))
    }

    func double(_ field: Int, otherwise value: Double) throws(ModelDefect) -> Double {
        Double(bitPattern: try integer(field, otherwise: value.bitPattern))
    }

    /// The table that a field leads to; nil where it is left out.
    func table(_ field: Int) throws(ModelDefect) -> FlatTable? {
        guard let place = try place(field) else { return nil }
        return try buffer.table(atOffset: place)
    }

    /// The text that a field leads to, empty where it is left out.
    func text(_ field: Int) throws(ModelDefect) -> String {
        String(decoding: try vector(field, stride: 1), as: UTF8.self)
    }

    /// Calls `body` with each table of a list.
    func forEachTable(
        _ field: Int,
        _ body: (FlatTable) throws(ModelDefect) -> Void
    ) throws(ModelDefect) {
        try forEachOffset(field) { place throws(ModelDefect) in try body(try buffer.table(atOffset: place)) }
    }

    /// The texts of a list.
    func texts(_ field: Int) throws(ModelDefect) -> [String] {
        var texts: [String] = []
        try forEachOffset(field) { place throws(ModelDefect) in
            texts.append(String(decoding: try buffer.vector(try buffer.follow(place), stride: 1), as: UTF8.self))
        }
        return texts
    }

    private func forEachOffset(
        _ field: Int,
        _ body: (Int) throws(ModelDefect) -> Void
    ) throws(ModelDefect) {
        guard let place = try place(field) else { return }
        let first = try buffer.follow(place)
        let count = try buffer.vector(first, stride: 4).count / 4
        for index in 0..<count { try body(first + 4 + 4 * index) }
    }

    /// The elements, of `stride` bytes, that a field leads to; none where it is left out.
    func vector(_ field: Int, stride: Int) throws(ModelDefect) -> UnsafeRawBufferPointer {
        guard let place = try place(field) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return try buffer.vector(try buffer.follow(place), stride: stride)
    }

    /// A list of integers.
    func integers<Number: FixedWidthInteger & BitwiseCopyable>(
        _ field: Int,
        as type: Number.Type = Number.self
    ) throws(ModelDefect) -> [Number] {
        let size = MemoryLayout<Number>.size
        let content = try vector(field, stride: size)
        return (0..<content.count / size).map { content.integer($0 * size) }
    }

    func floats(_ field: Int) throws(ModelDefect) -> [Float] {
        try integers(field, as: UInt32.self).map(Float.init(bitPattern:))
    }

    func doubles(_ field: Int) throws(ModelDefect) -> [Double] {
        try integers(field, as: UInt64.self).map(Double.init(bitPattern:))
    }

    func defect(_ what: String) -> ModelDefect { buffer.defect(start, what) }
}

extension UnsafeRawBufferPointer {
    /// The little-endian integer at an offset, which must be there.
    func integer<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as type: Number.Type = Number.self)
        -> Number
    {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}
