package import Prediction

/// An array whose elements are records, read field by field.
package struct PickledRecords {
    /// How many records there are.
    package let count: Int
    private let value: PickleValue
    private let array: PickledArray
    private let bytes: PickleHeap.Extent
    private let fields: PickleValue

    fileprivate init?(_ value: PickleValue, _ array: PickledArray) {
        guard array.element.kind == UInt8(ascii: "V"), case .bytes(let bytes) = array.content,
            let fields = PickledRecords.fields(of: array.element, value)
        else { return nil }
        count = array.count
        self.value = value
        self.array = array
        self.bytes = bytes
        self.fields = fields
    }

    /// The state of a record's dtype is (version, order, subdtype, names, fields, …).
    private static func fields(of element: PickledArray.Element, _ value: PickleValue) -> PickleValue? {
        guard case .tuple(let state) = value.heap[element.state], state.count > 4 else { return nil }
        let ref = value.heap.elements(state).dropFirst(4).first ?? PickleHeap.none
        return PickleValue(heap: value.heap, ref: ref, path: "\(value.path).dtype")
    }

    /// The numbers of a field, one for each record; nil where there is no such field.
    package func numbers(_ field: String) throws(ModelDefect) -> [Double]? {
        guard let described = try fields.optional(field) else { return nil }
        let parts = try described.elements()
        guard parts.count >= 2, case .element(let element) = value.heap[parts[0].ref] else {
            throw described.defect("is no field of a record")
        }
        let offset = try parts[1].integer()
        let size = Int(array.element.size)
        guard offset >= 0, Int(element.size) > 0, offset <= size - Int(element.size) else {
            throw described.defect("lies outside its record")
        }
        try value.heap.spend(count, at: value.place)
        guard let read = element.reader else { throw described.defect("is of \(element.code), expected are numbers") }
        return value.heap.bytes(bytes).withUnsafeBytes { bytes in
            // Safe: the array's bytes are count × size, and the field lies within a record.
            (0..<count).map { read(bytes, $0 * size + offset) }
        }
    }

    /// The numbers of a field that must be there.
    package func required(_ field: String) throws(ModelDefect) -> [Double] {
        guard let numbers = try numbers(field) else { throw value.defect("has no field \(field)") }
        return numbers
    }
}

extension PickleValue {
    /// An array of records.
    package func records() throws(ModelDefect) -> PickledRecords {
        guard case .array(let index) = heap[ref], let records = PickledRecords(self, heap.arrays[Int(index)]) else {
            throw defect("is \(kind), expected is an array of records")
        }
        return records
    }
}

extension PickledArray.Element {
    /// Reads a number at an offset; nil where elements are not numbers of a size that machines know, or big-endian.
    ///
    /// The offset must lie so far before the end of the bytes as a number is long.
    var reader: ((UnsafeRawBufferPointer, Int) -> Double)? {
        guard !isBigEndian || size == 1 else { return nil }
        switch (UnicodeScalar(kind), size) {
        case ("f", 8): return { $0.loadUnaligned(fromByteOffset: $1, as: Double.self) }
        case ("f", 4): return { Double($0.loadUnaligned(fromByteOffset: $1, as: Float.self)) }
        case ("i", 8): return { Double($0.loadUnaligned(fromByteOffset: $1, as: Int64.self)) }
        case ("i", 4): return { Double($0.loadUnaligned(fromByteOffset: $1, as: Int32.self)) }
        case ("i", 2): return { Double($0.loadUnaligned(fromByteOffset: $1, as: Int16.self)) }
        case ("i", 1): return { Double($0.loadUnaligned(fromByteOffset: $1, as: Int8.self)) }
        case ("u", 8): return { Double($0.loadUnaligned(fromByteOffset: $1, as: UInt64.self)) }
        case ("u", 4): return { Double($0.loadUnaligned(fromByteOffset: $1, as: UInt32.self)) }
        case ("u", 2): return { Double($0.loadUnaligned(fromByteOffset: $1, as: UInt16.self)) }
        case ("u", 1), ("b", 1): return { Double($0[$1]) }
        default: return nil
        }
    }
}
