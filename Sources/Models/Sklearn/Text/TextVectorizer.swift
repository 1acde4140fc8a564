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
        for row in 0..<batch.rows {
            batch.scratch.columns.removeAll(keepingCapacity: true)
            var columns = [Int32]()
            swap(&columns, &batch.scratch.columns)
            try analyzer.analyze(batch.texts.utf8[batch.texts.range(row)], &batch.scratch) { bytes, range in
                if let column = vocabulary.column(of: bytes, range) { columns.append(column) }
            }
            swap(&columns, &batch.scratch.columns)
            batch.countColumns(isBinary: isBinary)
        }
        batch.content = .sparse
        batch.columns = outputColumns
    }
}

extension Batch {
    /// Ends a sparse row of the columns in the work space: each once, in order, with how often it was there.
    fileprivate mutating func countColumns(isBinary: Bool) {
        scratch.columns.sort()
        var last: Int32 = -1
        for column in scratch.columns {
            if column != last {
                sparse.columns.append(column)
                sparse.values.append(1)
                last = column
            } else if !isBinary {
                sparse.values[sparse.values.count - 1] += 1
            }
        }
        sparse.ends.append(sparse.columns.count)
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
