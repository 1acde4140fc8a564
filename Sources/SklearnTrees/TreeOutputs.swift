import Pickle
import Prediction
import Sklearn
import Trees

/// What the leaves of scikit-learn's trees hold: a number or the shares of classes, for one output or for several.
enum TreeOutputs {
    /// Regression: a number for each output.
    case numbers(Int)
    /// Classification: for each output its classes.
    case classes([Labels])

    /// Of an estimator with several outputs; nil where it has one.
    init?(ofSeveral value: PickleValue) throws(ModelDefect) {
        guard let stored = try value.optional("n_outputs_") else { return nil }
        let count = try stored.size()
        guard count != 1 else { return nil }
        guard (1...ModelLimits.answerNumbersMax).contains(count) else { throw stored.defect("is \(count)") }
        guard value.estimatorName.hasSuffix("Classifier") else {
            self = .numbers(count)
            return
        }
        let listed = try value.member("classes_")
        var labels: [Labels] = []
        for classes in try listed.elements() { labels.append(try classes.labels()) }
        guard labels.count == count, labels.allSatisfy({ $0.count > 0 }) else {
            throw listed.defect("holds classes of \(labels.count) outputs, expected are \(count)")
        }
        self = .classes(labels)
    }

    /// Numbers that a leaf answers with.
    var width: Int {
        switch self {
        case .numbers(let count): count
        case .classes(let labels): labels.reduce(0) { $0 + $1.count }
        }
    }

    /// What each node of a tree answers with, one node's numbers behind the other's.
    func vectors(_ tree: SklearnTree, of estimator: PickleValue) throws(ModelDefect) -> [Double] {
        guard case .classes(let labels) = self else { return try tree.values(classes: width) }
        // Outputs with fewer classes than others are filled up.
        let classesMax = labels.reduce(0) { max($0, $1.count) }
        let stored = try tree.values(classes: labels.count * classesMax)
        // Up to 1.3 leaves hold weights of classes, later ones their shares already.
        let areWeights = try SklearnVersion(estimator) < SklearnVersion(1, 4)
        var vectors: [Double] = []
        vectors.reserveCapacity(tree.count * width)
        for place in 0..<tree.count * labels.count {
            let shares = stored[place * classesMax..<(place + 1) * classesMax].prefix(
                labels[place % labels.count].count
            )
            let sum = areWeights ? shares.reduce(0, +) : 1
            vectors.append(contentsOf: sum == 0 || sum == 1 ? shares : ArraySlice(shares.map { $0 / sum }))
        }
        return vectors
    }
}
