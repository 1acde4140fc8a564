/// The map of scikit-learn's PLSRegression, PLSCanonical and CCA: (row − mean) / scale × coefficients + intercepts.
struct PartialLeastSquares: RowScorer {
    let columns: Int
    let outputs: Int
    let isFlat: Bool
    private let mean: [Double]
    private let scale: [Double]
    /// outputs × columns
    private let coefficients: [Double]
    private let intercepts: [Double]

    init(_ value: PickleValue) throws(ModelDefect) {
        let columns = try value.member("n_features_in_").size()
        self.columns = columns
        let stored = try value.member("coef_").matrix()
        // Since 1.3 `coef_` is outputs × columns and scaled already; before it is columns × outputs.
        let isNew = try PartialLeastSquares.isNew(value)
        guard (isNew ? stored.columns : stored.rows) == columns else {
            throw value.defect("coef_ has \(stored.rows) rows and \(stored.columns) columns for \(columns) columns")
        }
        let outputs = isNew ? stored.rows : stored.columns
        self.outputs = outputs
        coefficients = isNew ? stored.values : stored.transposed().values
        mean = try PartialLeastSquares.either("_x_mean", "x_mean_", of: value).vector(columns)
        scale =
            try isNew
            ? [Double](repeating: 1, count: columns)
            : PartialLeastSquares.either("_x_std", "x_std_", of: value).vector(columns)
        if let shift = try value.optional("intercept_") {
            intercepts = try shift.vector(outputs)
        } else {
            intercepts = try PartialLeastSquares.either("_y_mean", "y_mean_", of: value).vector(outputs)
        }
        isFlat = try value.optional("_predict_1d")?.flag() ?? false
    }

    private static func isNew(_ value: PickleValue) throws(ModelDefect) -> Bool {
        let version = try value.optional("_sklearn_version")?.text() ?? "0"
        let parts = version.split(separator: ".").prefix(2).compactMap { Int($0) }
        return parts.count == 2 && (parts[0] > 1 || parts[0] == 1 && parts[1] >= 3)
    }

    private static func either(
        _ name: String,
        _ old: String,
        of value: PickleValue
    ) throws(ModelDefect) -> PickleValue {
        if let member = try value.optional(name) { return member }
        return try value.member(old)
    }

    func score(
        _ row: Span<Double>,
        into result: inout MutableSpan<Double>,
        _ space: inout MutableSpan<Double>
    ) {
        for output in 0..<outputs {
            var sum = 0.0
            for column in 0..<columns {
                sum += (row[column] - mean[column]) / scale[column] * coefficients[output * columns + column]
            }
            result[output] = sum + intercepts[output]
        }
    }
}
