import Glibc
import Prediction

/// Layers of neurons; what neurons give stands in the model's numbers, inputs first.
struct NeuralNetwork: ModelBody {
    enum Activation: String {
        case threshold, logistic, tanh, identity, exponential, reciprocal, square, sine, cosine, arctan, rectifier
        case gauss = "Gauss", elliott = "Elliott", radialBasis
    }
    enum Normalization: String { case none, simplemax, softmax }

    struct Neuron: Sendable {
        let connections: [(from: Int32, weight: Double)]
        let bias: Double
        /// Of a radial basis.
        let width: Double
        let altitude: Double
    }

    struct Layer: Sendable {
        let neurons: [Neuron]
        let activation: Activation
        let normalization: Normalization
        let threshold: Double
        let leakage: Double?
    }

    let inputs: [Expression]
    let layers: [Layer]
    /// Where the neurons' numbers are among those of the workspace.
    let firstNeuron: Int
    /// The neurons of the classes, or the one of the number.
    let outputs: [Int32]
    /// How the number is brought back to the target's scale; as it is where it is nil.
    let scale: NormContinuous?
    let isClassification: Bool
    let precision: Precision

    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        for (index, input) in inputs.enumerated() {
            let value = try input.evaluate(work)
            if value.isMissing { return try model.absent(work) }
            work.scores[firstNeuron + index] = precision.rounded(try work.number(value))
        }
        var next = firstNeuron + inputs.count
        for layer in layers {
            for (index, neuron) in layer.neurons.enumerated() {
                work.scores[next + index] = activate(neuron, layer, work)
            }
            let range = next..<next + layer.neurons.count
            switch layer.normalization {
            case .none: break
            case .simplemax: try Shares.simplemax(&work.scores, range, precision)
            case .softmax: try Shares.softmax(&work.scores, range, precision)
            }
            next = range.upperBound
        }
        guard isClassification else { return try number(model, work) }
        for (index, output) in outputs.enumerated() {
            work.scores[model.firstScore + index] = work.scores[firstNeuron + Int(output)]
        }
        return try model.classification(work)
    }

    private func number(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome {
        let number = work.scores[firstNeuron + Int(outputs[0])]
        guard let scale else { return try model.regression(number) }
        guard let scaled = scale.inverse(number) else {
            throw InputDefect("the network's number \(number) lies outside of its target's scale")
        }
        return try model.regression(precision.rounded(scaled))
    }

    private func activate(_ neuron: Neuron, _ layer: Layer, _ work: Workspace) -> Double {
        var sum = 0.0
        if layer.activation == .radialBasis {
            for (from, weight) in neuron.connections {
                let difference = precision.rounded(work.scores[firstNeuron + Int(from)] - weight)
                sum = precision.rounded(sum + difference * difference)
            }
            let exponent = sum / (-2 * neuron.width * neuron.width)
            return precision.rounded(exp(exponent + Double(neuron.connections.count) * log(neuron.altitude)))
        }
        for (from, weight) in neuron.connections {
            sum = precision.rounded(sum + precision.rounded(weight * work.scores[firstNeuron + Int(from)]))
        }
        return precision.rounded(NeuralNetwork.activate(precision.rounded(sum + neuron.bias), layer, precision))
    }

    private static func activate(_ sum: Double, _ layer: Layer, _ precision: Precision) -> Double {
        switch layer.activation {
        case .threshold: sum > layer.threshold ? 1 : 0
        case .logistic: Shares.inverseLogit(sum, precision)
        case .tanh: Glibc.tanh(sum)
        case .exponential: exp(sum)
        case .reciprocal: 1 / sum
        case .square: sum * sum
        case .gauss: exp(-(sum * sum))
        case .sine: sin(sum)
        case .cosine: cos(sum)
        case .elliott: sum / (1 + sum.magnitude)
        case .arctan: 2 * atan(sum) / Double.pi
        case .rectifier: sum > 0 ? sum : layer.leakage.map { $0 * sum } ?? 0
        case .identity, .radialBasis: sum
        }
    }
}
