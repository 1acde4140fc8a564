import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's MLPClassifier and MLPRegressor.
enum NeuralNetwork {
    static func buildRegressor(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let layers = try PerceptronLayers(value)
        return try builder.regressor(value, layers, isFlat: layers.outputs == 1)
    }

    /// The last layer gives probabilities: one for two classes, one each for more, or one for each column of a table.
    static func buildClassifier(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let layers = try PerceptronLayers(value)
        let binarizer = try value.member("_label_binarizer")
        if try binarizer.member("y_type_").text().hasPrefix("multilabel") {
            let method = try builder.method(of: value, having: [.predict, .probabilities])
            let link: Link = method == .predict ? .indicator(above: 0.5) : .identity
            return try builder.table(value, layers, link, by: method)
        }
        let labels = try binarizer.member("classes_").labels()
        let isPair = layers.outputs == 1
        return try builder.classifier(
            value,
            layers,
            labels,
            by: isPair ? .above(0.5) : .highest,
            probabilities: isPair ? .complement : .identity,
            decision: nil
        )
    }
}

/// Fully connected layers: activation(row × coefficients + intercepts), one after the other.
struct PerceptronLayers: RowScorer {
    enum Activation: Sendable { case identity, logistic, tanh, rectifier, softmax, exponential }

    private struct Layer: Sendable {
        /// outputs × inputs: the transpose of `coefs_`, so that a sum runs along a row.
        let coefficients: Matrix
        let intercepts: [Double]
        let activation: Activation
    }

    let columns: Int
    let outputs: Int
    /// Twice the widest layer.
    let workspace: Int
    private let layers: [Layer]

    init(_ value: PickleValue) throws(ModelDefect) {
        let coefficients = try value.member("coefs_").elements()
        let intercepts = try value.member("intercepts_").elements()
        let inner = try PerceptronLayers.activation(value.member("activation"))
        let last = try PerceptronLayers.activation(value.member("out_activation_"))
        guard !coefficients.isEmpty, coefficients.count == intercepts.count else {
            throw value.defect("has \(coefficients.count) layers and \(intercepts.count) intercepts")
        }
        var layers: [Layer] = []
        for (index, coefficient) in coefficients.enumerated() {
            let matrix = try coefficient.matrix(rows: layers.last?.intercepts.count)
            layers.append(
                Layer(
                    coefficients: matrix.transposed(),
                    intercepts: try intercepts[index].vector(matrix.columns),
                    activation: index == coefficients.count - 1 ? last : inner
                )
            )
        }
        self.layers = layers
        columns = layers[0].coefficients.columns
        outputs = layers[layers.count - 1].intercepts.count
        workspace = 2 * layers.reduce(columns) { max($0, $1.intercepts.count) }
    }

    private static func activation(_ value: PickleValue) throws(ModelDefect) -> Activation {
        switch try value.text() {
        case "identity": .identity
        case "logistic": .logistic
        case "tanh": .tanh
        case "relu": .rectifier
        case "softmax": .softmax
        case "exp": .exponential
        case let name: throw value.defect("is \(name), which is no activation")
        }
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        // The two halves of the work space take turns as a layer's input and output.
        var (input, output) = (0, workspace / 2)
        for column in 0..<columns { space[column] = row[column] }
        for layer in layers {
            let width = layer.coefficients.columns
            let coefficients = layer.coefficients.values.span
            for unit in 0..<layer.intercepts.count {
                var sum = 0.0
                for index in 0..<width { sum += space[input + index] * coefficients[unit * width + index] }
                space[output + unit] = sum + layer.intercepts[unit]
            }
            PerceptronLayers.apply(layer.activation, output..<output + layer.intercepts.count, &space)
            swap(&input, &output)
        }
        for index in 0..<outputs { result[index] = space[input + index] }
    }

    private static func apply(_ activation: Activation, _ range: Range<Int>, _ space: inout MutableSpan<Double>) {
        switch activation {
        case .identity: return
        case .logistic: for index in range { space[index] = Link.logistic(space[index]) }
        case .tanh: for index in range { space[index] = Glibc.tanh(space[index]) }
        case .rectifier: for index in range { space[index] = max(0, space[index]) }
        case .exponential: for index in range { space[index] = exp(space[index]) }
        case .softmax: Link.softmax(range, &space)
        }
    }
}
