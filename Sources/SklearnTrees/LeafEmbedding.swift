import Pickle
import Prediction
import Sklearn
import Trees

/// scikit-learn's RandomTreesEmbedding: for each tree a one at the leaf that a row comes to, among zeros.
struct LeafEmbedding: Transformer {
    let trees: TreeScorer
    let isSparse: Bool
    let outputColumns: Int

    var input: Input { trees.input }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let estimators = try value.member("estimators_").elements()
        let encoder = try value.member("one_hot_encoder_")
        let known = try encoder.member("categories_").elements()
        guard estimators.count == known.count, !known.isEmpty else {
            throw encoder.defect("knows the leaves of \(known.count) trees, expected are \(estimators.count)")
        }
        var compiler = TreeCompiler(
            columns: try Forest.columns(value),
            outputs: known.count,
            isSingle: true,
            sumsAreSingle: false
        )
        var width = 0
        for (index, estimator) in estimators.enumerated() {
            let tree = try SklearnTree(estimator)
            let places = try places(known[index], tree.count, from: width)
            width += try known[index].integers().count
            try compiler.add(tree.tree { places[$0] }, output: index, at: tree.value.path)
        }
        let scorer = TreeScorer(
            name: value.estimatorName,
            trees: compiler.finish(),
            start: [Double](repeating: 0, count: known.count),
            allowsMissing: false
        )
        let isSparse = try value.member("sparse_output").flag()
        return EstimatorSteps(transformers: [
            LeafEmbedding(trees: scorer, isSparse: isSparse, outputColumns: width)
        ])
    }

    /// For each node the column of its one; -1 for nodes that no row of the training came to.
    private static func places(
        _ known: PickleValue,
        _ nodes: Int,
        from first: Int
    ) throws(ModelDefect) -> [Double] {
        var places = [Double](repeating: -1, count: nodes)
        for (place, leaf) in try known.indices(in: 0..<max(1, nodes)).enumerated() {
            places[leaf] = Double(first + place)
        }
        return places
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try input.check(batch, by: trees.name)
        try Batch.checkSize(batch.rows, isSparse ? trees.outputs : outputColumns, by: trees.name)
        let rows = batch.rows
        var places = batch.spareAnswers.popLast() ?? Answer()
        defer { batch.spareAnswers.append(places) }
        try trees.score(&batch, into: &places.numbers)
        batch.sparse.clear()
        for row in 0..<rows {
            for place in places.numbers[row * trees.outputs..<(row + 1) * trees.outputs] where place >= 0 {
                // Safe: the columns are fewer than the leaves of a file, whose bytes are at most 2^30.
                batch.sparse.columns.append(Int32(place))
                batch.sparse.values.append(1)
            }
            batch.sparse.ends.append(batch.sparse.columns.count)
        }
        batch.content = .sparse
        batch.columns = outputColumns
        if !isSparse { try batch.makeDense(by: trees.name) }
    }
}
