import Pickle
import Prediction
import Sklearn

/// scikit-learn's LocallyLinearEmbedding: where a row's neighbours were put, by the weights that make the row up of them (Roweis
/// and Saul 2000, Nonlinear dimensionality reduction by locally linear embedding).
struct LocallyLinearEmbedding: RowScorer {
    private let hood: Neighborhood
    private let count: Int
    /// points × what comes out
    private let embedding: Matrix
    /// Share of the trace that is added to the diagonal, so that the weights can be solved for.
    private let ridge: Double

    /// Weights are solved for among not more neighbours.
    private static let neighboursMax = 1024

    var columns: Int { hood.columns }
    var outputs: Int { embedding.columns }
    var workspace: Int { hood.workspace(.nearest(count)) }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let embedding = try LocallyLinearEmbedding(value)
        return EstimatorSteps(transformers: [ScoredRows(value.rowRules(columns: embedding.columns), embedding)])
    }

    private init(_ value: PickleValue) throws(ModelDefect) {
        hood = try Neighborhood(value.member("nbrs_"))
        let stored = try value.member("n_neighbors")
        count = try Neighbors.count(stored, hood)
        guard count <= LocallyLinearEmbedding.neighboursMax else {
            let most = LocallyLinearEmbedding.neighboursMax
            throw stored.refusal(.embeddingNeighbours, "is \(count), at most \(most) are served natively")
        }
        embedding = try value.member("embedding_").matrix(rows: hood.points.rows)
        guard embedding.columns > 0 else { throw value.defect("embeds in no columns") }
        ridge = try value.member("reg").number()
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        let (found, stride) = hood.neighbors(row, .nearest(count), nil, &space)
        let neighbours = (0..<found).map { Int(space[stride + $0]) }
        let weights = weights(row, neighbours)
        for output in 0..<outputs {
            var sum = 0.0
            for (index, point) in neighbours.enumerated() { sum += weights[index] * embedding[point, output] }
            result[output] = sum
        }
    }

    /// Weights of the neighbours that together come nearest to the row, their sum being 1.
    private func weights(_ row: Span<Double>, _ neighbours: [Int]) -> [Double] {
        let count = neighbours.count
        var away = Matrix(rows: count, columns: columns, values: [Double](repeating: 0, count: count * columns))
        for (index, point) in neighbours.enumerated() {
            for column in 0..<columns { away[index, column] = hood.points[point, column] - row[column] }
        }
        var gram = away.times(away.transposed())
        var trace = 0.0
        for index in 0..<count { trace += gram[index, index] }
        for index in 0..<count { gram[index, index] += trace > 0 ? ridge * trace : ridge }
        let ones = Matrix(rows: count, columns: 1, values: [Double](repeating: 1, count: count))
        let weights = gram.solve(ones)?.values ?? ones.values
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }
}
