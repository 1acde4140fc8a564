import Pickle
import Prediction
import Sklearn

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
        // Before 1.1 `coef_` is columns × outputs, after that outputs × columns, and from 1.5 on scaled already.
        let isScaled = try value.isSavedSince(1, 5)
        var stored: Matrix
        if let hidden = try value.optional("_coef_") {
            stored = try hidden.matrix()
        } else {
            stored = try value.member("coef_").matrix()
            if try !value.isSavedSince(1, 1) { stored = stored.transposed() }
        }
        guard stored.columns == columns else {
            throw value.defect("coef_ has \(stored.rows) rows and \(stored.columns) columns for \(columns) columns")
        }
        let outputs = stored.rows
        self.outputs = outputs
        coefficients = stored.values
        mean = try value.member("_x_mean", formerly: "x_mean_").vector(columns)
        scale =
            try isScaled
            ? [Double](repeating: 1, count: columns)
            : value.member("_x_std", formerly: "x_std_").vector(columns)
        if let shift = try value.optional("intercept_") {
            intercepts = try shift.vector(outputs)
        } else {
            intercepts = try value.member("_y_mean", formerly: "y_mean_").vector(outputs)
        }
        isFlat = try value.optional("_predict_1d")?.flag() ?? false
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
