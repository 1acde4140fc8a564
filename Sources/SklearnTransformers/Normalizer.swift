package import Pickle
package import Prediction
package import Sklearn

/// scikit-learn's Normalizer: makes each row of length one; rows of zeros stay as they are.
package struct Normalizer: Transformer {
    /// What the length of a row is.
    package enum Norm: Sendable { case sum, euclidean, largest }

    /// What is demanded of the rows.
    package let rules: RowRules
    /// What becomes 1 of each row.
    package let norm: Norm

    package init(rules: RowRules, norm: Norm) {
        self.rules = rules
        self.norm = norm
    }

    package var input: Input { rules.input }
    package var outputColumns: Int { rules.columns }

    package static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let norm = try norm(value.member("norm"))
        return EstimatorSteps(transformers: [Normalizer(rules: try value.rowRules(sparse: true), norm: norm)])
    }

    /// The norm that a parameter names.
    package static func norm(_ choice: PickleValue) throws(ModelDefect) -> Norm {
        let norms: [(name: String, norm: Norm)] = [("l1", .sum), ("l2", .euclidean), ("max", .largest)]
        guard let norm = norms.first(where: { choice.isText($0.name) })?.norm else {
            throw choice.defect("norm is none of l1, l2 and max")
        }
        return norm
    }

    package func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        for row in 0..<batch.rows {
            if batch.content == .sparse {
                normalise(&batch.sparse.values, batch.sparse.range(row), atLeast: .leastNonzeroMagnitude)
            } else {
                // scikit-learn takes dense rows that are shorter for zero.
                normalise(&batch.values, row * rules.columns..<(row + 1) * rules.columns, atLeast: 10 * .ulpOfOne)
            }
        }
    }

    private func normalise(_ values: inout [Double], _ range: Range<Int>, atLeast lengthMin: Double) {
        values.withUnsafeMutableBufferPointer { values in
            var length = 0.0
            switch norm {
            case .sum: for at in range { length += abs(values[at]) }
            case .largest: for at in range { length = max(length, abs(values[at])) }
            case .euclidean:
                for at in range { length += values[at] * values[at] }
                length = length.squareRoot()
            }
            guard length >= lengthMin else { return }
            for at in range { values[at] /= length }
        }
    }
}
