import Prediction
import Trees

/// What a model of LightGBM says in its text, before it is turned into trees.
struct LightGBMFile {
    var version = ""
    var objective: [String] = []
    var treesPerIteration: Int32 = 1
    var featureMax: Int32 = -1
    var featureNames: [String] = []
    /// Whether sums are divided by the number of iterations, as random forests do.
    var isAverage = false
    var trees: [LightGBMTree] = []

    init(_ text: inout LightGBMText) throws(ModelDefect) {
        var hasEnd = false
        while !hasEnd, let line = text.next() {
            switch true {
            case text.has(line.key, "end of trees"): hasEnd = true
            case text.has(line.key, "average_output"): isAverage = true
            case text.has(line.key, "version"): version = text.text(line.values)
            case text.has(line.key, "objective"): objective = text.words(line)
            case text.has(line.key, "num_tree_per_iteration"): treesPerIteration = try text.integers(line).first ?? 1
            case text.has(line.key, "max_feature_idx"): featureMax = try text.integers(line).first ?? -1
            case text.has(line.key, "feature_names"): featureNames = text.words(line)
            case text.has(line.key, "Tree"):
                try checkLast()
                trees.append(LightGBMTree())
            case trees.isEmpty: break
            default: try trees[trees.count - 1].take(line, of: text)
            }
        }
        try checkLast()
        guard hasEnd else {
            throw ModelDefect(at: .byte(text.bytes.count), what: "text ends before its line 'end of trees'")
        }
    }

    /// Trees take memory, and must be worth it.
    private func checkLast() throws(ModelDefect) {
        guard let tree = trees.last, tree.isEmpty else { return }
        throw ModelDefect(at: .member("Tree=\(trees.count - 1)"), what: "has no leaves")
    }
}
