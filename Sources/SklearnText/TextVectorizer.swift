import Pickle
import Prediction
import Sklearn

/// scikit-learn's CountVectorizer: for each text how often each term of the vocabulary occurs.
struct TextVectorizer: Transformer {
    let analyzer: TextAnalyzer
    let vocabulary: Vocabulary
    /// Whether to tell only if a term occurs.
    let isBinary: Bool

    var input: Input { .texts }
    var outputColumns: Int { vocabulary.count }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let vectorizer = TextVectorizer(
            analyzer: try TextAnalyzer(value),
            vocabulary: try Vocabulary(value.member("vocabulary_")),
            isBinary: try value.member("binary").flag()
        )
        return EstimatorSteps(transformers: [vectorizer])
    }

    /// TfidfVectorizer: a CountVectorizer that holds a TfidfTransformer.
    static func buildWithTfidf(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let counter = try build(value).transformers
        let inner = try value.member("_tfidf")
        let weights = try TfidfTransformer.build(inner, columns: counter.first?.outputColumns ?? 0)
        return EstimatorSteps(transformers: counter + weights.transformers)
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try analyzer.checkSize(batch)
        batch.sparse.clear()
        try batch.withTextScratch { batch, scratch throws(InputDefect) in
            for row in 0..<batch.rows { try count(row, &batch, &scratch) }
        }
        batch.content = .sparse
        batch.columns = outputColumns
    }

    private func count(_ row: Int, _ batch: inout Batch, _ scratch: inout TextScratch) throws(InputDefect) {
        var columns = [Int32]()
        swap(&columns, &scratch.columns)
        columns.removeAll(keepingCapacity: true)
        try analyzer.analyze(batch.texts.utf8[batch.texts.range(row)], &scratch) { bytes, range in
            if let column = vocabulary.column(of: bytes, range) { columns.append(column) }
        }
        columns.sort()
        batch.sparse.appendRow(counting: columns, isBinary: isBinary)
        swap(&columns, &scratch.columns)
    }
}

extension SparseRows {
    /// Ends a row of these columns, which are sorted: each once, with how often it is there.
    fileprivate mutating func appendRow(counting sorted: [Int32], isBinary: Bool) {
        var last: Int32 = -1
        for column in sorted {
            if column != last {
                columns.append(column)
                values.append(1)
                last = column
            } else if !isBinary {
                values[values.count - 1] += 1
            }
        }
        ends.append(columns.count)
    }
}

extension Vocabulary {
    /// A pickled dictionary of terms to columns, which must be 0 up to their number.
    fileprivate init(_ value: PickleValue) throws(ModelDefect) {
        let pairs = try value.pairs()
        self.init(capacity: pairs.count)
        var seen = [Bool](repeating: false, count: pairs.count)
        for (key, column) in pairs {
            let column = try column.integer()
            guard seen.indices.contains(column), !seen[column] else {
                throw value.defect("column \(column) of \(pairs.count) is given twice or is out of range")
            }
            seen[column] = true
            // Safe: columns are fewer than the file's bytes, at most 2^30.
            insert(Array(try key.text().utf8), column: Int32(column))
        }
    }
}
