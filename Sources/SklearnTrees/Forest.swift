import Pickle
import Prediction
import Sklearn
import Trees

/// scikit-learn's decision trees and forests: leaves hold the answers, a forest averages those of its trees.
enum Forest {
    /// Builds a DecisionTree… or ExtraTree….
    static func buildTree(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        try build(value, of: [value], builder)
    }

    /// Builds a RandomForest… or ExtraTrees….
    static func buildForest(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let members = try value.member("estimators_")
        let trees = try members.elements()
        guard !trees.isEmpty else { throw members.defect("is empty") }
        return try build(value, of: trees, builder)
    }

    private static func build(
        _ value: PickleValue,
        of trees: [PickleValue],
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        if let outputs = try TreeOutputs(ofSeveral: value) { return try build(value, of: trees, outputs, builder) }
        guard value.estimatorName.hasSuffix("Classifier") else {
            return try builder.regressor(value, scorer(value, of: trees, classes: nil), isFlat: true)
        }
        let labels = try value.member("classes_").labels()
        return try builder.classifier(
            value,
            scorer(value, of: trees, classes: labels.count),
            labels,
            // Where there is one class, its share says nothing.
            by: labels.count == 1 ? .above(.infinity) : .highest,
            probabilities: .identity,
            decision: nil
        )
    }

    /// Several outputs.
    private static func build(
        _ value: PickleValue,
        of trees: [PickleValue],
        _ outputs: TreeOutputs,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let scorer = try scorer(value, of: trees, width: outputs.width) { tree, estimator throws(ModelDefect) in
            try outputs.vectors(tree, of: estimator)
        }
        guard case .classes(let labels) = outputs else {
            return try builder.regressor(value, scorer, isFlat: false)
        }
        return try builder.choices(value, scorer, labels)
    }

    /// - Parameter classes: how many classes leaves tell apart; nil where they hold one number.
    private static func scorer(
        _ value: PickleValue,
        of trees: [PickleValue],
        classes: Int?
    ) throws(ModelDefect) -> TreeScorer {
        guard (1...ModelLimits.answerNumbersMax).contains(classes ?? 1) else { throw value.defect("has no classes") }
        guard let classes else {
            return try scorer(value, of: trees, width: 1) { tree, _ throws(ModelDefect) in try tree.values(classes: 1) }
        }
        return try scorer(value, of: trees, width: classes) { tree, estimator throws(ModelDefect) in
            var values = try tree.values(classes: classes)
            // Up to 1.3 leaves hold weights of classes, later ones their shares already.
            if try SklearnVersion(estimator) < SklearnVersion(1, 4) { normalise(&values, classes) }
            return values
        }
    }

    /// The mean of trees whose leaves answer with `width` numbers each, which `leaves` reads for all nodes of a tree.
    private static func scorer(
        _ value: PickleValue,
        of trees: [PickleValue],
        width: Int,
        _ leaves: (SklearnTree, PickleValue) throws(ModelDefect) -> [Double]
    ) throws(ModelDefect) -> TreeScorer {
        var compiler = TreeCompiler(
            columns: try columns(value),
            outputs: width,
            isSingle: true,
            sumsAreSingle: false
        )
        var allowsMissing = true
        for estimator in trees {
            let tree = try SklearnTree(estimator)
            if try !takesMissing(value, estimator, tree) { allowsMissing = false }
            let values = try leaves(tree, estimator)
            let neutral = try tree.tree { index in
                width == 1 ? values[index] : compiler.keep(vector: values[index * width..<(index + 1) * width])
            }
            try compiler.add(neutral, at: tree.value.path)
        }
        return TreeScorer(
            name: value.estimatorName,
            trees: compiler.finish(),
            start: [Double](repeating: 0, count: width),
            allowsMissing: allowsMissing,
            divisor: Double(trees.count)
        )
    }

    private static func normalise(_ values: inout [Double], _ classes: Int) {
        for first in stride(from: 0, to: values.count, by: classes) {
            var sum = 0.0
            for index in first..<first + classes { sum += values[index] }
            if sum == 0 { continue }
            for index in first..<first + classes { values[index] /= sum }
        }
    }

    /// `n_features_in_`, which 0.24's members call `n_features_`.
    static func columns(_ value: PickleValue) throws(ModelDefect) -> Int {
        if let count = try value.optional("n_features_in_") { return try count.size() }
        return try value.member("n_features_").size()
    }

    /// Whether scikit-learn lets rows with missing numbers through to the trees: trees since 1.3, forests since 1.4,
    /// random splits since 1.6, and not all criteria.
    private static func takesMissing(
        _ value: PickleValue,
        _ estimator: PickleValue,
        _ tree: SklearnTree
    ) throws(ModelDefect) -> Bool {
        let name = value.estimatorName
        let version = try SklearnVersion(value)
        let splitter = try estimator.optional("splitter")
        let isRandom = splitter?.isText("random") ?? false
        let isAbsolute = try estimator.optional("criterion")?.isText("absolute_error") ?? false
        guard tree.knowsMissing, !isAbsolute || version >= SklearnVersion(1, 9) else { return false }
        if name.hasPrefix("ExtraTree") { return isRandom && version >= SklearnVersion(1, 6) }
        if name.hasPrefix("RandomForest") { return version >= SklearnVersion(1, 4) }
        return !isRandom || version >= SklearnVersion(1, 6)
    }
}
