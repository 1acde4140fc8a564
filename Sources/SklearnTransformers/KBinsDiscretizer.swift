import Pickle
import Prediction
import Sklearn

/// scikit-learn's KBinsDiscretizer: in which bin of its column a number lies.
struct KBinsDiscretizer: Transformer {
    /// How a bin is told.
    enum Encoding: Sendable {
        /// By its index.
        case ordinal
        /// By a one among zeros.
        case oneHot(sparse: Bool)
    }

    let rules: RowRules
    /// The edges between bins, one column behind the other.
    let edges: [Double]
    /// Where the edges of each column end.
    let ends: [Int]
    let encoding: Encoding
    /// Whether numbers a little below an edge count as on it.
    let isLenient: Bool

    var input: Input { rules.input }
    /// A column of n edges between bins has n + 1 bins.
    var outputColumns: Int { if case .ordinal = encoding { rules.columns } else { edges.count + rules.columns } }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let rules = try value.rowRules()
        let columns = try value.member("bin_edges_").elements()
        guard columns.count == rules.columns else {
            throw value.defect("bin_edges_ is for \(columns.count) columns, expected are \(rules.columns)")
        }
        var edges: [Double] = []
        var ends: [Int] = []
        for column in columns {
            let all = try column.tensor().values
            guard all.count >= 2 else { throw column.defect("holds \(all.count) edges, a bin has two") }
            edges += all.dropFirst().dropLast()
            ends.append(edges.count)
        }
        let discretizer = KBinsDiscretizer(
            rules: rules,
            edges: edges,
            ends: ends,
            encoding: try encoding(value.member("encode")),
            isLenient: try !value.isSavedSince(1, 1)
        )
        return EstimatorSteps(transformers: [discretizer])
    }

    private static func encoding(_ value: PickleValue) throws(ModelDefect) -> Encoding {
        if value.isText("ordinal") { return .ordinal }
        if value.isText("onehot") { return .oneHot(sparse: true) }
        if value.isText("onehot-dense") { return .oneHot(sparse: false) }
        throw value.defect("is none of ordinal, onehot and onehot-dense")
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        guard case .oneHot(let isSparse) = encoding else { return batch.mapEntries { Double(bin(of: $1, in: $0)) } }
        if isSparse { return fillSparse(&batch) }
        try batch.mapRows(to: outputColumns, by: rules.name) { row, bins in
            for column in row.indices { bins[firstBin(of: column) + bin(of: row[column], in: column)] = 1 }
        }
    }

    private func fillSparse(_ batch: inout Batch) {
        batch.sparse.clear()
        for row in 0..<batch.rows {
            for column in 0..<rules.columns {
                let bin = bin(of: batch.values[row * rules.columns + column], in: column)
                // Safe: edges are fewer than the file's bytes, at most 2^30.
                batch.sparse.columns.append(Int32(firstBin(of: column) + bin))
                batch.sparse.values.append(1)
            }
            batch.sparse.ends.append(batch.sparse.columns.count)
        }
        batch.content = .sparse
        batch.columns = outputColumns
    }

    private func firstBin(of column: Int) -> Int { column == 0 ? 0 : ends[column - 1] + column }

    /// How many edges are not above the number.
    private func bin(of value: Double, in column: Int) -> Int {
        // As numpy.isclose, by which scikit-learn made up for rounding before version 1.1.
        let value = isLenient ? value + (1e-8 + 1e-5 * abs(value)) : value
        let first = column == 0 ? 0 : ends[column - 1]
        var (low, high) = (first, ends[column])
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low - first
    }
}
