import Pickle
import Prediction
import Sklearn

/// scikit-learn's EllipticEnvelope: outliers are farther from the middle, by Mahalanobis' measure, than `offset_`.
///
/// score = −(x − location) × precision × (x − location)ᵀ − offset
struct EllipticEnvelope: RowScorer {
    let columns: Int
    private let location: [Double]
    private let precision: [Double]
    private let offset: Double

    var outputs: Int { 1 }

    init(_ value: PickleValue) throws(ModelDefect) {
        location = try value.member("location_").tensor().values
        columns = location.count
        guard let precision = try value.optional("precision_") else {
            throw value.refusal(.covariancePrecision)
        }
        self.precision = try precision.matrix(rows: columns, columns: columns).values
        offset = try value.member("offset_").number()
    }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        try builder.outlierDetector(value, EllipticEnvelope(value))
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        var distance = 0.0
        for first in 0..<columns {
            var sum = 0.0
            for second in 0..<columns { sum += precision[first * columns + second] * (row[second] - location[second]) }
            distance += (row[first] - location[first]) * sum
        }
        result[0] = -distance - offset
    }
}
