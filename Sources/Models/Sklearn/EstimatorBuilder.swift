/// What an estimator becomes: transformers in order, and the predictor at their end where it is one.
struct EstimatorSteps {
    var transformers: [any Transformer] = []
    var predictor: (any Predictor)?
}

/// Builds neutral models of pickled estimators, by their class.
struct EstimatorBuilder {
    typealias Build = @Sendable (PickleValue, EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps

    /// What is asked of the estimator, the most wanted first.
    let methods: [EstimatorMethod]
    var depth = 0

    /// The estimators that are understood: package and class as scikit-learn's documentation names them.
    private static let table: [String: Build] = [
        text, transformers, linear, bayes, supportVectors, composition,
    ].reduce(into: [:]) {
        $0.merge($1) { first, _ in first }
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
        guard let build = EstimatorBuilder.table["\(package).\(name)"] else {
            let known = EstimatorBuilder.table.keys.filter { $0.hasPrefix("\(package).") }.sorted()
            throw ModelDefect(
                at: value.place,
                what: "\(module).\(name) cannot be served natively",
                why: known.isEmpty ? nil : "known are \(known.joined(separator: ", "))"
            )
        }
        return try build(value, EstimatorBuilder(methods: methods, depth: depth + 1))
    }
}
