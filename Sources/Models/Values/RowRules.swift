/// What an estimator demands of its rows before it computes: scikit-learn's `validate_data`, in its words.
struct RowRules: Sendable {
    /// Name of the estimator.
    let name: String
    /// Numbers of a row.
    let columns: Int
    var allowsSparse = false
    var allowsNaN = false
    var allowsInfinity = false

    var input: Input { .numbers(columns: columns) }

    func check(_ batch: borrowing Batch) throws(InputDefect) {
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
    func ofOwn(columns: Int) -> RowRules {
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

extension PickleValue {
    /// The rules for the rows of this estimator, whose number of columns is `n_features_in_`.
    func rowRules(sparse: Bool = false, nan: Bool = false) throws(ModelDefect) -> RowRules {
        rowRules(columns: try member("n_features_in_").size(), sparse: sparse, nan: nan)
    }

    /// The rules for the rows of this estimator.
    func rowRules(columns: Int, sparse: Bool = false, nan: Bool = false) -> RowRules {
        RowRules(name: className?.name ?? "", columns: columns, allowsSparse: sparse, allowsNaN: nan)
    }
}
