/// Models saved by scikit-learn (0.24 to 1.9) with pickle or joblib: from a folder to a predictor.
package enum Sklearn {
    /// What is asked of a model beyond its file.
    package struct Options: Sendable {
        /// Answer with probabilities of the classes, where the model has them, instead of a class.
        package var wantsProbabilities: Bool

        package init(wantsProbabilities: Bool = false) { self.wantsProbabilities = wantsProbabilities }
    }

    /// Ends of the file names that are model files.
    package static let fileEndings = [".joblib", ".pkl", ".pickle"]

    /// Loads the one model in a folder.
    package static func load(folder: String, options: Options = Options()) throws(ModelDefect) -> any Predictor {
        try load(file: ModelFile.find(in: folder, endings: fileEndings), options: options)
    }

    /// Loads a model file.
    package static func load(file: String, options: Options = Options()) throws(ModelDefect) -> any Predictor {
        try load(ModelFile.read(file), options: options)
    }

    /// Loads a model from the unpacked content of its file.
    package static func load(_ bytes: [UInt8], options: Options = Options()) throws(ModelDefect) -> any Predictor {
        let root = try PickleValue.read(bytes)
        let steps = try EstimatorBuilder(options: options).build(root)
        guard let predictor = steps.predictor else {
            throw root.defect("is \(root.kind), which transforms but does not predict")
        }
        return steps.transformers.isEmpty ? predictor : Chain(transformers: steps.transformers, last: predictor)
    }
}
