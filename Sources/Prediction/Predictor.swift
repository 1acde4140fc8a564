/// A model ready to answer; knows nothing of the file it came from nor of the protocol it is asked by.
package protocol Predictor: Sendable {
    /// What a row is.
    var input: Input { get }
    /// What is answered for a row.
    var output: Output { get }
    /// Whether the rows of a batch are afterwards as they were.
    var keepsRows: Bool { get }
    /// Answers the batch, whose rows it may change on the way.
    func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect)
}

extension Predictor {
    /// Rows may have changed, where nothing better is known.
    package var keepsRows: Bool { false }
}

/// What a row of a model's input is.
package enum Input: Equatable, Sendable {
    /// So many numbers; any number of them where it is 0.
    case numbers(columns: Int)
    /// A text.
    case texts
    /// A row of a data frame with at least these columns.
    case table(columns: [InputColumn])
}

/// A column that a model wants of a data frame.
package struct InputColumn: Equatable, Sendable {
    /// What it is called.
    package let name: String
    /// What its cells are: `.float64`, or `.bytes` for texts.
    package let type: ElementType

    package init(name: String, type: ElementType) {
        self.name = name
        self.type = type
    }
}

/// What a model answers for a row.
package enum Output: Equatable, Sendable {
    /// One of these classes: `Answer.labels` holds its index.
    case labels(Labels)
    /// For each of so many columns one of these classes: `Answer.labels` holds their indices, row-major.
    case labelRows(Labels, columns: Int)
    /// So many numbers, or one without an axis of its own where `columns` is nil: `Answer.numbers` holds them, row-major.
    case numbers(columns: Int?, type: ElementType = .float64)
    /// A value of each of these columns, which may be missing: `Answer.frame` holds them.
    case frame(columns: [OutputColumn])

    /// What the elements of an answer are.
    package var elementType: ElementType {
        switch self {
        case .labels(let labels), .labelRows(let labels, _): labels.elementType
        case .numbers(_, let type): type
        case .frame(let columns): columns.first?.type ?? .bytes
        }
    }
}

/// A column of what a model answers.
package struct OutputColumn: Equatable, Sendable {
    /// What it is called.
    package let name: String
    /// What its cells are: `.float64`, `.int64`, `.bool`, or `.bytes` for texts.
    package let type: ElementType

    package init(name: String, type: ElementType) {
        self.name = name
        self.type = type
    }
}

extension Output {
    /// The classes that an answer is made of; nil where it is made of numbers.
    package var labels: Labels? {
        switch self {
        case .labels(let labels), .labelRows(let labels, _): labels
        case .numbers, .frame: nil
        }
    }
}

/// What an element of a tensor is; named as numpy names it.
package enum ElementType: Sendable, CaseIterable {
    case bool
    case uint8, uint16, uint32, uint64
    case int8, int16, int32, int64
    case float16, bfloat16, float32, float64
    /// Text or bytes of any length.
    case bytes

    /// Bytes of an element; nil where each element tells its own length.
    package var byteCount: Int? {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .bytes: nil
        }
    }
}

/// What a model answered, in storage that is used again.
package struct Answer {
    /// For each row the index of its class.
    package var labels: [Int32] = []
    /// Numbers, row-major.
    package var numbers: [Double] = []
    /// Rows of named values.
    package var frame = TableRows()

    package init() {}
}

/// A step before the predictor: changes the rows of a batch in place.
package protocol Transformer: Sendable {
    /// What a row is before the step.
    var input: Input { get }
    /// Numbers that each row has after it.
    var outputColumns: Int { get }
    /// Whether it leaves cells of a data frame, not numbers.
    var givesCells: Bool { get }
    /// Changes the rows.
    func transform(_ batch: inout Batch) throws(InputDefect)
    /// The step as it is where `next` follows it.
    func preceding(_ next: any Transformer) -> any Transformer
}

extension Transformer {
    /// Numbers, where nothing better is known.
    package var givesCells: Bool { false }
    /// The same, whatever follows.
    package func preceding(_ next: any Transformer) -> any Transformer { self }
}

/// Transformers one after the other, then a predictor.
package struct Chain: Predictor {
    /// The steps before the last, in order.
    package let transformers: [any Transformer]
    /// What answers at the end.
    package let last: any Predictor

    package init(transformers: [any Transformer], last: any Predictor) {
        self.transformers = transformers
        self.last = last
    }

    package var input: Input { transformers.first?.input ?? last.input }
    package var output: Output { last.output }

    package func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        for transformer in transformers { try transformer.transform(&batch) }
        try last.predict(&batch, into: &answer)
    }
}

extension Input {
    /// Throws where the rows of a batch are not what the model takes.
    package func check(_ batch: borrowing Batch, by name: String) throws(InputDefect) {
        guard batch.rows > 0 else { throw InputDefect("found no rows, at least one is required by \(name)") }
        switch self {
        case .texts:
            guard batch.content == .texts else { throw InputDefect("rows are numbers, but \(name) is expecting texts") }
        case .table:
            guard batch.content == .table else {
                throw InputDefect("Specifying the columns using strings is only supported for dataframes.")
            }
        case .numbers(let columns):
            guard batch.content != .texts else { throw InputDefect("rows are texts, but \(name) is expecting numbers") }
            guard batch.content != .table else {
                throw InputDefect("rows are a table, but \(name) is expecting numbers")
            }
            guard batch.columns == columns || columns == 0 else {
                throw InputDefect(
                    "X has \(batch.columns) features, but \(name) is expecting \(columns) features as input."
                )
            }
        }
    }
}
