package import Prediction

/// An inference request of version 2, whatever protocol carried it.
///
/// What has no fixed length lies in four stores that keep their memory between requests; tensors hold ranges of them.
package struct InferRequest {
    /// UTF-8 of names and of the id, one behind the other.
    package var names: [UInt8] = []
    /// Lengths along the axes of the tensors, one tensor behind the other.
    package var dimensions: [Int] = []
    /// Elements of tensors of numbers.
    package var numbers: [Double] = []
    /// Elements of tensors of texts.
    package var texts = TextRows()
    /// The tensors, in the order in which they came.
    package var inputs: [InferTensor] = []
    /// The outputs that the client names; empty where it takes what there is.
    package var outputs: [RequestedOutput] = []
    /// The client's own id of the request, in `names`; nil where it gives none.
    package var id: Range<Int>?
    /// Whether the inputs are the named columns of a data frame (`content_type` is `pd`).
    package var isDataFrame = false
    /// Whether outputs are wanted as raw bytes (`binary_data_output`); a named output says it for itself.
    package var wantsBinaryOutputs = false

    package init() {}

    /// Forgets the request, keeps the storage.
    package mutating func clear() {
        names.removeAll(keepingCapacity: true)
        dimensions.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
        texts.utf8.removeAll(keepingCapacity: true)
        texts.ends.removeAll(keepingCapacity: true)
        inputs.removeAll(keepingCapacity: true)
        outputs.removeAll(keepingCapacity: true)
        id = nil
        isDataFrame = false
        wantsBinaryOutputs = false
    }

    /// Keeps a name or id; where it lies in `names`.
    package mutating func keep(name: UnsafeRawBufferPointer) -> Range<Int> {
        let start = names.count
        names.append(contentsOf: name)
        return start..<names.count
    }

    /// A kept name as text.
    package func text(_ name: Range<Int>) -> String { String(decoding: names[name], as: UTF8.self) }

    /// Whether a kept name is `word`.
    package func isName(_ name: Range<Int>, _ word: StaticString) -> Bool {
        names[name].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }
}

/// A tensor of a request: what it is called, what it is, and where its elements are.
package struct InferTensor {
    /// Where the elements of a tensor are.
    package enum Content {
        /// In the request's `numbers`, whatever the datatype is.
        case numbers(Range<Int>)
        /// These rows of the request's `texts`.
        case texts(Range<Int>)
        /// Little-endian bytes in the request's body, valid while it is answered; BYTES each behind its length.
        case raw(UnsafeRawBufferPointer)
    }

    /// In the request's `names`.
    package var name: Range<Int>
    /// What the client says the elements are.
    package var datatype: ElementType
    /// In the request's `dimensions`.
    package var shape: Range<Int>
    /// Where the elements are.
    package var content: Content
    /// The elements as they were sent, where whoever decoded the request left them to those who know what they are for.
    var unread: Unread?

    /// Elements that nobody has read yet; valid while the request is answered.
    enum Unread {
        /// A list of JSON.
        case json(UnsafeRawBufferPointer)
        /// The message of an input (`ModelInferRequest.InferInputTensor`), its contents among its fields.
        case message(UnsafeRawBufferPointer)
    }

    package init(name: Range<Int>, datatype: ElementType, shape: Range<Int>, content: Content) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.content = content
    }
}

/// An output that the client asks for by name.
package struct RequestedOutput {
    /// In the request's `names`.
    package var name: Range<Int>
    /// Whether it is wanted as raw bytes.
    package var isBinary: Bool

    package init(name: Range<Int>, isBinary: Bool = false) {
        self.name = name
        self.isBinary = isBinary
    }
}
