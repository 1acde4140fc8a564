import Pickle
import Prediction
import Sklearn

/// scikit-learn's KNeighborsTransformer and RadiusNeighborsTransformer: for each point of the fit how far it is from the row, or
/// a one, where it is a neighbour.
struct NeighborGraph: RowScorer {
    private let hood: Neighborhood
    private let reach: NeighborReach
    /// Whether neighbours are told by their distance; else by a one.
    private let tellsDistance: Bool

    var columns: Int { hood.columns }
    var outputs: Int { hood.points.rows }
    var workspace: Int { hood.workspace(reach) }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let graph = try NeighborGraph(value)
        let rules = value.rowRules(columns: graph.columns, sparse: true)
        return EstimatorSteps(transformers: [ScoredRows(rules, graph, isSparse: true)])
    }

    private init(_ value: PickleValue) throws(ModelDefect) {
        hood = try Neighborhood(value)
        tellsDistance = try value.member("mode").isText("distance")
        guard value.className?.name != "RadiusNeighborsTransformer" else {
            reach = .radius(try value.member("radius").number())
            return
        }
        let stored = try value.member("n_neighbors")
        // A point of the fit is its own neighbour, which does not count in a graph of distances.
        let count = try Neighbors.count(stored, hood) + (tellsDistance ? 1 : 0)
        guard count <= hood.points.rows else {
            throw stored.defect("asks for one neighbour more than there are points")
        }
        reach = .nearest(count)
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        let (count, stride) = hood.neighbors(row, reach, nil, &space)
        for point in 0..<outputs { result[point] = 0 }
        for index in 0..<count { result[Int(space[stride + index])] = tellsDistance ? space[index] : 1 }
    }
}
