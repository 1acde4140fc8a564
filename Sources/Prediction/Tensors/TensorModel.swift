/// A model of tensors ready to serve: what a file became.
package struct TensorModel: Sendable {
    /// What those are told who cannot ask for outputs by name.
    package enum Told: Equatable, Sendable {
        /// All outputs.
        case all
        /// The classes that a classifier decided for: its first output.
        case labels
        /// The probabilities that a classifier worked out: its second output, as rows of numbers.
        case probabilities
    }

    /// What answers.
    package let predictor: any TensorPredictor
    /// What the file says of itself.
    package let description: ModelDescription
    /// What those are told who cannot ask for outputs by name.
    package let told: Told

    package init(
        predictor: any TensorPredictor,
        description: ModelDescription,
        options: Model.Options = Model.Options()
    ) {
        self.predictor = predictor
        self.description = description
        told = TensorModel.decideTold(predictor.outputs, options)
    }

    /// Whether it also answers with probabilities.
    package var hasProbabilities: Bool { told != .all }

    /// Classifiers that were converted to tensors (skl2onnx, onnxmltools, CatBoost) answer `label` and `probabilities`,
    /// or the same words behind `output_`; whoever asked the model that they were made of was told one of both.
    package static func decideTold(_ outputs: [TensorOutput], _ options: Model.Options) -> Told {
        guard outputs.count == 2, outputs[0].name.hasSuffix("label") else { return .all }
        guard outputs[1].name.hasSuffix("probabilities") || outputs[1].name.hasSuffix("probability") else {
            return .all
        }
        guard case .tensor(let type, _) = outputs[0].kind, type == .bytes || type == .int64 else { return .all }
        switch outputs[1].kind {
        case .maps, .tensor: return options.wantsProbabilities ? .probabilities : .labels
        case .map, .sequence: return .all
        }
    }
}
