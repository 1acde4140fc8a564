/// The tensors of one request on their way into a model: one for each of its inputs, in their order.
///
/// Owned by whoever serves requests and used again for each one: it keeps its storage.
package struct TensorBatch: @unchecked Sendable {
    // Safe: a batch has one owner at a time, so its storage does too; pointers into a request's body are read on the
    // thread that owns the body only, and `keepBytes` goes before another thread gets the batch.
    /// The tensors; more than `count` of them keep their storage here.
    private var store: [InputTensor] = []
    /// How many inputs the model has.
    package private(set) var count = 0

    package init() {}

    /// Forgets the request and makes room for a model of so many inputs, none of which is given.
    package mutating func reset(inputs count: Int) {
        while store.count < count { store.append(InputTensor()) }
        for index in 0..<max(count, self.count) { store[index].clear() }
        self.count = count
    }

    /// The tensor of an input; there are `count` of them.
    package subscript(input: Int) -> InputTensor {
        get { store[input] }
        _modify { yield &store[input] }
    }

    /// Copies what still lies in the body of the request, so that the body may go.
    package mutating func keepBytes() {
        for index in 0..<count { store[index].elements.keepBytes() }
    }

    /// Bytes of storage that are held for later requests.
    package var capacity: Int {
        store.reduce(0) { $0 + $1.elements.store.capacity + $1.elements.texts.utf8.capacity }
    }
}

/// The value of one input.
package struct InputTensor {
    /// Whether the request brings it.
    package var isGiven = false
    /// Its length along each axis; of a map, how many values it has.
    package var shape: [Int] = []
    /// Its elements; of a map, the values.
    package var elements = InputElements()
    /// Of a map, the keys.
    package var keys = InputElements()

    /// How many elements a shape asks for; nil where these are more than can be counted, or no shape at all.
    package static func count(_ shape: some Sequence<Int>) -> Int? {
        var count = 1
        for length in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            if overflow || length < 0 { return nil }
            count = product
        }
        return count
    }

    mutating func clear() {
        isGiven = false
        shape.removeAll(keepingCapacity: true)
        elements.clear()
        keys.clear()
    }
}

/// Elements of one type, row-major.
package struct InputElements {
    /// Elements of a fixed size, little-endian, unless they are `outside`.
    package let store = ByteStore()
    /// The same where they lie in the request's body.
    package var outside: UnsafeRawBufferPointer?
    /// Elements that are texts.
    package var texts = TextRows()

    /// The elements of a fixed size, wherever they are; valid until the next change.
    package var bytes: UnsafeRawBufferPointer { outside ?? store.bytes }

    /// Copies what lies outside, so that it may go.
    package mutating func keepBytes() {
        guard let outside else { return }
        store.clear()
        store.append(outside)
        self.outside = nil
    }

    mutating func clear() {
        outside = nil
        store.clear()
        texts.clear()
    }
}
