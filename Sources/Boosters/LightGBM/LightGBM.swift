package import Prediction
import Trees

extension ModelFormat {
    /// Models saved by LightGBM (2.x to 4.x) as text.
    package static let lightgbm = ModelFormat(
        name: "lightgbm",
        endings: [".bst", ".txt"],
        isBegunBy: { $0.starts(with: "tree\n".utf8) || $0.starts(with: "tree\r\n".utf8) },
        load: { bytes, _ throws(ModelDefect) in try LightGBM.load(bytes) }
    )
}

/// From LightGBM's text to a model.
enum LightGBM {
    static func load(_ bytes: [UInt8]) throws(ModelDefect) -> ModelContent {
        let file = try read(bytes)
        guard let objective = LightGBMObjective(file.objective) else {
            throw ModelDefect(
                at: .member("objective"),
                what: "is \(file.objective.joined(separator: " ").prefix(64)), which is not known"
            )
        }
        let trees = try self.trees(file)
        let iterations = file.trees.count / trees.outputs
        let model = LightGBMModel(
            trees: trees,
            objective: objective,
            iterations: file.isAverage && iterations > 0 ? Double(iterations) : 1
        )
        return ModelContent(
            predictor: model,
            featureNames: file.featureNames,
            description: description(file, outputs: trees.outputs)
        )
    }

    private static func description(_ file: LightGBMFile, outputs: Int) -> ModelDescription {
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

    private static func read(_ bytes: [UInt8]) throws(ModelDefect) -> LightGBMFile {
        guard bytes.starts(with: "tree".utf8) else {
            throw ModelDefect(at: .byte(0), what: "is no text of LightGBM, which begins with the word tree")
        }
        let result = bytes.withUnsafeBytes { buffer -> Result<LightGBMFile, ModelDefect> in
            do throws(ModelDefect) {
                var text = LightGBMText(buffer)
                return .success(try LightGBMFile(&text))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func trees(_ file: LightGBMFile) throws(ModelDefect) -> TreeEnsemble {
        let outputs = Int(file.treesPerIteration)
        let columns = Int(file.featureMax) + 1
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
        var compiler = TreeCompiler(columns: columns, outputs: outputs, isSingle: false, sumsAreSingle: false)
        let hasLinear = file.trees.contains(where: \.isLinear)
        for (index, tree) in file.trees.enumerated() {
            let path = "Tree=\(index)"
            let neutral = try tree.tree(for: &compiler, asLinear: hasLinear, columns: columns, at: path)
            try compiler.add(neutral, output: index % outputs, at: path)
        }
        return compiler.finish()
    }
}
