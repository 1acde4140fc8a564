package import Prediction

/// A value of a pickle together with the way to it, for loaders: reads that fail say where.
package struct PickleValue {
    /// Where it lies.
    package let heap: PickleHeap
    /// Which value of the heap it is.
    package let ref: PickleHeap.Ref
    /// How a person would write the way here: `steps[1].coef_`.
    package let path: String

    package init(heap: PickleHeap, ref: PickleHeap.Ref, path: String) {
        self.heap = heap
        self.ref = ref
        self.path = path
    }

    /// Reads a pickle or an uncompressed joblib file.
    ///
    /// - Parameters:
    ///   - fileBytes: size of the file that the bytes were unpacked from, if they were.
    ///   - isLenient: only looks at it; any name may stand in it.
    package static func read(
        _ bytes: [UInt8],
        fileBytes: Int? = nil,
        isLenient: Bool = false
    ) throws(ModelDefect) -> PickleValue {
        let heap = PickleHeap(bytes, fileBytes: fileBytes ?? bytes.count)
        var machine = PickleMachine(heap: heap, isLenient: isLenient)
        return PickleValue(heap: heap, ref: try machine.run(), path: "")
    }

    /// The way to it, for messages.
    package var place: ModelDefect.Place { .member(path) }

    /// A defect of this value.
    package func defect(_ what: String) -> ModelDefect { ModelDefect(at: place, what: what) }

    private func wrong(_ wanted: String) -> ModelDefect { defect("is \(kind), expected is \(wanted)") }

    /// What this is, for messages.
    package var kind: String {
        switch heap[ref] {
        case .none: "None"
        case .bool: "a bool"
        case .int, .largeInt: "an integer"
        case .float: "a float"
        case .text: "a text"
        case .bytes: "bytes"
        case .tuple: "a tuple"
        case .list: "a list"
        case .set: "a set"
        case .dict: "a dict"
        case .name(let index): heap.names[Int(index)].full
        case .element: "a dtype"
        case .array: "an array"
        case .instance(let name, _, _): "an instance of \(heap.names[Int(name)].full)"
        }
    }

    /// Whether it is None.
    package var isNone: Bool { if case .none = heap[ref] { true } else { false } }

    /// Module and name of the class that this is an instance of.
    package var className: (module: String, name: String)? {
        guard case .instance(let index, _, _) = heap[ref] else { return nil }
        let name = heap.names[Int(index)]
        return (name.module, name.name)
    }
}

// Members of instances and dictionaries, elements of lists and tuples.
extension PickleValue {
    /// The member `name` of an instance or dictionary; nil where there is none or it is None.
    package func optional(_ name: String) throws(ModelDefect) -> PickleValue? {
        for entry in try members().reversed() {
            guard case .text(let key) = heap[entry.key], heap.bytes(key).elementsEqual(name.utf8) else { continue }
            let value = PickleValue(heap: heap, ref: entry.value, path: path.isEmpty ? name : "\(path).\(name)")
            return value.isNone ? nil : value
        }
        return nil
    }

    /// The member `name`, which must be there.
    package func member(_ name: String) throws(ModelDefect) -> PickleValue {
        guard let value = try optional(name) else { throw defect("has no \(name); is the model fitted?") }
        return value
    }

    private func members() throws(ModelDefect) -> [PickleHeap.Entry] {
        switch heap[ref] {
        case .dict(let entries):
            try heap.spend(entries.count, at: place)
            return entries
        case .instance(_, _, let state):
            guard case .dict(let entries) = heap[state] else { return [] }
            try heap.spend(entries.count, at: place)
            return entries
        default: throw wrong("an object")
        }
    }

    /// Keys and values of a dictionary.
    package func pairs() throws(ModelDefect) -> [(key: PickleValue, value: PickleValue)] {
        guard case .dict(let entries) = heap[ref] else { throw wrong("a dict") }
        try heap.spend(entries.count, at: place)
        let keyPath = "\(path) key"
        return entries.map { entry in
            (
                PickleValue(heap: heap, ref: entry.key, path: keyPath),
                PickleValue(heap: heap, ref: entry.value, path: path)
            )
        }
    }

    /// The elements of a list, tuple, set, or array of objects.
    package func elements() throws(ModelDefect) -> [PickleValue] {
        let refs: [PickleHeap.Ref]
        switch heap[ref] {
        case .list(let listed), .set(let listed): refs = listed
        case .tuple(let extent): refs = Array(heap.elements(extent))
        case .array(let index):
            guard case .objects(let objects) = heap.arrays[Int(index)].content else { throw wrong("a list") }
            refs = objects
        default: throw wrong("a list")
        }
        try heap.spend(refs.count, at: place)
        return refs.enumerated().map { PickleValue(heap: heap, ref: $1, path: "\(path)[\($0)]") }
    }
}

// Plain values.
extension PickleValue {
    /// The text that it is.
    package func text() throws(ModelDefect) -> String {
        guard case .text(let extent) = heap[ref] else { throw wrong("a text") }
        try heap.spend(Int(extent.count), at: place)
        return heap.string(extent)
    }

    /// The bytes of a value of bytes, or of a text in UTF-8.
    package func content() throws(ModelDefect) -> [UInt8] {
        switch heap[ref] {
        case .bytes(let extent), .text(let extent):
            try heap.spend(Int(extent.count), at: place)
            return Array(heap.bytes(extent))
        default: throw wrong("bytes or a text")
        }
    }

    /// The integer that it is.
    package func integer() throws(ModelDefect) -> Int {
        guard case .int(let value) = heap[ref] else { throw wrong("an integer") }
        return Int(value)
    }

    /// A number of columns.
    package func size() throws(ModelDefect) -> Int {
        let size = try integer()
        guard (1...ModelLimits.fileBytesMax).contains(size) else {
            throw defect("is \(size), expected is a number of columns")
        }
        return size
    }

    /// The truth value that it is.
    package func flag() throws(ModelDefect) -> Bool {
        switch heap[ref] {
        case .bool(let value): return value
        case .int(let value): return value != 0
        default: throw wrong("a bool")
        }
    }

    /// Whether this is one of the texts, as parameters like `norm` are.
    package func isText(_ text: String) -> Bool {
        guard case .text(let extent) = heap[ref] else { return false }
        return heap.bytes(extent).elementsEqual(text.utf8)
    }
}
