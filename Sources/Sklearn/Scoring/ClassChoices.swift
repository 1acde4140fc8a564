package import Pickle
package import Prediction

/// The class with the highest score, for each of several outputs whose scores stand side by side.
struct ClassChoices: Scorer {
    let scores: any Scorer
    /// For each output what stands for its classes: their names where these are numbers, else their indices.
    let codes: [[Double]]

    var input: Input { scores.input }
    var outputs: Int { codes.count }
    var keepsRows: Bool { scores.keepsRows }
    var checksNumbers: Bool { scores.checksNumbers }

    func score(_ batch: inout Batch, into numbers: inout [Double]) throws(InputDefect) {
        let rows = batch.rows
        try scores.score(&batch, into: &numbers)
        var (from, to) = (0, 0)
        for _ in 0..<rows {
            for codes in codes {
                var best = 0
                for index in codes.indices where numbers[from + index] > numbers[from + best] { best = index }
                numbers[to] = codes[best]
                from += codes.count
                to += 1
            }
        }
        numbers.removeLast(numbers.count - to)
    }
}

extension EstimatorBuilder {
    /// A classifier of several outputs, each of which has classes of its own: answers with the class of each.
    package func choices(
        _ value: PickleValue,
        _ scorer: any Scorer,
        _ labels: [Labels]
    ) throws(ModelDefect) -> EstimatorSteps {
        _ = try method(of: value, having: [.predict])
        guard let first = labels.first, scorer.outputs == labels.reduce(0, { $0 + $1.count }) else {
            throw value.defect("has \(scorer.outputs) scores for the classes of \(labels.count) outputs")
        }
        guard let texts = Labels(joining: labels) else {
            guard labels.allSatisfy({ !$0.numbers.isEmpty }) else {
                throw value.refusal(.mixedAnswers)
            }
            let isAlike = labels.allSatisfy { $0.elementType == first.elementType }
            let choices = ClassChoices(scores: scorer, codes: labels.map(\.numbers))
            return try regressor(value, choices, isFlat: false, type: isAlike ? first.elementType : .float64)
        }
        let codes = labels.map { ($0.places(in: texts) ?? []).map(Double.init) }
        let choices = ClassChoices(scores: scorer, codes: codes)
        return try steps(value, choices, .labelRows(texts, columns: labels.count))
    }
}

extension Labels {
    /// All classes of several outputs; nil where these are not all texts.
    package init?(joining labels: [Labels]) {
        var names: [String] = []
        for case .texts(let own) in labels { names += own.filter { !names.contains($0) } }
        guard labels.allSatisfy({ $0.numbers.isEmpty }), !names.isEmpty else { return nil }
        self = .texts(names)
    }
}
