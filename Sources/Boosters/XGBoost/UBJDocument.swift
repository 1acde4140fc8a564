import Prediction

/// Reads a document spelt as UBJSON (ubjson.org, draft 12): a letter before each value, big-endian numbers.
struct UBJDocument: DocumentReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var at = 0
    private var depth = 0

    /// The bytes must stay where they are while the reader is used.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// What the elements of an array or object are known to be before they come.
    private struct Header {
        /// The letter of all elements.
        var type: UInt8?
        var count: Int?
    }

    mutating func object(_ member: (inout Self, String) throws(ModelDefect) -> Void) throws(ModelDefect) {
        try open("{")
        let header = try header()
        guard header.type == nil else { throw defect("objects of one type are not read") }
        var left = header.count
        while try hasNext(&left, end: "}") {
            let name = try textContent()
            try member(&self, name)
        }
        depth -= 1
    }

    mutating func array(_ element: (inout Self) throws(ModelDefect) -> Void) throws(ModelDefect) {
        try open("[")
        let header = try header()
        guard header.type == nil else { throw defect("an array of one type is not expected here") }
        var left = header.count
        while try hasNext(&left, end: "]") { try element(&self) }
        depth -= 1
    }

    mutating func numbers() throws(ModelDefect) -> [Float] {
        var numbers: [Float] = []
        try elements { reader, type throws(ModelDefect) in
            switch type {
            case UInt8(ascii: "d"):
                numbers.append(Float(bitPattern: UInt32(truncatingIfNeeded: try reader.unsigned(4))))
            case UInt8(ascii: "D"): numbers.append(Float(Double(bitPattern: try reader.unsigned(8))))
            default: numbers.append(Float(try reader.integer(type)))
            }
        }
        return numbers
    }

    mutating func integers() throws(ModelDefect) -> [Int32] {
        var integers: [Int32] = []
        try elements { reader, type throws(ModelDefect) in
            guard let integer = Int32(exactly: try reader.integer(type)) else {
                throw reader.defect("an integer of 32 bits is expected before this")
            }
            integers.append(integer)
        }
        return integers
    }

    mutating func text() throws(ModelDefect) -> String {
        guard try letter() == UInt8(ascii: "S") else { throw defect("a text is expected before this") }
        return try textContent()
    }

    mutating func skip() throws(ModelDefect) {
        let type = try letter()
        if type == UInt8(ascii: "{") || type == UInt8(ascii: "[") {
            at -= 1
            return type == UInt8(ascii: "{") ? try skipObject() : try skipArray()
        }
        try skipPlain(type)
    }
}

extension UBJDocument {
    private mutating func skipObject() throws(ModelDefect) {
        try object { reader, _ throws(ModelDefect) in try reader.skip() }
    }

    private mutating func skipArray() throws(ModelDefect) {
        try open("[")
        let header = try header()
        var left = header.count
        if let type = header.type, let count = header.count, let size = UBJDocument.size(type) {
            // Safe: counts are below 2^31.
            try advance(count * size)
        } else {
            while try hasNext(&left, end: "]") {
                if let type = header.type { try skipPlain(type) } else { try skip() }
            }
        }
        depth -= 1
    }

    private mutating func skipPlain(_ type: UInt8) throws(ModelDefect) {
        if let size = UBJDocument.size(type) { return try advance(size) }
        guard type == UInt8(ascii: "S") || type == UInt8(ascii: "H") else { throw defect("unknown type before this") }
        try advance(length())
    }

    /// Bytes of a value behind its letter, where that is always the same.
    private static func size(_ type: UInt8) -> Int? {
        switch UnicodeScalar(type) {
        case "Z", "N", "T", "F": 0
        case "i", "U", "C": 1
        case "I": 2
        case "l", "d": 4
        case "L", "D": 8
        default: nil
        }
    }

    /// Calls `element` with the letter of each element of an array of numbers.
    private mutating func elements(
        _ element: (inout Self, UInt8) throws(ModelDefect) -> Void
    ) throws(ModelDefect) {
        try open("[")
        let header = try header()
        var left = header.count
        while try hasNext(&left, end: "]") {
            let type = if let type = header.type { type } else { try letter() }
            try element(&self, type)
        }
        depth -= 1
    }

    private mutating func header() throws(ModelDefect) -> Header {
        var header = Header()
        if try take("$") { header.type = try letter() }
        if try take("#") { header.count = try length() }
        guard header.type == nil || header.count != nil else { throw defect("a type without a count") }
        // Elements of no bytes would let a short file ask for any number of them.
        guard header.type.map({ UBJDocument.size($0) != 0 }) ?? true else { throw defect("an array of nothing") }
        return header
    }

    /// Whether there is another element; takes the bracket behind the last one where the count is not known.
    private mutating func hasNext(_ left: inout Int?, end: Unicode.Scalar) throws(ModelDefect) -> Bool {
        guard let count = left else { return try !take(end) }
        left = count - 1
        return count > 0
    }

    private mutating func open(_ bracket: Unicode.Scalar) throws(ModelDefect) {
        guard try take(bracket) else { throw defect("'\(bracket)' is expected") }
        guard depth < DocumentLimits.depthMax else { throw defect("values are nested too deep") }
        depth += 1
    }

    private mutating func take(_ character: Unicode.Scalar) throws(ModelDefect) -> Bool {
        guard at < bytes.count else { throw truncated(1) }
        guard bytes[at] == UInt8(truncatingIfNeeded: character.value) else { return false }
        at += 1
        return true
    }

    private mutating func letter() throws(ModelDefect) -> UInt8 {
        try advance(1)
        return bytes[at - 1]
    }

    private mutating func textContent() throws(ModelDefect) -> String {
        let count = try length()
        try advance(count)
        return String(decoding: bytes[at - count..<at], as: UTF8.self)
    }

    private mutating func length() throws(ModelDefect) -> Int {
        let length = try integer(letter())
        guard (0...Int64(ModelLimits.fileBytesMax)).contains(length) else { throw truncated(length) }
        return Int(length)
    }

    private mutating func integer(_ type: UInt8) throws(ModelDefect) -> Int64 {
        switch UnicodeScalar(type) {
        case "i": Int64(Int8(truncatingIfNeeded: try unsigned(1)))
        case "U": Int64(try unsigned(1))
        case "I": Int64(Int16(truncatingIfNeeded: try unsigned(2)))
        case "l": Int64(Int32(truncatingIfNeeded: try unsigned(4)))
        case "L": Int64(bitPattern: try unsigned(8))
        case "T": 1
        case "F": 0
        default: throw defect("an integer is expected before this")
        }
    }

    /// A big-endian number of `size` bytes.
    private mutating func unsigned(_ size: Int) throws(ModelDefect) -> UInt64 {
        try advance(size)
        var value: UInt64 = 0
        for offset in at - size..<at { value = value << 8 | UInt64(bytes[offset]) }
        return value
    }

    private mutating func advance(_ count: Int) throws(ModelDefect) {
        guard count <= bytes.count - at else { throw truncated(count) }
        at += count
    }

    private func truncated(_ wanted: some BinaryInteger) -> ModelDefect {
        ModelDefect(
            at: .byte(at),
            what: "file ends too early",
            why: "\(wanted) bytes are wanted, \(bytes.count - at) are left"
        )
    }
}
