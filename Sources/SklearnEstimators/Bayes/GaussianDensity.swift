import Glibc
import Pickle
import Prediction
import Sklearn

/// Logarithms of normal densities whose columns are independent, one for each class, each plus a constant.
///
/// score = constant − ½ Σ (x − mean)² / variance
struct GaussianDensity: RowScorer {
    let columns: Int
    let outputs: Int
    /// outputs × columns
    private let means: [Double]
    /// outputs × columns
    private let variances: [Double]
    /// log prior − ½ Σ log 2π variance, for each class
    private let constants: [Double]

    /// GaussianNB: `theta_`, `var_` (`sigma_` before version 1.0), `class_prior_`.
    init(_ value: PickleValue) throws(ModelDefect) {
        let means = try value.member("theta_").matrix()
        var spread = try value.optional("var_")
        if spread == nil { spread = try value.member("sigma_") }
        let variances = try (spread ?? value).matrix(rows: means.rows, columns: means.columns)
        let priors = try value.member("class_prior_").vector(means.rows)
        columns = means.columns
        outputs = means.rows
        self.means = means.values
        self.variances = variances.values
        constants = (0..<means.rows).map { output in
            let logs = variances.values[variances.range(output)].reduce(0) { $0 + log(2 * Double.pi * $1) }
            return log(priors[output]) - 0.5 * logs
        }
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for output in 0..<outputs {
            var sum = 0.0
            for column in 0..<columns {
                let away = row[column] - means[output * columns + column]
                sum += away * away / variances[output * columns + column]
            }
            result[output] = constants[output] - 0.5 * sum
        }
    }
}
