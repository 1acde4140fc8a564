package import Prediction
import Trees

/// Models saved by XGBoost (1.0 to 3.x) as JSON or UBJSON, under any name.
package enum XGBoost {
    /// Builds the model that the bytes spell.
    package static func load(_ bytes: [UInt8]) throws(ModelDefect) -> ModelContent {
        let file = try read(bytes)
        guard let objective = XGBoostObjective(name: file.objective) else {
            throw ModelDefect(at: .member("learner.objective.name"), what: "is \(file.objective), which is not known")
        }
        let columns = try file.parameter("num_feature", 1...ModelLimits.fileBytesMax)
        let classes = try file.parameter("num_class", 0...ModelLimits.answerNumbersMax)
        let targets = try file.parameter("num_target", 0...ModelLimits.answerNumbersMax)
        let outputs = max(1, classes, targets)
        let bases = try file.bases(outputs).map { objective.margin($0) }
        let model = XGBoostModel(
            columns: columns,
            outputs: outputs,
            booster: try booster(file, columns, outputs),
            objective: objective,
            start: bases.map { Double($0) }
        )
        return ModelContent(
            predictor: model,
            featureNames: file.featureNames,
            description: description(file, outputs: outputs)
        )
    }

    private static func description(_ file: XGBoostFile, outputs: Int) -> ModelDescription {
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

    /// Whether bytes that begin like this are a document of XGBoost: an object whose first member is named.
    static func isDocument(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.first == UInt8(ascii: "{") && !bytes.dropFirst().isEmpty
    }

    private static func read(_ bytes: [UInt8]) throws(ModelDefect) -> XGBoostFile {
        guard isDocument(bytes) else {
            let isOld = bytes.starts(with: "binf".utf8)
            throw ModelDefect(
                at: .byte(0),
                what: isOld ? "is XGBoost's old binary format" : "is neither JSON nor UBJSON",
                why: "save the model with Booster.save_model and a name that ends with .json or .ubj"
            )
        }
        // JSON has a quote, a space or a bracket behind the brace; UBJSON the letter of a length.
        let isUBJ = "iUIlL#$".utf8.contains(bytes[1])
        let result = bytes.withUnsafeBytes { buffer -> Result<XGBoostFile, ModelDefect> in
            do throws(ModelDefect) {
                if isUBJ {
                    var reader = UBJDocument(buffer)
                    return .success(try XGBoostFile(&reader))
                }
                var reader = JSONDocument(buffer)
                return .success(try XGBoostFile(&reader))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func booster(
        _ file: XGBoostFile,
        _ columns: Int,
        _ outputs: Int
    ) throws(ModelDefect) -> XGBoostModel.Booster {
        switch file.booster {
        case "gbtree", "dart": return .trees(try trees(file, columns, outputs))
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

    private static func trees(
        _ file: XGBoostFile,
        _ columns: Int,
        _ outputs: Int
    ) throws(ModelDefect) -> TreeEnsemble {
        guard file.treeOutputs.count == file.trees.count,
            file.booster != "dart" || file.treeWeights.count == file.trees.count
        else {
            throw ModelDefect(
                at: .member("learner.gradient_booster"),
                what: "has \(file.trees.count) trees, but tree_info or weight_drop of another length"
            )
        }
        var compiler = TreeCompiler(columns: columns, outputs: outputs, isSingle: true, sumsAreSingle: true)
        for (index, tree) in file.trees.enumerated() {
            let path = "trees[\(index)]"
            let output = Int(file.treeOutputs[index])
            let weight = file.booster == "dart" ? file.treeWeights[index] : nil
            let neutral = try tree.tree(for: &compiler, at: path) { leaf in weight.map { leaf * $0 } ?? leaf }
            try compiler.add(neutral, output: output, at: path)
        }
        return compiler.finish()
    }
}

extension XGBoostFile {
    /// A number of learner_model_param; the least one where it is not there.
    fileprivate func parameter(_ name: String, _ range: ClosedRange<Int>) throws(ModelDefect) -> Int {
        guard let text = parameters[name] else { return range.lowerBound }
        guard let number = Int(text), range.contains(number) else {
            throw ModelDefect(at: .member("learner.learner_model_param.\(name)"), what: "is \(text)")
        }
        return number
    }

    /// base_score for each output: one number for all of them, or (since 3.1) a list.
    fileprivate func bases(_ outputs: Int) throws(ModelDefect) -> [Float] {
        let text = parameters["base_score"] ?? "0.5"
        let numbers = text.split { "[], ".contains($0) }.map { Float($0) }
        let known = numbers.compactMap(\.self)
        guard known.count == numbers.count, known.count == 1 || known.count == outputs else {
            throw ModelDefect(
                at: .member("learner.learner_model_param.base_score"),
                what: "is \(text), expected are \(outputs) numbers"
            )
        }
        return known.count == 1 ? [Float](repeating: known[0], count: outputs) : known
    }
}
