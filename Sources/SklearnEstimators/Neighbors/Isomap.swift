import Pickle
import Prediction
import Sklearn

/// scikit-learn's Isomap: the shortest ways to the points of the fit, over the neighbours of the row, projected by a kernel PCA.
struct Isomap: RowScorer {
    private let hood: Neighborhood
    private let reach: NeighborReach
    /// points × points: the shortest ways between them.
    private let ways: Matrix
    /// What comes out × points
    private let matrix: Matrix
    private let centring: KernelCentring

    var columns: Int { hood.columns }
    var outputs: Int { matrix.rows }
    var workspace: Int { hood.workspace(reach) + ways.rows }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let map = try Isomap(value)
        return EstimatorSteps(transformers: [ScoredRows(value.rowRules(columns: map.columns), map)])
    }

    private init(_ value: PickleValue) throws(ModelDefect) {
        let neighbours = try value.member("nbrs_")
        hood = try Neighborhood(neighbours)
        if let radius = try value.optional("radius") {
            reach = .radius(try radius.number())
        } else {
            reach = .nearest(try Neighbors.count(value.member("n_neighbors"), hood))
        }
        ways = try value.member("dist_matrix_").matrix(rows: hood.points.rows, columns: hood.points.rows)
        let projection = try value.member("kernel_pca_")
        matrix = try projection.kernelComponents(rows: ways.rows)
        guard matrix.rows > 0 else { throw projection.defect("projects to no columns") }
        centring = try KernelCentring(projection.member("_centerer"), rows: ways.rows)
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        let (count, stride) = hood.neighbors(row, reach, nil, &space)
        let likeness = hood.workspace(reach)
        for point in 0..<ways.rows {
            var shortest = Double.infinity
            for index in 0..<count {
                let neighbour = Int(space[stride + index])
                shortest = min(shortest, ways.values[neighbour * ways.columns + point] + space[index])
            }
            space[likeness + point] = -0.5 * shortest * shortest
        }
        space.withUnsafeMutableBufferPointer { centring.centre(UnsafeMutableBufferPointer(rebasing: $0[likeness...])) }
        for output in 0..<outputs {
            var sum = 0.0
            for point in 0..<ways.rows {
                sum += space[likeness + point] * matrix.values[output * matrix.columns + point]
            }
            result[output] = sum
        }
    }
}
