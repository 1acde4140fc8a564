import Pickle
import Prediction
import Sklearn
import Trees

/// scikit-learn's HistGradientBoostingClassifier and …Regressor: trees in double precision that take missing numbers and
/// categories.
enum HistGradientBoosting {
    static func build(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let columns = try HistColumns(value)
        var steps = try build(value, columns, builder)
        // Categories that are texts are numbered before the trees see them.
        if columns.areNumbered {
            steps.transformers = try builder.buildStep(value.member("_preprocessor")).transformers + steps.transformers
        }
        return steps
    }

    private static func build(
        _ value: PickleValue,
        _ columns: HistColumns,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        guard value.estimatorName.hasSuffix("Classifier") else {
            let hasLogLink = try value.optional("loss").map { $0.isText("poisson") || $0.isText("gamma") } ?? false
            let link: Link = hasLogLink ? .exponential : .identity
            return try builder.regressor(value, scorer(value, columns, outputs: 1), isFlat: true, link: link)
        }
        let labels = try value.member("classes_").labels()
        guard (2...ModelLimits.answerNumbersMax).contains(labels.count) else {
            throw value.defect("tells \(labels.count) classes apart")
        }
        return try builder.classifier(
            value,
            scorer(value, columns, outputs: labels.count == 2 ? 1 : labels.count),
            labels,
            probabilities: labels.count == 2 ? .logistic : .softmax,
            decision: .identity
        )
    }

    private static func scorer(
        _ value: PickleValue,
        _ columns: HistColumns,
        outputs: Int
    ) throws(ModelDefect) -> TreeScorer {
        let start = try value.member("_baseline_prediction").vector(outputs)
        var compiler = TreeCompiler(columns: columns.count, outputs: outputs, isSingle: false, sumsAreSingle: false)
        for stage in try value.member("_predictors").elements() {
            let predictors = try stage.elements()
            guard predictors.count == outputs else {
                throw stage.defect("holds \(predictors.count) trees for \(outputs) outputs")
            }
            for (output, predictor) in predictors.enumerated() {
                let tree = try HistTree(predictor).tree(columns, &compiler)
                try compiler.add(tree, output: output, at: predictor.path)
            }
        }
        return TreeScorer(
            name: value.estimatorName,
            trees: compiler.finish(),
            start: start,
            allowsMissing: true
        )
    }
}

/// What the trees of HistGradientBoosting know of the rows' columns.
private struct HistColumns {
    let count: Int
    /// For each column of the trees the column of the rows: since 1.4 columns of categories come first.
    let source: [Int32]
    /// For each column of the trees its categories, as rows spell them, by the number that trees give them.
    let categories: [[Int]?]
    /// What a number between two categories is.
    let fractions: CategorySet.Fractions
    /// Whether rows come with their categories numbered and their columns in the trees' order.
    var areNumbered = false

    /// How large the number of a category may be.
    private static let categoryMax = 1 << 20

    init(_ value: PickleValue) throws(ModelDefect) {
        let count = try value.member("n_features_in_").size()
        self.count = count
        let flags = try value.optional("is_categorical_")?.tensor().values.map { $0 != 0 }
        guard let flags else {
            try value.heap.spend(count, at: value.place)
            source = (0..<count).map { Int32($0) }
            categories = [[Int]?](repeating: nil, count: count)
            fractions = .down
            return
        }
        guard flags.count == count else { throw value.defect("is_categorical_ is for \(flags.count) columns") }
        let marked = (0..<count).filter { flags[$0] }
        if let encoder = try HistColumns.encoder(value), try HistColumns.hasTexts(encoder) {
            try value.heap.spend(count, at: value.place)
            source = (0..<count).map { Int32($0) }
            var categories = [[Int]?](repeating: nil, count: count)
            for (column, known) in try encoder.member("categories_").elements().enumerated() where column < count {
                let count = try known.holdsObjects ? known.elements().count : known.tensor().values.count
                categories[column] = Array(0..<count)
            }
            self.categories = categories
            fractions = .none
            areNumbered = true
        } else if let encoder = try HistColumns.encoder(value) {
            source = (marked + (0..<count).filter { !flags[$0] }).map { Int32($0) }
            let known = try encoder.member("categories_").elements()
            guard known.count == marked.count else { throw encoder.defect("encodes \(known.count) columns") }
            var categories: [[Int]?] = []
            for column in known { categories.append(try HistColumns.categories(column)) }
            self.categories = categories + [[Int]?](repeating: nil, count: count - marked.count)
            fractions = .none
        } else {
            source = (0..<count).map { Int32($0) }
            let limits = try value.member("_bin_mapper").member("bin_thresholds_").elements()
            guard limits.count == count else { throw value.defect("has bins for \(limits.count) columns") }
            var categories = [[Int]?](repeating: nil, count: count)
            for column in marked {
                let known = try HistColumns.categories(limits[column])
                try value.heap.spend((known.max() ?? 0) + 1, at: value.place)
                // Here trees call categories as rows do: those that are not known stay empty.
                var own = [Int](repeating: -1, count: (known.max() ?? -1) + 1)
                for category in known { own[category] = category }
                categories[column] = own
            }
            self.categories = categories
            fractions = .down
        }
    }

    /// The OrdinalEncoder in front of the trees, since 1.4.
    private static func encoder(_ value: PickleValue) throws(ModelDefect) -> PickleValue? {
        guard let preprocessor = try value.optional("_preprocessor") else { return nil }
        for named in try preprocessor.member("transformers_").elements() {
            let parts = try named.elements()
            if parts.count == 3, parts[0].isText("encoder") { return parts[1] }
        }
        throw preprocessor.defect("has no encoder of categories")
    }

    /// Whether some of an encoder's categories are no numbers.
    private static func hasTexts(_ encoder: PickleValue) throws(ModelDefect) -> Bool {
        for column in try encoder.member("categories_").elements() where column.holdsObjects { return true }
        return false
    }

    private static func categories(_ value: PickleValue) throws(ModelDefect) -> [Int] {
        var categories: [Int] = []
        for number in try value.tensor().values where !number.isNaN {
            guard let category = Int(exactly: number), (0...categoryMax).contains(category) else {
                throw value.refusal(
                    .histogramCategories,
                    "holds the category \(number), only whole numbers up to \(categoryMax) are served natively"
                )
            }
            categories.append(category)
        }
        return categories
    }
}

/// One tree, a TreePredictor: records of nodes, and sets of categories that go to the left.
private struct HistTree {
    private let value: PickleValue
    private let count: Int
    private let answers, columns, thresholds, missingGoesLeft, left, right, isLeaf: [Double]
    private let isByCategory, sets: [Double]?
    /// Eight words for each set.
    private let words: [Double]
    private static let wordsPerSet = 8

    init(_ value: PickleValue) throws(ModelDefect) {
        self.value = value
        let records = try value.member("nodes").records()
        count = records.count
        answers = try records.required("value")
        columns = try records.required("feature_idx")
        thresholds = try records.required("num_threshold")
        missingGoesLeft = try records.required("missing_go_to_left")
        left = try records.required("left")
        right = try records.required("right")
        isLeaf = try records.required("is_leaf")
        isByCategory = try records.numbers("is_categorical")
        sets = try records.numbers("bitset_idx")
        words = try value.optional("raw_left_cat_bitsets")?.tensor().values ?? []
    }

    func tree(_ known: HistColumns, _ compiler: inout TreeCompiler) throws(ModelDefect) -> Tree {
        var tree = Tree()
        for index in 0..<count {
            guard isLeaf[index] == 0 else {
                tree.nodes.append(Tree.Node(value: answers[index]))
                continue
            }
            guard let column = Int(exactly: columns[index]), known.source.indices.contains(column) else {
                throw value.defect("tests column \(columns[index]), but there are \(known.count)")
            }
            var node = Tree.Node(
                left: Int32(exactly: left[index]) ?? .max,
                right: Int32(exactly: right[index]) ?? .max,
                column: known.source[column],
                test: .notGreater,
                missingGoesLeft: missingGoesLeft[index] != 0,
                value: thresholds[index]
            )
            if let isByCategory, isByCategory[index] != 0 {
                node.test = .member
                node.value = try compiler.keep(set: set(index, known, column), at: value.place)
            }
            tree.nodes.append(node)
        }
        return tree
    }

    /// The categories that go to the left; those that are not known go where missing numbers go.
    private func set(_ index: Int, _ known: HistColumns, _ column: Int) throws(ModelDefect) -> CategorySet {
        let first = sets.flatMap { Int(exactly: $0[index]) }.map { $0 * HistTree.wordsPerSet } ?? -1
        guard first >= 0, first + HistTree.wordsPerSet <= words.count, let categories = known.categories[column] else {
            throw value.defect("splits node \(index) by categories that are not there")
        }
        try value.heap.spend(categories.count, at: value.place)
        let othersGoLeft = missingGoesLeft[index] != 0
        let bits = ((categories.max() ?? -1) / 32 + 1) * 32
        var set = CategorySet(
            words: [UInt32](repeating: othersGoLeft ? .max : 0, count: bits / 32),
            containsOthers: othersGoLeft,
            containsMissing: othersGoLeft,
            fractions: known.fractions
        )
        for (number, category) in categories.enumerated() where category >= 0 {
            let word = number < 32 * HistTree.wordsPerSet ? UInt32(exactly: words[first + number / 32]) ?? 0 : 0
            let goesLeft = word >> UInt32(number % 32) & 1 != 0
            set.words[category / 32] &= ~(1 << UInt32(category % 32))
            if goesLeft { set.words[category / 32] |= 1 << UInt32(category % 32) }
        }
        return set
    }
}

extension PickleValue {
    /// Whether this is an array of objects, as categories are that are texts.
    fileprivate var holdsObjects: Bool {
        guard case .array(let index) = heap[ref], case .objects = heap.arrays[Int(index)].content else { return false }
        return true
    }
}
