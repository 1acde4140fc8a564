import Pickle
import Prediction
import Sklearn

/// scikit-learn's LocalOutlierFactor for new rows (Breunig, Kriegel, Ng, Sander 2000).
///
/// score = −mean(density of neighbour / density of row) − offset
struct LocalOutlierFactor: NeighborScorer {
    let hood: Neighborhood
    let reach: NeighborReach
    /// Local reachability density of each point.
    private let densities: [Double]
    /// Distance of each point to its last neighbour.
    private let reaches: [Double]
    private let offset: Double

    var outputs: Int { 1 }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        guard try value.member("novelty").flag() else {
            throw value.refusal(.outliersOfTraining, "has no predict for new rows, save it with novelty=True")
        }
        return try builder.outlierDetector(value, LocalOutlierFactor(value))
    }

    private init(_ value: PickleValue) throws(ModelDefect) {
        let hood = try Neighborhood(value)
        let count = try Neighbors.count(value.member("n_neighbors_"), hood)
        let distances = try value.member("_distances_fit_X_").matrix(rows: hood.points.rows)
        guard distances.columns >= count else {
            throw value.defect("_distances_fit_X_ has \(distances.columns) columns for \(count) neighbours")
        }
        reaches = (0..<distances.rows).map { distances.values[$0 * distances.columns + count - 1] }
        densities = try value.member("_lrd").vector(hood.points.rows)
        offset = try value.member("offset_").number()
        self.hood = hood
        reach = .nearest(count)
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        let (count, stride) = hood.neighbors(row, reach, nil, &space, isPrepared: true)
        var (away, density) = (0.0, 0.0)
        for index in 0..<count {
            let point = Int(space[stride + index])
            away += max(space[index], reaches[point])
            density += densities[point]
        }
        // scikit-learn keeps the density of duplicates finite by this much.
        let own = 1 / (away / Double(count) + 1e-10)
        result[0] = -(density / own / Double(count)) - offset
    }
}
