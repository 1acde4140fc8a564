import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's GaussianMixture and BayesianGaussianMixture: the component, or the probabilities of all.
enum GaussianMixture {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let weights = try value.member("weights_").tensor().values
        return try build(value, builder, constants: weights.map { log($0) })
    }

    /// The variational mixture: expected logarithms of weights and precisions (Bishop, section 10.2).
    static func buildBayesian(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let means = try value.member("means_").matrix()
        let columns = means.columns
        let freedoms = try value.member("degrees_of_freedom_").vector(means.rows)
        let precisions = try value.member("mean_precision_").vector(means.rows)
        let weights = try logWeights(value, count: means.rows)
        guard freedoms.allSatisfy({ $0 > Double(columns - 1) }) else {
            throw value.defect("degrees_of_freedom_ are too few for \(columns) columns")
        }
        let constants = (0..<means.rows).map { index in
            let freedom = freedoms[index]
            var logLambda = Double(columns) * log(2.0)
            for column in 0..<columns { logLambda += digamma(0.5 * (freedom - Double(column))) }
            let own = 0.5 * (logLambda - Double(columns) / precisions[index]) - 0.5 * Double(columns) * log(freedom)
            return weights[index] + own
        }
        return try build(value, builder, constants: constants)
    }

    private static func build(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        constants: [Double]
    ) throws(ModelDefect) -> EstimatorSteps {
        let method = try builder.method(of: value, having: [.predict, .probabilities])
        let scorer = try ComponentDensities(value, constants: constants)
        let count = scorer.outputs
        let readout: ScoredModel.Readout =
            method == .predict
            ? .labels(count == 1 ? .lowest : .highest, .integers((0..<count).map(Int64.init)))
            : .numbers(.softmax, columns: count, classes: count, type: .float64)
        return try builder.steps(value, scorer, readout, by: method)
    }

    private static func logWeights(_ value: PickleValue, count: Int) throws(ModelDefect) -> [Double] {
        let concentration = try value.member("weight_concentration_")
        guard try value.member("weight_concentration_prior_type").isText("dirichlet_process") else {
            let all = try concentration.vector(count)
            let total = digamma(all.reduce(0, +))
            return all.map { digamma($0) - total }
        }
        let pair = try concentration.elements()
        guard pair.count == 2 else { throw concentration.defect("is no pair of arrays") }
        let (first, second) = (try pair[0].vector(count), try pair[1].vector(count))
        var before = 0.0
        return (0..<count).map { index in
            let total = digamma(first[index] + second[index])
            defer { before += digamma(second[index]) - total }
            return digamma(first[index]) - total + before
        }
    }

    /// The derivative of the logarithm of the gamma function: recurrence up to 10, then its asymptotic series
    /// (Abramowitz and Stegun 6.3.18).
    static func digamma(_ x: Double) -> Double {
        guard x > 0 else { return .nan }
        var (x, sum) = (x, 0.0)
        while x < 10 {
            sum -= 1 / x
            x += 1
        }
        let square = 1 / (x * x)
        let series =
            square
            * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square * (1.0 / 240 - square * (1.0 / 132)))))
        return sum + log(x) - 0.5 / x - series
    }
}

/// Logarithms of normal densities of several components, plus a constant for each.
///
/// score = constant + log |P| − ½ (n log 2π + |(x − mean) × P|²), P being the Cholesky factor of the precision matrix,
/// whose shape `covariance_type` tells: full (components × n × n), tied (n × n), diag (components × n), spherical
/// (components).
struct ComponentDensities: RowScorer {
    let columns: Int
    private let means: Matrix
    private let shapes: Shapes
    private let constants: [Double]

    private enum Shapes: Sendable {
        /// For each component the factors of its columns.
        case diagonal([[Double]])
        /// For each component from a row to its place along the axes, and what is taken away from that: the mean's place,
        /// as scikit-learn does it.
        case full([(axes: LaneMatrix, offsets: [Double])])
    }

    var outputs: Int { means.rows }
    /// A row's place along the axes.
    var workspace: Int { if case .full = shapes { columns } else { 0 } }

    init(_ value: PickleValue, constants: [Double]) throws(ModelDefect) {
        let means = try value.member("means_").matrix()
        let (count, columns) = (means.rows, means.columns)
        guard constants.count == count, count > 0, columns > 0 else {
            throw value.defect("has \(constants.count) weights for \(count) means")
        }
        let stored = try value.member("precisions_cholesky_")
        let numbers = try stored.tensor().values
        let kind = try value.member("covariance_type").text()
        var factors: [[Double]] = []
        switch kind {
        case "full":
            guard numbers.count == count * columns * columns else { throw stored.defect("does not fit means_") }
            let size = columns * columns
            factors = (0..<count).map { Array(numbers[$0 * size..<($0 + 1) * size]) }
        case "tied":
            guard numbers.count == columns * columns else { throw stored.defect("does not fit means_") }
            factors = [[Double]](repeating: numbers, count: count)
        case "diag":
            guard numbers.count == count * columns else { throw stored.defect("does not fit means_") }
            factors = (0..<count).map { Array(numbers[means.range($0)]) }
        case "spherical":
            guard numbers.count == count else { throw stored.defect("does not fit means_") }
            try value.heap.spend(count * columns, at: value.place)
            factors = numbers.map { [Double](repeating: $0, count: columns) }
        default: throw value.defect("covariance_type \(kind) is none of full, tied, diag and spherical")
        }
        let isDiagonal = kind == "diag" || kind == "spherical"
        self.constants = zip(constants, factors).map { constant, factor in
            let diagonal = isDiagonal ? factor : (0..<columns).map { factor[$0 * (columns + 1)] }
            let determinant = diagonal.reduce(0) { $0 + log($1) }
            return constant + determinant - 0.5 * Double(columns) * log(2 * Double.pi)
        }
        self.columns = columns
        self.means = means
        shapes =
            isDiagonal ? .diagonal(factors) : .full(ComponentDensities.axes(means, factors, areTied: kind == "tied"))
    }

    private static func axes(
        _ means: Matrix,
        _ factors: [[Double]],
        areTied: Bool
    ) -> [(axes: LaneMatrix, offsets: [Double])] {
        var last: LaneMatrix?
        return factors.enumerated().map { component, factor in
            let matrix = Matrix(rows: means.columns, columns: means.columns, values: factor).transposed()
            // One of all components is kept once.
            let axes = areTied ? last ?? LaneMatrix(matrix) : LaneMatrix(matrix)
            last = axes
            return (axes, axes.times(Array(means.values[means.range(component)])).map { -$0 })
        }
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        switch shapes {
        case .diagonal(let factors):
            for component in 0..<means.rows {
                var distance = 0.0
                for column in 0..<columns {
                    let away = row[column] - means.values[component * columns + column]
                    distance += away * factors[component][column] * (away * factors[component][column])
                }
                result[component] = constants[component] - 0.5 * distance
            }
        case .full(let shapes):
            row.withUnsafeBufferPointer { row in
                space.withUnsafeMutableBufferPointer { places in
                    for (component, shape) in shapes.enumerated() {
                        shape.axes.multiply(row, count: 1, plus: shape.offsets, into: places)
                        var distance = 0.0
                        for axis in 0..<columns { distance += places[axis] * places[axis] }
                        result[component] = constants[component] - 0.5 * distance
                    }
                }
            }
        }
    }
}
