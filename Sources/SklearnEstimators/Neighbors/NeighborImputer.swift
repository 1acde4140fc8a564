import Pickle
import Prediction
import Sklearn

/// scikit-learn's KNNImputer: what is missing becomes the mean of the nearest rows of the training that have it.
struct NeighborImputer: Transformer {
    private let rules: RowRules
    /// What counts as missing; NaN for what is not there.
    private let missing: Double
    /// The rows of the training.
    private let donors: NeighborDonors
    /// The mean of each column of the training.
    private let means: [Double]
    private let neighbours: Int
    private let weighsByDistance: Bool
    /// Columns that stay, and whether anything was known of each; without that they are zero.
    private let kept: [(column: Int, isKnown: Bool)]
    /// Columns that get one more column, which tells where they were missing.
    private let indicated: [Int]

    var input: Input { rules.input }
    var outputColumns: Int { kept.count + indicated.count }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        EstimatorSteps(transformers: [try NeighborImputer(value)])
    }

    private init(_ value: PickleValue) throws(ModelDefect) {
        let metric = try value.member("metric")
        guard metric.isText("nan_euclidean") else {
            throw metric.refusal(.imputerMetric, "is not nan_euclidean, nothing else is native")
        }
        missing = try value.optional("missing_values")?.number() ?? .nan
        let donors = try NeighborImputer.donors(value)
        rules = value.rowRules(columns: donors.columns, nan: missing.isNaN)
        self.donors = NeighborDonors(donors)
        means = (0..<donors.columns).map { column in
            let known = (0..<donors.rows).map { donors[$0, column] }.filter { !$0.isNaN }
            return known.reduce(0, +) / Double(known.count)
        }
        neighbours = try value.member("n_neighbors").size()
        let weights = try value.member("weights")
        guard weights.isText("uniform") || weights.isText("distance") else {
            throw weights.defect("is neither uniform nor distance")
        }
        weighsByDistance = weights.isText("distance")
        // Before version 1.1 it is not kept.
        let known = (0..<donors.columns).map { column in (0..<donors.rows).contains { !donors[$0, column].isNaN } }
        let keepsEmpty = try value.optional("keep_empty_features")?.flag() ?? false
        kept = known.indices.filter { known[$0] || keepsEmpty }.map { ($0, known[$0]) }
        guard !kept.isEmpty else { throw value.defect("keeps no columns") }
        let wantsIndicator = try value.optional("add_indicator")?.flag() == true
        indicated =
            wantsIndicator ? try value.member("indicator_").member("features_").indices(in: 0..<donors.columns) : []
    }

    private static func donors(_ value: PickleValue) throws(ModelDefect) -> Matrix {
        var donors = try value.member("_fit_X").matrix()
        guard donors.rows > 0, donors.columns > 0 else { throw value.defect("keeps no rows") }
        let mask = try value.member("_mask_fit_X").matrix(rows: donors.rows, columns: donors.columns)
        for index in mask.values.indices where mask.values[index] != 0 { donors.values[index] = .nan }
        return donors
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        if !missing.isNaN { batch.mapEntries { $1 == missing ? .nan : $1 } }
        let work = 2 * donors.rows + NearestHeap(count: min(neighbours, donors.rows)).size
        try batch.mapRows(to: outputColumns, work: work, by: rules.name) { row, next, work in
            let isComplete = !kept.contains { $0.isKnown && row[$0.column].isNaN }
            let distances = UnsafeMutableBufferPointer(rebasing: work[..<donors.rows])
            let rest = UnsafeMutableBufferPointer(rebasing: work[donors.rows...])
            if !isComplete { donors.measure(row, distances, shared: rest) }
            for (place, column) in kept.enumerated() where column.isKnown {
                let number = row[column.column]
                next[place] = number.isNaN ? impute(column.column, UnsafeBufferPointer(distances), rest) : number
            }
            for (place, column) in indicated.enumerated() { next[kept.count + place] = row[column].isNaN ? 1 : 0 }
        }
    }

    /// The mean of the nearest donors that know a column; of those that are as far as the last of them the first are
    /// taken.
    private func impute(
        _ column: Int,
        _ distances: UnsafeBufferPointer<Double>,
        _ space: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        let heap = NearestHeap(count: min(neighbours, donors.rows))
        let nearest = UnsafeMutableBufferPointer(rebasing: space[..<heap.size])
        let found = donors.findNearest(column, distances, heap, nearest)
        guard found.count > 0 else { return means[column] }
        let bound = found.count > heap.count ? nearest[0] : .infinity
        var atBound = min(heap.count, found.count) - nearest[..<heap.count].count { $0 < bound }
        let hasExact = weighsByDistance && found.least == 0
        var (sum, weights) = (0.0, 0.0)
        donors.forEach(column) { donor, number in
            let distance = distances[donor]
            // Those that share no column with the row are no number away.
            guard distance <= bound else { return }
            if distance == bound {
                guard atBound > 0 else { return }
                atBound -= 1
            }
            let weight = hasExact ? (distance == 0 ? 1 : 0) : weighsByDistance ? 1 / distance : 1
            sum += weight * number
            weights += weight
        }
        return sum / weights
    }
}
