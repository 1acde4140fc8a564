import Pickle
import Prediction
import Sklearn
import SklearnTransformers

/// scikit-learn's HashingVectorizer: for each text how often terms of each hash occur.
struct HashingVectorizer: Transformer {
    let analyzer: TextAnalyzer
    let outputColumns: Int
    let isBinary: Bool
    /// Whether half of the terms count down, so that terms of one hash cancel each other on average.
    let alternatesSign: Bool

    var input: Input { .texts }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let columns = try value.member("n_features")
        let count = try columns.integer()
        guard (1..<Int(Int32.max)).contains(count) else {
            throw columns.defect("is \(count), which is no number of columns")
        }
        let vectorizer = HashingVectorizer(
            analyzer: try TextAnalyzer(value),
            outputColumns: count,
            isBinary: try value.member("binary").flag(),
            alternatesSign: try value.member("alternate_sign").flag()
        )
        let normalizer = try value.optional("norm").map { norm throws(ModelDefect) in
            try Normalizer(rules: value.rowRules(columns: count, sparse: true), norm: Normalizer.norm(norm))
        }
        return EstimatorSteps(transformers: [vectorizer] + (normalizer.map { [$0] } ?? []))
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
        var hashes = [UInt32]()
        swap(&hashes, &scratch.hashes)
        hashes.removeAll(keepingCapacity: true)
        try analyzer.analyze(batch.texts.utf8[batch.texts.range(row)], &scratch) { bytes, range in
            hashes.append(slot(of: Int32(bitPattern: MurmurHash.hash(bytes, range))))
        }
        hashes.sort()
        batch.sparse.appendRow(counting: hashes, isBinary: isBinary)
        swap(&hashes, &scratch.hashes)
    }

    /// The column of a hash, and in the lowest bit whether its term counts down.
    private func slot(of hash: Int32) -> UInt32 {
        // The magnitude of the lowest number is one more than scikit-learn can hold, which takes care of it by this.
        let column =
            hash == .min ? (2_147_483_647 - (outputColumns - 1)) % outputColumns : abs(Int(hash)) % outputColumns
        return UInt32(column) << 1 | (alternatesSign && hash < 0 ? 1 : 0)
    }
}

extension SparseRows {
    /// Ends a row of these hashes, which are sorted: each column once, though its count be zero.
    fileprivate mutating func appendRow(counting sorted: [UInt32], isBinary: Bool) {
        var last: UInt32?
        for hash in sorted {
            let count: Double = hash & 1 == 0 ? 1 : -1
            if hash >> 1 != last {
                last = hash >> 1
                columns.append(Int32(hash >> 1))
                values.append(isBinary ? 1 : count)
            } else if !isBinary {
                values[values.count - 1] += count
            }
        }
        ends.append(columns.count)
    }
}
