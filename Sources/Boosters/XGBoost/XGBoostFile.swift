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
    /// For each tree of `dart` its weight.
    var treeWeights: [Float] = []
    /// Of `gblinear`: for each column, and for the bias, a weight for each output.
    var linearWeights: [Float] = []
    var objective = ""
    /// Texts of learner_model_param, like `num_feature`.
    var parameters: [String: String] = [:]

    init(_ reader: inout some DocumentReader) throws(ModelDefect) {
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "version": version = try reader.integers()
            case "learner": try readLearner(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readLearner(_ reader: inout some DocumentReader) throws(ModelDefect) {
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "feature_names": featureNames = try reader.texts()
            case "gradient_booster": try readBooster(&reader)
            case "learner_model_param":
                try reader.object { (reader, name) throws(ModelDefect) in parameters[name] = try reader.text() }
            case "objective":
                try reader.object { (reader, name) throws(ModelDefect) in
                    if name == "name" { objective = try reader.text() } else { try reader.skip() }
                }
            default: try reader.skip()
            }
        }
    }

    private mutating func readBooster(_ reader: inout some DocumentReader) throws(ModelDefect) {
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            // dart's own name stands behind that of the gbtree inside it.
            case "name": booster = try reader.text()
            case "gbtree": try readBooster(&reader)
            case "model": try readModel(&reader)
            case "weight_drop": treeWeights = try reader.numbers()
            default: try reader.skip()
            }
        }
    }

    private mutating func readModel(_ reader: inout some DocumentReader) throws(ModelDefect) {
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "trees":
                try reader.array { reader throws(ModelDefect) in
                    let tree = try XGBoostTree(&reader)
                    // Trees take memory, and must be worth it.
                    guard !tree.isEmpty else {
                        throw ModelDefect(at: .member("trees[\(trees.count)]"), what: "has no nodes")
                    }
                    trees.append(tree)
                }
            case "tree_info": treeOutputs = try reader.integers()
            case "weights": linearWeights = try reader.numbers()
            default: try reader.skip()
            }
        }
    }
}
