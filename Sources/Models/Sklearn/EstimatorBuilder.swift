/// What an estimator becomes: transformers in order, and the predictor at their end where it is one.
struct EstimatorSteps {
    var transformers: [any Transformer] = []
    var predictor: (any Predictor)?
    /// The method by which the predictor answers; nil where its answer tells that.
    var method: EstimatorMethod?

    /// Lets other steps follow, at `value`, which must take what these give.
    mutating func append(_ next: EstimatorSteps, at value: PickleValue) throws(ModelDefect) {
        if let given = transformers.last?.outputColumns,
            let taken = next.transformers.first?.input ?? next.predictor?.input
        {
            try taken.checkFits(given, areCells: transformers.last?.givesCells ?? false, at: value)
        }
        if var imputer = transformers.last as? CellImputer,
            let encoder = next.transformers.first as? any CategoryEncoder
        {
            imputer.precede(encoder)
            transformers[transformers.count - 1] = imputer
        }
        transformers += next.transformers
        predictor = next.predictor
        method = next.method
    }
}

extension Input {
    /// Throws where an estimator with this input, at `value`, cannot take rows of so many numbers, or of so many cells.
    func checkFits(_ given: Int, areCells: Bool = false, at value: PickleValue) throws(ModelDefect) {
        switch self {
        case .numbers(given), .numbers(0): return
        case .numbers(let columns):
            throw value.defect("takes \(columns) columns, but the step before gives \(given)")
        case .texts: throw value.defect("takes texts, but the step before gives numbers")
        case .table(let columns) where areCells && columns.count == given: return
        case .table: throw value.defect("takes named columns, but the step before gives numbers")
        }
    }
}

/// Builds neutral models of pickled estimators, by their class.
struct EstimatorBuilder {
    typealias Build = @Sendable (PickleValue, EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps

    /// What is asked of the estimator, the most wanted first.
    let methods: [EstimatorMethod]
    var depth = 0
    /// Numbers of a row, for estimators that do not say how many they take; nil where nobody knows.
    var columns: Int?

    /// The estimators that are understood: package and class as scikit-learn's documentation names them.
    private static let table: [String: Build] = [
        text, transformers, columns, linear, bayes, neighbors, supportVectors, trees, searches, ensembles, composition,
    ].reduce(into: [:]) {
        $0.merge($1) { first, _ in first }
    }

    /// Builds the estimator that `value` is as a step before others.
    func buildStep(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        try EstimatorBuilder(methods: [.transform], depth: depth).build(value)
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
        let isStep = methods == [.transform]
        let steps = isStep ? EstimatorBuilder.transformingPredictors : [:]
        guard let build = steps["\(package).\(name)"] ?? EstimatorBuilder.table["\(package).\(name)"] else {
            let known = EstimatorBuilder.table.keys.filter { $0.hasPrefix("\(package).") }.sorted()
            throw ModelDefect(
                at: value.place,
                what: "\(module).\(name) cannot be served natively",
                why: known.isEmpty ? nil : "known are \(known.joined(separator: ", "))"
            )
        }
        return try build(value, EstimatorBuilder(methods: methods, depth: depth + 1, columns: columns))
    }
}
