import Pickle
import Prediction
import Sklearn

/// scikit-learn's KNNImputer: what is missing becomes the mean of the nearest rows of the training that have it.
struct NeighbourImputer: Transformer {
    private let rules: RowRules
    /// What counts as missing; NaN for what is not there.
    private let missing: Double
    /// The rows of the training; NaN where they miss something.
    private let donors: Matrix
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
        EstimatorSteps(transformers: [try NeighbourImputer(value)])
    }

    private init(_ value: PickleValue) throws(ModelDefect) {
        let metric = try value.member("metric")
        guard metric.isText("nan_euclidean") else {
            throw metric.defect("is not nan_euclidean, nothing else is native")
        }
        missing = try value.optional("missing_values")?.number() ?? .nan
        let donors = try NeighbourImputer.donors(value)
        rules = value.rowRules(columns: donors.columns, nan: missing.isNaN)
        self.donors = donors
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
        try batch.mapRows(to: outputColumns, work: donors.rows * 2, by: rules.name) { row, next, work in
            let isComplete = !kept.contains { $0.isKnown && row[$0.column].isNaN }
            if !isComplete { measure(row, work) }
            for (place, column) in kept.enumerated() where column.isKnown {
                let number = row[column.column]
                next[place] = number.isNaN ? impute(column.column, work) : number
            }
            for (place, column) in indicated.enumerated() { next[kept.count + place] = row[column].isNaN ? 1 : 0 }
        }
    }

    /// How far each donor is over the columns that both have, scaled up to all columns; NaN where there are none.
    private func measure(_ row: UnsafeBufferPointer<Double>, _ distances: UnsafeMutableBufferPointer<Double>) {
        donors.values.withUnsafeBufferPointer { values in
            for donor in 0..<donors.rows {
                var (sum, shared) = (0.0, 0)
                for column in row.indices {
                    let difference = row[column] - values[donor * donors.columns + column]
                    if difference.isNaN { continue }
                    sum += difference * difference
                    shared += 1
                }
                distances[donor] = shared == 0 ? .nan : (sum / Double(shared) * Double(donors.columns)).squareRoot()
            }
        }
    }

    private func impute(_ column: Int, _ distances: UnsafeMutableBufferPointer<Double>) -> Double {
        // The bound that the distance of the last of the nearest sets; of equals the first are taken.
        let candidates = UnsafeMutableBufferPointer(rebasing: distances[donors.rows...])
        var count = 0
        for donor in 0..<donors.rows where !donors[donor, column].isNaN && !distances[donor].isNaN {
            candidates[count] = distances[donor]
            count += 1
        }
        guard count > 0 else { return means[column] }
        let taken = min(neighbours, count)
        var nearest = UnsafeMutableBufferPointer(rebasing: candidates[..<count])
        nearest.sort()
        let bound = candidates[taken - 1]
        var atBound = taken - candidates[..<taken].count { $0 < bound }
        let hasExact = weighsByDistance && candidates[0] == 0
        var (sum, weights) = (0.0, 0.0)
        for donor in 0..<donors.rows where !donors[donor, column].isNaN && distances[donor] <= bound {
            if distances[donor] == bound {
                guard atBound > 0 else { continue }
                atBound -= 1
            }
            var weight = 1.0
            if hasExact {
                weight = distances[donor] == 0 ? 1 : 0
            } else if weighsByDistance {
                weight /= distances[donor]
            }
            sum += weight * donors[donor, column]
            weights += weight
        }
        return sum / weights
    }
}
