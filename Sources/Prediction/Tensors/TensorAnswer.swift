/// What a model of tensors answered: a value for each output that was wanted, in that order.
package struct TensorAnswer: @unchecked Sendable {
    // Safe: memory that a pointer of `values` names belongs to `owner`, is never written again, and may be read and let
    // go of by any thread.
    /// The values.
    package var values: [TensorValue] = []
    /// Keeps alive what the values point to.
    package var owner: AnyObject?

    package init() {}

    /// Forgets the answer.
    package mutating func clear() {
        values.removeAll(keepingCapacity: true)
        owner = nil
    }
}

/// What stands at one output.
package enum TensorValue {
    /// Nothing: the output is optional.
    case nothing
    case tensor(AnswerTensor)
    case sequence([AnswerTensor])
    case map(AnswerMap)
    case maps([AnswerMap])
}

/// A tensor of an answer.
package struct AnswerTensor {
    /// Where its elements are.
    package enum Elements {
        /// Little-endian, row-major, in memory that the answer's owner keeps.
        case raw(UnsafeRawBufferPointer)
        /// The same in memory of its own.
        case bytes([UInt8])
        /// Elements of the type `.bytes`.
        case texts(TextRows)
    }

    /// What its elements are.
    package let type: ElementType
    /// Its length along each axis.
    package let shape: [Int]
    /// Where its elements are: as many as the shape says.
    package let elements: Elements

    package init(type: ElementType, shape: [Int], elements: Elements) {
        self.type = type
        self.shape = shape
        self.elements = elements
    }

    /// Lets `body` read elements of a fixed size; texts have none.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch elements {
        case .raw(let bytes): body(bytes)
        case .bytes(let bytes): bytes.withUnsafeBytes(body)
        case .texts: body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }
}

/// Values by name: as many keys as values.
package struct AnswerMap {
    /// The keys, along one axis.
    package let keys: AnswerTensor
    /// The values, along one axis.
    package let values: AnswerTensor

    package init(keys: AnswerTensor, values: AnswerTensor) {
        self.keys = keys
        self.values = values
    }
}
