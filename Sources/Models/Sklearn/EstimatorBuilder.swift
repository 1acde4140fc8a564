/// What an estimator becomes: transformers in order, and the predictor at their end where it is one.
struct EstimatorSteps {
    var transformers: [any Transformer] = []
    var predictor: (any Predictor)?

    /// Lets other steps follow, at `value`, which must take what these give.
    mutating func append(_ next: EstimatorSteps, at value: PickleValue) throws(ModelDefect) {
        if let given = transformers.last?.outputColumns,
            let taken = next.transformers.first?.input ?? next.predictor?.input
        {
            switch taken {
            case .numbers(given): break
            case .numbers(let columns):
                throw value.defect("takes \(columns) columns, but the step before gives \(given)")
            case .texts: throw value.defect("takes texts, but the step before gives numbers")
            case .table: throw value.defect("takes named columns, but the step before gives numbers")
            }
        }
        transformers += next.transformers
        predictor = next.predictor
    }
}

/// Builds neutral models of pickled estimators, by their class.
struct EstimatorBuilder {
    typealias Build = @Sendable (PickleValue, EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps

    let options: Model.Options
    var depth = 0
    /// Whether the estimator is to change rows, though it could predict.
    var isStep = false

    /// The estimators that are understood: package and class as scikit-learn's documentation names them.
    private static let table = others.merging(transformers) { first, _ in first }

    private static let others: [String: Build] = [
        "sklearn.feature_extraction.CountVectorizer": { value, _ throws(ModelDefect) in try TextVectorizer.build(value)
        },
        "sklearn.feature_extraction.TfidfTransformer": { value, _ throws(ModelDefect) in
            try TfidfTransformer.build(value)
        },
        "sklearn.feature_extraction.TfidfVectorizer": { value, _ throws(ModelDefect) in
            try TextVectorizer.buildWithTfidf(value)
        },
        "sklearn.linear_model.LogisticRegression": { value, builder throws(ModelDefect) in
            try LogisticRegression.build(value, builder.options)
        },
        "sklearn.pipeline.Pipeline": { value, builder throws(ModelDefect) in try Pipeline.build(value, builder) },
    ]

    /// Builds the estimator that `value` is as a step before others.
    func buildStep(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        try EstimatorBuilder(options: options, depth: depth, isStep: true).build(value)
    }

    /// Builds the estimator that `value` is.
    func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        guard let (module, name) = value.className else {
            throw value.defect("is \(value.kind), expected is an estimator")
        }
        guard depth < ModelLimits.nestingMax else {
            throw value.defect("estimators are nested deeper than \(ModelLimits.nestingMax) levels")
        }
        try value.heap.spendEstimator(at: value.place)
        // Where in its package a class is kept changes between versions: sklearn.linear_model._logistic.
        let package = module.split(separator: ".").prefix(2).joined(separator: ".")
        let steps = isStep ? EstimatorBuilder.transformingPredictors : [:]
        guard let build = steps["\(package).\(name)"] ?? EstimatorBuilder.table["\(package).\(name)"] else {
            let known = EstimatorBuilder.table.keys.sorted().joined(separator: ", ")
            throw ModelDefect(
                at: value.place,
                what: "\(module).\(name) cannot be served natively",
                why: "known are \(known)"
            )
        }
        return try build(value, EstimatorBuilder(options: options, depth: depth + 1, isStep: isStep))
    }
}
