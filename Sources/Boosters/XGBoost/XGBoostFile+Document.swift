import Prediction

// Files that are documents: JSON and UBJSON name the same members.
extension XGBoostFile {
    init(_ reader: inout some DocumentReader) throws(ModelDefect) {
        self.init()
        try readRoot(&reader, isSnapshot: false)
    }

    private mutating func readRoot(_ reader: inout some DocumentReader, isSnapshot: Bool) throws(ModelDefect) {
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "version": version = try reader.integers()
            case "learner": try readLearner(&reader)
            // A snapshot of a booster, as pickles hold it: the model, and how it would be trained further.
            case "Model" where !isSnapshot: try readRoot(&reader, isSnapshot: true)
            default: try reader.skip()
            }
        }
    }

    private mutating func readLearner(_ reader: inout some DocumentReader) throws(ModelDefect) {
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "feature_names": featureNames = try reader.texts()
            case "gradient_booster": try readBooster(&reader)
            case "attributes": attributes = try reader.dictionary()
            case "learner_model_param": parameters.merge(try reader.dictionary()) { $1 }
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
            case "gbtree_model_param": parameters.merge(try reader.dictionary()) { $1 }
            case "iteration_indptr": iterationStarts = try reader.integers()
            // Since 3.4 weights of trees stand here.
            case "weight_drop": treeWeights = try reader.numbers()
            case "weights": linearWeights = try reader.numbers()
            default: try reader.skip()
            }
        }
    }
}
