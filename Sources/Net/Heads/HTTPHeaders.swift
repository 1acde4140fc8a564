/// Header fields in the order in which they came; names are compared without case.
package struct HTTPHeaders: Sendable, Sequence, ExpressibleByDictionaryLiteral {
    /// One field line.
    package typealias Field = (name: String, value: String)

    private var fields: [Field]

    package init() { fields = [] }

    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    package var count: Int { fields.count }
    package var isEmpty: Bool { fields.isEmpty }

    /// The first value under `name`. Setting replaces all values of that name; nil removes them.
    package subscript(name: String) -> String? {
        get { fields.first { Self.same($0.name, name) }?.value }
        set {
            let at = fields.firstIndex { Self.same($0.name, name) }
            fields.removeAll { Self.same($0.name, name) }
            if let newValue { fields.insert((name, newValue), at: Swift.min(at ?? fields.count, fields.count)) }
        }
    }

    /// Adds a field behind those that are there.
    package mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }

    /// Every value under `name`, in order.
    package func all(_ name: String) -> [String] { fields.filter { Self.same($0.name, name) }.map(\.value) }

    package func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }

    mutating func reserve(_ count: Int) { fields.reserveCapacity(count) }

    private static func same(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { ASCII.lowered($0) == ASCII.lowered($1) }
    }
}

/// Bytes of US-ASCII, as protocols compare them.
enum ASCII {
    /// The byte with a capital letter made small.
    @inline(__always)
    static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
