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
struct PerceptronLayers: Scorer {
    enum Activation: Sendable { case identity, logistic, tanh, rectifier, softmax, exponential }

    private struct Layer: Sendable {
        let coefficients: LaneMatrix
        let intercepts: [Double]
        let activation: Activation

        var outputs: Int { intercepts.count }
    }

    let columns: Int
    let outputs: Int
    /// Numbers of the widest layer.
    private let widest: Int
    private let layers: [Layer]

    var input: Input { .numbers(columns: columns) }

    /// Rows that go through all layers together: what one layer gives is still near when the next takes it.
    private static let tileRowsMax = 96

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
            let matrix = try coefficient.matrix(rows: layers.last?.outputs)
            layers.append(
                Layer(
                    coefficients: LaneMatrix(matrix.transposed()),
                    intercepts: try intercepts[index].vector(matrix.columns),
                    activation: index == coefficients.count - 1 ? last : inner
                )
            )
        }
        self.layers = layers
        columns = layers[0].coefficients.inner
        outputs = layers[layers.count - 1].outputs
        widest = layers.reduce(columns) { max($0, $1.outputs) }
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

    func score(_ batch: inout Batch, into numbers: inout [Double]) {
        numbers.fit(batch.rows * outputs)
        let tile = min(batch.rows, PerceptronLayers.tileRowsMax)
        var space: [Double] = []
        swap(&space, &batch.rowWork.space)
        defer { swap(&space, &batch.rowWork.space) }
        space.fit(2 * tile * widest)
        space.withUnsafeMutableBufferPointer { space in
            numbers.withUnsafeMutableBufferPointer { numbers in
                var first = 0
                while first < batch.rows {
                    let rows = first..<min(batch.rows, first + tile)
                    let results = rows.lowerBound * outputs..<rows.upperBound * outputs
                    run(batch, rows, into: UnsafeMutableBufferPointer(rebasing: numbers[results]), space)
                    first = rows.upperBound
                }
            }
        }
    }

    /// Takes some rows through all layers; the halves of the work space take turns as a layer's input and output.
    private func run(
        _ batch: borrowing Batch,
        _ rows: Range<Int>,
        into result: UnsafeMutableBufferPointer<Double>,
        _ space: UnsafeMutableBufferPointer<Double>
    ) {
        var free = UnsafeMutableBufferPointer(rebasing: space[..<(space.count / 2)])
        var taken = UnsafeMutableBufferPointer(rebasing: space[(space.count / 2)...])
        for (index, layer) in layers.enumerated() {
            let output = index == layers.count - 1 ? result : free
            if index > 0 {
                let input = UnsafeBufferPointer(taken)
                layer.coefficients.multiply(input, count: rows.count, plus: layer.intercepts, into: output)
            } else {
                multiply(batch, rows, into: output)
            }
            let numbers = UnsafeMutableBufferPointer(rebasing: output[..<(rows.count * layer.outputs)])
            PerceptronLayers.apply(layer.activation, numbers, width: layer.outputs)
            swap(&free, &taken)
        }
    }

    /// The first layer without its activation.
    private func multiply(_ batch: borrowing Batch, _ rows: Range<Int>, into output: UnsafeMutableBufferPointer<Double>)
    {
        let layer = layers[0]
        guard batch.content == .sparse else {
            batch.values.withUnsafeBufferPointer { values in
                let own = UnsafeBufferPointer(rebasing: values[rows.lowerBound * columns..<rows.upperBound * columns])
                layer.coefficients.multiply(own, count: rows.count, plus: layer.intercepts, into: output)
            }
            return
        }
        for row in rows {
            let place = (row - rows.lowerBound) * layer.outputs
            let own = UnsafeMutableBufferPointer(rebasing: output[place..<place + layer.outputs])
            let entries = batch.sparse.range(row)
            layer.coefficients.multiply(sparse: entries, of: batch.sparse, plus: layer.intercepts, into: own)
        }
    }

    private static func apply(_ activation: Activation, _ numbers: UnsafeMutableBufferPointer<Double>, width: Int) {
        switch activation {
        case .identity: return
        case .logistic: Lanes.best.logistic(numbers)
        case .tanh: Lanes.best.hyperbolicTangent(numbers)
        case .rectifier: for index in numbers.indices { numbers[index] = max(0, numbers[index]) }
        case .exponential: Lanes.best.exponential(numbers)
        case .softmax: Lanes.best.softmax(numbers, width: width)
        }
    }
}
