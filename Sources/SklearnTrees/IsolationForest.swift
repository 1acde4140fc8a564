import Glibc
import Pickle
import Prediction
import Sklearn
import Trees

/// scikit-learn's IsolationForest: rows that few splits set apart from all others are outliers.
struct IsolationForest: Scorer {
    let lengths: TreeScorer
    /// What a score of a row is divided by: as long as the walks would be in all trees of random numbers.
    let length: Double
    let offset: Double

    var input: Input { lengths.input }
    var outputs: Int { 1 }
    var checksNumbers: Bool { true }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let members = try value.member("estimators_")
        let estimators = try members.elements()
        guard !estimators.isEmpty else { throw members.defect("is empty") }
        let chosen = try value.member("estimators_features_").elements()
        guard chosen.count == estimators.count else { throw value.defect("has columns for \(chosen.count) trees only") }
        let columns = try Forest.columns(value)
        var compiler = TreeCompiler(columns: columns, outputs: 1, isSingle: true, sumsAreSingle: false)
        var allowsMissing = try SklearnVersion(value) >= SklearnVersion(1, 6)
        for (estimator, features) in zip(estimators, chosen) {
            let tree = try SklearnTree(estimator)
            allowsMissing = allowsMissing && tree.knowsMissing
            let lengths = try self.lengths(tree)
            let features = try features.tensor().values.map { Int32(exactly: $0) ?? -1 }
            try compiler.add(tree.tree(columns: features) { lengths[$0] }, at: tree.value.path)
        }
        // 1.3 gave it another name.
        let samples = try value.member("_max_samples", formerly: "max_samples_").number()
        let forest = IsolationForest(
            lengths: TreeScorer(
                name: "IsolationForest",
                trees: compiler.finish(),
                start: [0],
                allowsMissing: allowsMissing
            ),
            length: Double(estimators.count) * averageLength(samples),
            offset: try value.member("offset_").number()
        )
        return try builder.outlierDetector(value, forest)
    }

    func score(_ batch: inout Batch, into numbers: inout [Double]) throws(InputDefect) {
        try lengths.score(&batch, into: &numbers)
        for index in numbers.indices {
            // A forest of single rows has walks of no length.
            let score = length == 0 ? 0.5 : exp2(-numbers[index] / length)
            numbers[index] = -score - offset
        }
    }

    /// For each leaf the length of the walk to it, and what the rows in it would take on average to be set apart.
    private static func lengths(_ tree: SklearnTree) throws(ModelDefect) -> [Double] {
        let rows = try tree.records.required("n_node_samples")
        var lengths = [Double](repeating: 0, count: tree.count)
        // Parents come before their children; where they do not, the compiler refuses the tree or its walks are too short.
        for index in 0..<tree.count {
            for child in [tree.left[index], tree.right[index]] {
                guard let child = Int(exactly: child), lengths.indices.contains(child) else { continue }
                lengths[child] = lengths[index] + 1
            }
        }
        return lengths.indices.map { lengths[$0] + averageLength(rows[$0]) }
    }

    /// Steps that set a row apart among so many, on average.
    private static func averageLength(_ rows: Double) -> Double {
        if rows <= 1 { return 0 }
        if rows == 2 { return 1 }
        let eulerGamma = 0.5772156649015329
        return 2 * (log(rows - 1) + eulerGamma) - 2 * (rows - 1) / rows
    }
}
