package import Prediction
import Trees

/// A booster of XGBoost (1.0 to 3.x) as its bytes spell it; it becomes a model when it is known what is asked of it.
package struct XGBoostBooster {
    /// What the model was trained for, like `binary:logistic`.
    package var objective: String { link.name }
    /// Names of the columns that it was trained with; empty where it does not keep them.
    package var featureNames: [String] { file.featureNames }
    /// Numbers of a row.
    package let columns: Int
    /// Numbers that a row is answered with before a class is chosen.
    package let outputs: Int
    private let file: XGBoostFile
    private let link: XGBoostObjective

    /// Reads a booster of any form: JSON, UBJSON, the old binary, or the snapshot of one of them that a pickle holds.
    package init(_ bytes: [UInt8]) throws(ModelDefect) {
        file = try XGBoostFile.read(bytes)
        guard let link = XGBoostObjective(name: file.objective, version: file.version) else {
            throw ModelDefect(
                at: .member("learner.objective.name"),
                what: "is \(file.objective.prefix(64)), which is not known"
            )
        }
        self.link = link
        columns = try file.parameter("num_feature", 1...ModelLimits.fileBytesMax)
        let classes = try file.parameter("num_class", 0...ModelLimits.answerNumbersMax)
        let targets = try file.parameter("num_target", 0...ModelLimits.answerNumbersMax)
        outputs = max(1, classes, targets)
    }

    /// The iterations up to the best one, where training noted that.
    package var bestIterations: Int? {
        file.attributes["best_iteration"].flatMap { Int($0) }.flatMap {
            (0..<Int(Int32.max)).contains($0) ? $0 + 1 : nil
        }
    }

    /// The model for what is asked.
    package func model(_ asked: XGBoostModel.Question = .init()) throws(ModelDefect) -> XGBoostModel {
        XGBoostModel(
            columns: columns,
            outputs: outputs,
            booster: try booster(asked),
            objective: link,
            start: try start().map { Double($0) },
            asked: asked
        )
    }

    /// What a file of the booster is as a model: it answers as `Booster.predict` does.
    package func content() throws(ModelDefect) -> ModelContent {
        ModelContent(predictor: try model(), featureNames: file.featureNames, description: description)
    }

    private var description: ModelDescription {
        var parameters = [EstimatorOutline.Parameter("objective", file.objective)]
        if file.booster != "gblinear" { parameters.append(.init("trees", "\(file.trees.count)")) }
        if outputs > 1 { parameters.append(.init("outputs", "\(outputs)")) }
        return ModelDescription(
            format: ModelFormat.xgboost.name,
            library: "xgboost",
            version: file.version.isEmpty ? nil : file.version.map(String.init).joined(separator: "."),
            estimator: EstimatorOutline(type: "xgboost.\(file.booster)", parameters: parameters)
        )
    }
}

// From what the file says to the parts of a model.
extension XGBoostBooster {
    /// What trees are added to.
    private func start() throws(ModelDefect) -> [Float] {
        let bases = try file.bases(outputs)
        if file.isUntrained { return bases }
        guard file.hasMarginAsBase, !objective.hasPrefix("multi:") else { return link.margins(bases) }
        // Saved as a margin; newer versions make an answer of it and then a margin again.
        var answers = bases.map { Double($0) }
        link.apply(to: &answers, outputs: outputs)
        return link.margins(answers.map { Float($0) })
    }

    private func booster(_ asked: XGBoostModel.Question) throws(ModelDefect) -> XGBoostModel.Booster {
        switch file.booster {
        case "gbtree", "dart": return .trees(try trees(asked))
        case "gblinear":
            let (count, overflow) = (columns + 1).multipliedReportingOverflow(by: outputs)
            guard !overflow, file.linearWeights.count == count else {
                throw ModelDefect(
                    at: .member("learner.gradient_booster.model.weights"),
                    what: "holds \(file.linearWeights.count) numbers for \(columns) columns and \(outputs) outputs"
                )
            }
            return .linear(XGBoostLinear(columns: columns, outputs: outputs, weights: file.linearWeights))
        default:
            throw ModelDefect(
                at: .member("learner.gradient_booster.name"),
                what: "is \(file.booster), known are gbtree, dart and gblinear"
            )
        }
    }

    private func trees(_ asked: XGBoostModel.Question) throws(ModelDefect) -> TreeEnsemble {
        guard file.treeOutputs.count == file.trees.count, file.treeWeights.count <= file.trees.count else {
            throw ModelDefect(
                at: .member("learner.gradient_booster"),
                what: "has \(file.trees.count) trees, but tree_info or weight_drop of another length"
            )
        }
        let count = try asked.iterations.map { iterations throws(ModelDefect) in
            try file.treeCount(iterations: iterations, parallel: asked.parallelTrees)
        }
        let leafSize = file.trees.first?.leafSize ?? 1
        guard leafSize == 1 || leafSize == outputs else {
            throw ModelDefect(at: .member("trees[0]"), what: "has leaves of \(leafSize) numbers for \(outputs) outputs")
        }
        var compiler = TreeCompiler(columns: columns, outputs: outputs, isSingle: true, sumsAreSingle: true)
        for (index, tree) in file.trees.prefix(count ?? file.trees.count).enumerated() {
            let path = "trees[\(index)]"
            let weight = index < file.treeWeights.count ? file.treeWeights[index] : 1
            let neutral = try tree.tree(for: &compiler, leafSize: leafSize, weight: weight, at: path)
            try compiler.add(neutral, output: Int(file.treeOutputs[index]), at: path)
        }
        return compiler.finish()
    }
}
