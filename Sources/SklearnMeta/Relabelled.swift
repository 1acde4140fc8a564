import Pickle
import Prediction
import Sklearn

/// A classifier whose classes are called otherwise by the estimator around it.
struct Relabelled: Predictor {
    let predictor: any Predictor
    /// Index of the outer class for each of its own.
    let places: [Int32]
    let labels: Labels

    var input: Input { predictor.input }
    var output: Output { .labels(labels) }
    var keepsRows: Bool { predictor.keepsRows }

    func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        try predictor.predict(&batch, into: &answer)
        for row in answer.labels.indices { answer.labels[row] = places[Int(answer.labels[row])] }
    }
}

extension EstimatorSteps {
    /// The same, whose answers are classes of `labels`: its own classes are their indices, or are among them.
    func relabelled(_ labels: Labels, at value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        guard let predictor, case .labels(let own) = predictor.output, own != labels else { return self }
        let indices = Labels.integers((0..<labels.count).map(Int64.init))
        guard let places = own.places(in: indices) ?? own.places(in: labels) else {
            throw value.defect("answers with classes that are not those of the estimator around it")
        }
        var steps = self
        steps.predictor = Relabelled(predictor: predictor, places: places.map(Int32.init), labels: labels)
        return steps
    }
}
