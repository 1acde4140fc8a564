/// What an estimator demands of its rows before it computes: scikit-learn's `validate_data`, in its words.
package struct RowRules: Sendable {
    /// Name of the estimator.
    package let name: String
    /// Numbers of a row.
    package let columns: Int
    /// Whether rows may be sparse.
    package var allowsSparse = false
    /// Whether numbers may be missing.
    package var allowsNaN = false
    /// Whether numbers may be infinite.
    package var allowsInfinity = false

    package init(
        name: String,
        columns: Int,
        allowsSparse: Bool = false,
        allowsNaN: Bool = false,
        allowsInfinity: Bool = false
    ) {
        self.name = name
        self.columns = columns
        self.allowsSparse = allowsSparse
        self.allowsNaN = allowsNaN
        self.allowsInfinity = allowsInfinity
    }

    /// Rows of so many numbers.
    package var input: Input { .numbers(columns: columns) }

    /// Throws, in scikit-learn's words, where the rows are not as the rules say.
    package func check(_ batch: borrowing Batch) throws(InputDefect) {
        try input.check(batch, by: name)
        guard batch.content != .sparse || allowsSparse else {
            throw InputDefect(
                "Sparse data was passed for X, but dense data is required. "
                    + "Use '.toarray()' to convert to a dense numpy array."
            )
        }
        try checkFinite(batch.content == .sparse ? batch.sparse.values : batch.values)
    }

    /// Rules for rows that this estimator made itself.
    package func ofOwn(columns: Int) -> RowRules {
        RowRules(name: name, columns: columns, allowsSparse: true, allowsNaN: true, allowsInfinity: true)
    }

    private func checkFinite(_ values: [Double]) throws(InputDefect) {
        // Zero times anything but infinity and NaN is zero: one branch for all rows.
        var sum = 0.0
        for value in values { sum += value * 0 }
        guard sum != 0 else { return }
        if !allowsNaN, values.contains(where: \.isNaN) { throw InputDefect("Input X contains NaN.\n\(name) \(advice)") }
        if !allowsInfinity, values.contains(where: \.isInfinite) {
            throw InputDefect("Input X contains infinity or a value too large for dtype('float64').")
        }
    }

    private var advice: String {
        "does not accept missing values encoded as NaN natively. For supervised learning, you might want to consider "
            + "sklearn.ensemble.HistGradientBoostingClassifier and Regressor which accept missing values encoded as "
            + "NaNs natively. Alternatively, it is possible to preprocess the data, for instance by using an imputer "
            + "transformer in a pipeline or drop samples with missing values. See "
            + "https://scikit-learn.org/stable/modules/impute.html You can find a list of all estimators that handle "
            + "NaN values at the following page: https://scikit-learn.org/stable/modules/impute.html"
            + "#estimators-that-handle-nan-values"
    }
}
