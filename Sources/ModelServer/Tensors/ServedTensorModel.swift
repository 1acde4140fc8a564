package import Prediction

/// A loaded model of tensors under the name by which clients ask for it.
package final class ServedTensorModel: Sendable {
    /// The name in paths and answers.
    package let name: String
    /// Answers tensors.
    package let model: TensorModel
    /// Where its requests are counted.
    package let metrics: ModelMetrics
    /// Threads that ask it; nil where the loop's own thread does.
    let threads: ModelThreads?
    /// What it takes.
    let inputs: [TensorInput]
    /// What it answers.
    let outputs: [TensorOutput]
    /// The outputs that are answered where a client names none, or cannot name any.
    let told: [Int]
    /// All outputs.
    let all: [Int]

    package init(name: String, model: TensorModel, metrics: ModelMetrics) {
        self.name = name
        self.model = model
        self.metrics = metrics
        inputs = model.predictor.inputs
        outputs = model.predictor.outputs
        let count = model.predictor.threads
        threads = count > 0 ? ModelThreads(name: "ask-model", count: count) : nil
        all = Array(outputs.indices)
        told =
            switch model.told {
            case .all: all
            case .labels: [0]
            case .probabilities: [1]
            }
    }

    /// The only input that a request has to bring; nil where there are several, or none.
    var onlyInput: Int? {
        let needed = inputs.indices.filter { !inputs[$0].isOptional }
        return needed.count == 1 ? needed[0] : nil
    }

    /// The input of that name; `guess` is tried first.
    func input(_ name: some Sequence<UInt8>, guess: Int) throws(RequestDefect) -> Int {
        if guess < inputs.count, inputs[guess].name.utf8.elementsEqual(name) { return guess }
        if let index = inputs.firstIndex(where: { $0.name.utf8.elementsEqual(name) }) { return index }
        throw RequestDefect(
            "unexpected inference input '\(String(decoding: Array(name), as: UTF8.self))' for model '\(self.name)': "
                + "it takes \(inputs.map { "'\($0.name)'" }.joined(separator: ", "))"
        )
    }

    /// Throws where an input that must be there is not, or is not of a shape that fits.
    func check(_ batch: borrowing TensorBatch) throws(RequestDefect) {
        for (index, input) in inputs.enumerated() {
            if batch[index].isGiven {
                do throws(PredictionFault) {
                    try input.check(shape: batch[index].shape)
                } catch {
                    throw RequestDefect(error.what)
                }
            } else if !input.isOptional {
                throw RequestDefect("input '\(input.name)' of model '\(name)' is missing")
            }
        }
    }
}
