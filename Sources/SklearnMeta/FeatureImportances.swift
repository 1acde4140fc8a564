import Pickle
import Prediction
import Sklearn
import SklearnTrees

/// How much each column matters to a fitted estimator: its coefficients, what it keeps as importances, or what its trees
/// gained by testing the column.
enum FeatureImportances {
    /// Weights of an estimator, one row for each output where it keeps them so.
    enum Weights {
        case flat([Double])
        case rows(Matrix)
    }

    /// By the attribute that `importance_getter` names; without a name as scikit-learn's `auto` finds it.
    static func weights(_ estimator: PickleValue, getter: String?) throws(ModelDefect) -> Weights {
        let attribute = getter ?? "coef_"
        if let stored = try estimator.optional(attribute) {
            if stored.isSparse { return .rows(try stored.matrix()) }
            let tensor = try stored.tensor()
            return tensor.shape.count == 1 ? .flat(tensor.values) : .rows(try stored.matrix())
        }
        guard getter == nil || getter == "feature_importances_" else {
            throw estimator.refusal(.importances, "keeps no \(attribute), which its importances are to be")
        }
        return .flat(try ofTrees(estimator))
    }

    /// The mean over an estimator's trees of what each column gained, scaled to a sum of one.
    private static func ofTrees(_ estimator: PickleValue) throws(ModelDefect) -> [Double] {
        let columns = try estimator.member("n_features_in_").size()
        if try estimator.optional("tree_") != nil { return scaled(try gains(SklearnTree(estimator), columns)) }
        let isBoosting = estimator.className?.name.hasPrefix("GradientBoosting") ?? false
        var (sums, count) = ([Double](repeating: 0, count: columns), 0.0)
        for tree in try estimator.member("estimators_").elements() {
            let tree = try SklearnTree(tree)
            // A tree of one leaf says nothing.
            guard tree.count > 1 else { continue }
            let own = try gains(tree, columns)
            // Boosting weighs trees by what they gain, forests weigh all trees the same.
            for (column, gain) in (isBoosting ? own : scaled(own)).enumerated() { sums[column] += gain }
            count += 1
        }
        return count == 0 ? sums : scaled(sums.map { $0 / count })
    }

    /// By how much the tests of each column lower the impurity, per row of the training.
    private static func gains(_ tree: SklearnTree, _ columns: Int) throws(ModelDefect) -> [Double] {
        let impurity = try tree.records.required("impurity")
        let weight = try tree.records.required("weighted_n_node_samples")
        let tested = try tree.records.required("feature")
        let nodes = 0..<tree.count
        var gains = [Double](repeating: 0, count: columns)
        for node in nodes where tree.left[node] >= 0 {
            guard let left = Int(exactly: tree.left[node]), let right = Int(exactly: tree.right[node]),
                let column = Int(exactly: tested[node]), nodes.contains(left), nodes.contains(right),
                gains.indices.contains(column)
            else { throw tree.value.defect("has a node that refers to what is not there") }
            gains[column] +=
                weight[node] * impurity[node] - weight[left] * impurity[left] - weight[right] * impurity[right]
        }
        guard let all = weight.first, all > 0 else { return gains }
        return gains.map { $0 / all }
    }

    private static func scaled(_ numbers: [Double]) -> [Double] {
        let sum = numbers.reduce(0, +)
        return sum > 0 ? numbers.map { $0 / sum } : numbers
    }
}
