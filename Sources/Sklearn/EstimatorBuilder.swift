package import Pickle
package import Prediction

/// What an estimator becomes: transformers in order, and the predictor at their end where it is one.
package struct EstimatorSteps {
    /// The steps that change rows, in order.
    package var transformers: [any Transformer] = []
    /// What answers at the end; nil where nothing does.
    package var predictor: (any Predictor)?
    /// The method by which the predictor answers; nil where its answer tells that.
    package var method: EstimatorMethod?
    /// The classes of a classifier that does not keep them as scikit-learn's do; nil for others.
    package var classes: Labels?
    /// Names of the columns, where the estimator does not keep them as scikit-learn's do.
    package var columnNames: [String] = []
    /// The columns of a data frame that the predictor picks by name; nil where it takes all of them, in their order.
    package var frame: FrameColumns?

    package init(
        transformers: [any Transformer] = [],
        predictor: (any Predictor)? = nil,
        method: EstimatorMethod? = nil
    ) {
        self.transformers = transformers
        self.predictor = predictor
        self.method = method
    }

    /// Lets other steps follow, at `value`, which must take what these give.
    package mutating func append(_ next: EstimatorSteps, at value: PickleValue) throws(ModelDefect) {
        if let given = transformers.last?.outputColumns,
            let taken = next.transformers.first?.input ?? next.predictor?.input
        {
            try taken.checkFits(given, areCells: transformers.last?.givesCells ?? false, at: value)
        }
        if let last = transformers.indices.last, let first = next.transformers.first {
            transformers[last] = transformers[last].preceding(first)
        }
        if transformers.isEmpty {
            columnNames = next.columnNames
            frame = next.frame
        }
        transformers += next.transformers
        predictor = next.predictor
        method = next.method
        classes = next.classes
    }
}

extension Input {
    /// Throws where an estimator with this input, at `value`, cannot take rows of so many numbers, or of so many cells.
    package func checkFits(_ given: Int, areCells: Bool = false, at value: PickleValue) throws(ModelDefect) {
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
package struct EstimatorBuilder {
    /// Makes steps of a pickled estimator of one class.
    package typealias Build = @Sendable (PickleValue, EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps

    /// The estimators that are understood.
    package let table: EstimatorTable
    /// What is asked of the estimator, the most wanted first.
    package let methods: [EstimatorMethod]
    /// How many estimators this one is inside of.
    package var depth = 0
    /// Numbers of a row, for estimators that do not say how many they take; nil where nobody knows.
    package var columns: Int?

    package init(table: EstimatorTable, methods: [EstimatorMethod], depth: Int = 0, columns: Int? = nil) {
        self.table = table
        self.methods = methods
        self.depth = depth
        self.columns = columns
    }

    /// Builds the estimator that `value` is as a step before others.
    package func buildStep(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        try EstimatorBuilder(table: table, methods: [.transform], depth: depth, columns: columns).build(value)
    }

    /// Builds the estimator that `value` is.
    package func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        guard let (module, name) = value.className else {
            throw value.defect("is \(value.kind), expected is an estimator")
        }
        guard depth < ModelLimits.nestingMax else {
            throw value.defect("estimators are nested deeper than \(ModelLimits.nestingMax) levels")
        }
        try value.heap.spendEstimator(at: value.place)
        let build = try table.build(module, name, asStep: methods == [.transform], at: value.place)
        return try build(value, EstimatorBuilder(table: table, methods: methods, depth: depth + 1, columns: columns))
    }
}
