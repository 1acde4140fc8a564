import Pickle
import Prediction
import Sklearn

/// scikit-learn's FeatureUnion: transformers that each take all columns; what they give stands side by side.
struct FeatureUnion: Transformer {
    /// What becomes of a copy of the rows.
    struct Part: Sendable {
        /// None where they pass as they are.
        let transformers: [any Transformer]
        /// Factor of what is given.
        let weight: Double

        init(transformers: [any Transformer], weight: Double) {
            self.transformers = transformers
            self.weight = weight
        }
    }

    let parts: [Part]
    let input: Input
    let outputColumns: Int

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let weights = try value.optional("transformer_weights")
        var parts: [Part] = []
        for named in try value.member("transformer_list").elements() {
            let pair = try named.elements()
            guard pair.count == 2 else { throw named.defect("is no pair of name and transformer") }
            if pair[1].isNone || pair[1].isText("drop") { continue }
            let steps = pair[1].isText("passthrough") ? EstimatorSteps() : try builder.buildStep(pair[1])
            guard steps.predictor == nil else { throw pair[1].defect("predicts, expected is a transformer") }
            let weight = try weights?.optional(pair[0].text())?.number() ?? 1
            parts.append(Part(transformers: steps.transformers, weight: weight))
        }
        guard let input = parts.lazy.compactMap({ $0.transformers.first?.input }).first else {
            throw value.defect("has no part whose columns are known")
        }
        guard parts.allSatisfy({ $0.transformers.first.map { $0.input == input } ?? true }) else {
            throw value.defect("has parts that take different rows")
        }
        var width = 0
        for part in parts {
            guard let columns = part.transformers.last?.outputColumns ?? input.columns else {
                throw value.defect("lets rows pass that are no numbers")
            }
            width += columns
        }
        return EstimatorSteps(transformers: [FeatureUnion(parts: parts, input: input, outputColumns: width)])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        var given: [Batch] = []
        for part in parts {
            var own = batch.takeSpare()
            own.copyRows(of: batch)
            for transformer in part.transformers { try transformer.transform(&own) }
            if part.weight != 1 { own.mapEntries { $1 * part.weight } }
            given.append(own)
        }
        let isSparse = given.contains { $0.content == .sparse }
        try batch.join(given, columns: outputColumns, sparse: isSparse, by: "FeatureUnion")
        for own in given { batch.keepSpare(own) }
    }
}

extension Input {
    /// How many numbers a row has; nil where it has none.
    fileprivate var columns: Int? { if case .numbers(let columns) = self { columns } else { nil } }
}
