import Pickle
package import Prediction
import Sklearn
import SklearnEstimators
import SklearnMeta
import SklearnText
import SklearnTransformers
import SklearnTrees

extension ModelFormat {
    /// Models saved by scikit-learn (0.24 to 1.9) with pickle or joblib.
    package static let pickle = ModelFormat(
        name: "pickle",
        endings: [".joblib", ".pkl", ".pickle"],
        mayBePacked: true,
        // The oldest pickles begin with any letter.
        isBegunBy: { _ in true },
        load: { bytes, options throws(ModelDefect) in try PickledEstimator.load(bytes, options) },
        outline: { bytes, options throws(ModelDefect) in
            let fileBytes = options.fileBytes
            return try PickledEstimator.describe(PickleValue.read(bytes, fileBytes: fileBytes, isLenient: true))
        }
    )
}

/// From a pickle of an estimator to a model.
enum PickledEstimator {
    /// All estimators that are served natively.
    static let table = EstimatorTable(
        [
            EstimatorBuilder.text, EstimatorBuilder.transformers, EstimatorBuilder.columnSteps,
            EstimatorBuilder.selectors,
            EstimatorBuilder.linear,
            EstimatorBuilder.bayes, EstimatorBuilder.neighbors, EstimatorBuilder.supportVectors, EstimatorBuilder.trees,
            EstimatorBuilder.boosters,
            EstimatorBuilder.searches,
            EstimatorBuilder.ensembles, EstimatorBuilder.composition,
        ],
        steps: [EstimatorBuilder.transformingPredictors, EstimatorBuilder.transformingEnsembles]
    )

    static func load(_ bytes: [UInt8], _ options: Model.Options) throws(ModelDefect) -> ModelContent {
        let root = try PickleValue.read(bytes, fileBytes: options.fileBytes)
        let steps = try EstimatorBuilder(table: table, methods: methods(options)).build(root)
        let entrance = try entrance(root)
        return ModelContent(
            predictor: try predictor(steps, options, root),
            featureNames: try entrance.className == nil ? [] : entrance.columnNames() ?? steps.columnNames,
            checksNames: entrance.className?.name != "ColumnTransformer",
            frame: steps.frame,
            description: try describe(root)
        )
    }

    private static func methods(_ options: Model.Options) -> [EstimatorMethod] {
        if options.wantsTransformed { return [.transform] }
        return options.wantsProbabilities ? [.probabilities, .predict] : [.predict]
    }

    private static func predictor(
        _ steps: EstimatorSteps,
        _ options: Model.Options,
        _ root: PickleValue
    ) throws(ModelDefect) -> any Predictor {
        if let predictor = steps.predictor {
            return steps.transformers.isEmpty ? predictor : Chain(transformers: steps.transformers, last: predictor)
        }
        guard options.wantsTransformed, let rows = TransformedRows(steps.transformers) else {
            throw root.defect("is \(root.kind), which transforms but does not predict")
        }
        return rows
    }

    /// The estimator that gets the rows first: a pipeline's first step, or theirs.
    private static func entrance(_ value: PickleValue) throws(ModelDefect) -> PickleValue {
        var value = value
        while value.className?.name == "Pipeline", let first = try value.member("steps").elements().first {
            let pair = try first.elements()
            guard pair.count == 2, pair[1].className != nil else { return value }
            value = pair[1]
        }
        return value
    }

    /// Describes the value that a pickle is of, be it an estimator or not.
    static func describe(_ root: PickleValue) throws(ModelDefect) -> ModelDescription {
        let package = root.className?.module.split(separator: ".").first.map(String.init)
        return ModelDescription(
            format: root.isOfJoblib ? "joblib" : "pickle",
            library: package == "sklearn" ? "scikit-learn" : package ?? "",
            version: try root.isPart ? root.optional("_sklearn_version")?.text() : nil,
            estimator: try EstimatorOutline(root)
        )
    }
}
