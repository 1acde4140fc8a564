package import Prediction
import Trees

/// A booster of LightGBM (2.x to 4.x) as its text spells it; it becomes a model when it is known what is asked of it.
package struct LightGBMBooster {
    private let file: LightGBMFile
    private let objective: LightGBMObjective
    /// Numbers of a row.
    package var columns: Int { Int(file.featureMax) + 1 }
    /// Numbers that a row is answered with.
    package var outputs: Int { Int(file.treesPerIteration) }
    /// Names of the columns that it was trained with.
    package var featureNames: [String] { file.featureNames }
    /// How the columns of a data frame are chosen, and their categories become numbers.
    package let frame: FrameColumns

    /// Reads a booster's text.
    package init(_ bytes: [UInt8]) throws(ModelDefect) {
        file = try LightGBMFile.read(bytes)
        guard let objective = LightGBMObjective(file.objective) else {
            throw ModelDefect(
                at: .member("objective"),
                what: "is \(file.objective.joined(separator: " ").prefix(64)), which is not known"
            )
        }
        self.objective = objective
        frame = FrameColumns(file.featureNames, categories: try file.categories())
        try check()
    }

    private func check() throws(ModelDefect) {
        guard (1...ModelLimits.answerNumbersMax).contains(outputs), file.trees.count.isMultiple(of: outputs) else {
            throw ModelDefect(
                at: .member("num_tree_per_iteration"),
                what: "is \(outputs), but there are \(file.trees.count) trees"
            )
        }
        guard columns > 0, file.featureNames.isEmpty || file.featureNames.count == columns else {
            throw ModelDefect(
                at: .member("max_feature_idx"),
                what: "is \(file.featureMax), but there are \(file.featureNames.count) names of features"
            )
        }
    }

    /// The model for what is asked.
    ///
    /// - Parameters:
    ///   - iterations: how many of the iterations answer; nil for all.
    ///   - wantsMargins: whether sums are answered as they are.
    package func model(iterations: Int? = nil, wantsMargins: Bool = false) throws(ModelDefect) -> LightGBMModel {
        let count = min(iterations ?? .max, file.trees.count / outputs)
        return LightGBMModel(
            trees: try trees(file.trees.prefix(count * outputs)),
            objective: wantsMargins ? .identity : objective,
            iterations: file.isAverage && count > 0 && !wantsMargins ? Double(count) : 1
        )
    }

    /// What a file of the booster is as a model: it answers as `Booster.predict` does.
    package func content() throws(ModelDefect) -> ModelContent {
        ModelContent(
            predictor: try model(),
            featureNames: file.featureNames,
            frame: file.featureNames.isEmpty ? nil : frame,
            description: description
        )
    }

    private var description: ModelDescription {
        var parameters = [EstimatorOutline.Parameter("trees", "\(file.trees.count)")]
        if let name = file.objective.first { parameters.insert(.init("objective", name), at: 0) }
        if outputs > 1 { parameters.append(.init("outputs", "\(outputs)")) }
        return ModelDescription(
            format: ModelFormat.lightgbm.name,
            library: "lightgbm",
            version: file.version.isEmpty ? nil : file.version,
            estimator: EstimatorOutline(type: "lightgbm.Booster", parameters: parameters)
        )
    }

    private func trees(_ trees: ArraySlice<LightGBMTree>) throws(ModelDefect) -> TreeEnsemble {
        var compiler = TreeCompiler(columns: columns, outputs: outputs, isSingle: false, sumsAreSingle: false)
        let hasLinear = trees.contains(where: \.isLinear)
        for (index, tree) in trees.enumerated() {
            let path = "Tree=\(index)"
            let neutral = try tree.tree(for: &compiler, asLinear: hasLinear, columns: columns, at: path)
            try compiler.add(neutral, output: index % outputs, at: path)
        }
        return compiler.finish()
    }
}
