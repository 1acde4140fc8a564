import Prediction

/// What a file of XGBoost says, before it is turned into a model.
struct XGBoostFile {
    var version: [Int32] = []
    var featureNames: [String] = []
    /// `gbtree`, `dart` or `gblinear`.
    var booster = ""
    var trees: [XGBoostTree] = []
    /// For each tree the output that it adds to.
    var treeOutputs: [Int32] = []
    /// Weights of the first trees, where some were dropped in training; the others weigh 1.
    var treeWeights: [Float] = []
    /// How many trees there are before each iteration, and after the last one; empty in versions before 2.0.
    var iterationStarts: [Int32] = []
    /// Of `gblinear`: for each column, and for the bias, a weight for each output.
    var linearWeights: [Float] = []
    var objective = ""
    /// Texts of learner_model_param and gbtree_model_param, like `num_feature`.
    var parameters: [String: String] = [:]
    /// What training noted besides, like `best_iteration`.
    var attributes: [String: String] = [:]
    /// Whether base_score is what trees are added to already, as versions before 1.0 saved it.
    var hasMarginAsBase = false

    init() {}
}

extension XGBoostFile {
    /// Reads a file of any form: JSON, UBJSON, the old binary, or the snapshot of one of them that a pickle holds.
    static func read(_ bytes: [UInt8]) throws(ModelDefect) -> XGBoostFile {
        let result = bytes.withUnsafeBytes { buffer -> Result<XGBoostFile, ModelDefect> in
            do throws(ModelDefect) {
                return .success(try read(buffer))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func read(_ bytes: UnsafeRawBufferPointer) throws(ModelDefect) -> XGBoostFile {
        guard bytes.first == UInt8(ascii: "{"), bytes.count > 1 else {
            var reader = XGBoostBinary(bytes)
            return try reader.file()
        }
        // JSON has a quote, a space or a bracket behind the brace; UBJSON the letter of a length.
        if "iUIlL#$".utf8.contains(bytes[1]) {
            var reader = UBJDocument(bytes)
            return try XGBoostFile(&reader)
        }
        var reader = JSONDocument(bytes)
        return try XGBoostFile(&reader)
    }

    /// A number among the parameters; the least one where it is not there.
    func parameter(_ name: String, _ range: ClosedRange<Int>) throws(ModelDefect) -> Int {
        guard let text = parameters[name] else { return range.lowerBound }
        guard let number = Int(text), range.contains(number) else {
            throw ModelDefect(at: .member("learner.learner_model_param.\(name)"), what: "is \(text)")
        }
        return number
    }

    /// base_score for each output: one number for all of them, or (since 3.1) a list.
    func bases(_ outputs: Int) throws(ModelDefect) -> [Float] {
        let text = parameters["base_score"] ?? "0.5"
        let numbers = text.split { "[], ".contains($0) }.map { Float($0) }
        let known = numbers.compactMap(\.self).filter(\.isFinite)
        guard known.count == numbers.count, known.count == 1 || known.count == outputs else {
            throw ModelDefect(
                at: .member("learner.learner_model_param.base_score"),
                what: "is \(text.prefix(64)), expected are \(outputs) numbers"
            )
        }
        return known.count == 1 ? [Float](repeating: known[0], count: outputs) : known
    }

    /// Whether no tree was ever added, nor a base chosen: since 3.1 the base is then what trees would be added to.
    var isUntrained: Bool {
        trees.isEmpty && booster != "gblinear" && parameters["boost_from_average"] == "1"
            && !version.lexicographicallyPrecedes([3, 1])
    }

    /// How many trees there are in so many iterations.
    ///
    /// - Parameter parallel: trees that one iteration adds to an output, where the file does not say.
    func treeCount(iterations: Int, parallel: Int?) throws(ModelDefect) -> Int {
        if !iterationStarts.isEmpty {
            let count = Int(iterationStarts[min(iterations, iterationStarts.count - 1)])
            guard (0...trees.count).contains(count) else {
                throw ModelDefect(
                    at: .member("learner.gradient_booster.model.iteration_indptr"),
                    what: "ends at tree \(count), but there are \(trees.count)"
                )
            }
            return count
        }
        let parallel = try parallelTrees() ?? max(1, parallel ?? 1)
        let (layer, overflow) = parallel.multipliedReportingOverflow(by: Int(treeOutputs.max() ?? 0) + 1)
        guard !overflow, layer > 0, iterations < trees.count / layer else { return trees.count }
        return iterations * layer
    }

    /// Trees that one iteration adds to an output; nil where that is not said.
    private func parallelTrees() throws(ModelDefect) -> Int? {
        if parameters["num_parallel_tree"] != nil {
            return try parameter("num_parallel_tree", 1...ModelLimits.treeNodesMax)
        }
        // Before 1.6 only the trees up to the best iteration tell.
        guard let trees = attributes["best_ntree_limit"].flatMap({ Int($0) }),
            let best = attributes["best_iteration"].flatMap({ Int($0) }), best >= 0, trees > best
        else { return nil }
        return trees / (best + 1)
    }
}
