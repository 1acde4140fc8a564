package import Pickle
package import Prediction

/// scikit-learn's KernelCenterer: likenesses to the rows of the fit, as if all rows had been centred where the kernel looks.
package struct KernelCentring: RowScorer {
    /// How alike each row of the fit was to all, on average.
    private let rows: [Double]
    /// How alike all were to all.
    private let all: Double

    package var columns: Int { rows.count }
    package var outputs: Int { rows.count }

    package static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let rules = try value.rowRules()
        return EstimatorSteps(transformers: [ScoredRows(rules, try KernelCentring(value, rows: rules.columns))])
    }

    /// - Parameter rows: rows of the fit.
    package init(_ value: PickleValue, rows: Int) throws(ModelDefect) {
        self.rows = try value.member("K_fit_rows_").vector(rows)
        all = try value.member("K_fit_all_").number()
    }

    /// Centres the likenesses of one row.
    package func centre(_ likeness: UnsafeMutableBufferPointer<Double>) {
        var mean = 0.0
        for value in likeness { mean += value }
        mean /= Double(rows.count)
        for index in likeness.indices { likeness[index] = likeness[index] - rows[index] - mean + all }
    }

    package func score(
        _ row: Span<Double>,
        into result: inout MutableSpan<Double>,
        _ space: inout MutableSpan<Double>
    ) {
        for index in row.indices { result[index] = row[index] }
        result.withUnsafeMutableBufferPointer { centre($0) }
    }
}
