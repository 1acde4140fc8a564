import Pickle
import Prediction
import Sklearn

/// scikit-learn's DictionaryLearning, MiniBatchDictionaryLearning and SparseCoder: the few atoms of a dictionary that a row is
/// made up of.
struct SparseCoding: Transformer {
    /// How atoms and their weights are found.
    enum Method: Sendable {
        /// Weights are how alike the row is to each atom, less a number.
        case threshold(Double)
        /// So many atoms, the one that is most alike what is left each time.
        case matchingPursuit(Int)
        /// Least angles, so many steps.
        case leastAngles(Int)
        /// Least squares with so large a weight of the sum.
        case lasso(Double, by: LassoDescent.Precision)
    }

    let rules: RowRules
    /// atoms × columns
    let atoms: Matrix
    /// atoms × atoms: how alike they are.
    let gram: Matrix
    let method: Method
    /// Whether weights below zero are left out.
    let isPositive: Bool
    /// Whether weights above and below zero come out beside each other.
    let splitsSigns: Bool

    var input: Input { rules.input }
    var outputColumns: Int { atoms.rows * (splitsSigns ? 2 : 1) }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let isFixed = value.className?.name == "SparseCoder"
        let atoms = try value.member(isFixed ? "dictionary" : "components_").matrix()
        guard atoms.rows > 0, atoms.columns > 0 else { throw value.defect("its dictionary holds no atoms") }
        try value.heap.spend(atoms.rows * atoms.rows, at: value.place)
        let coding = SparseCoding(
            rules: value.rowRules(columns: atoms.columns),
            atoms: atoms,
            gram: atoms.times(atoms.transposed()),
            method: try method(value, atoms),
            isPositive: try value.member("positive_code").flag(),
            splitsSigns: try value.member("split_sign").flag()
        )
        return EstimatorSteps(transformers: [coding])
    }

    private static func method(_ value: PickleValue, _ atoms: Matrix) throws(ModelDefect) -> Method {
        let name = try value.member("transform_algorithm")
        let given = try value.optional("transform_n_nonzero_coefs")?.integer()
        let count = given ?? min(max(atoms.columns / 10, 1), atoms.rows)
        guard count > 0 else { throw value.defect("codes by \(count) atoms") }
        var weight = try value.optional("transform_alpha")
        if weight == nil { weight = try value.optional("alpha") }
        let alpha = try weight?.number() ?? 1
        switch try name.text() {
        case "threshold": return .threshold(alpha)
        case "omp": return .matchingPursuit(min(count, atoms.rows))
        case "lars": return .leastAngles(min(count, atoms.rows))
        case "lasso_lars": return .lasso(alpha, by: .exact)
        case "lasso_cd":
            let rounds = try value.optional("transform_max_iter")?.size() ?? 1000
            // Newer versions go on until it is more exact.
            let isFine = try value.isSavedSince(1, 8)
            return .lasso(alpha, by: .until(tolerance: isFine ? 1e-8 : 1e-4, rounds: rounds))
        default: throw name.defect("is none of threshold, omp, lars, lasso_lars and lasso_cd")
        }
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try batch.mapRows(to: outputColumns, by: rules.name) { row, codes in
            let likeness = atoms.times(Array(row))
            let weights = weights(likeness, row.reduce(0) { $0 + $1 * $1 })
            for (atom, weight) in weights.enumerated() {
                codes[atom] = splitsSigns ? max(weight, 0) : weight
                if splitsSigns { codes[atoms.rows + atom] = -min(weight, 0) }
            }
        }
    }

    private func weights(_ likeness: [Double], _ square: Double) -> [Double] {
        switch method {
        case .threshold(let bound):
            return likeness.map { value in
                let weight = max(abs(value) - bound, 0)
                return value < 0 ? (isPositive ? 0 : -weight) : weight
            }
        case .matchingPursuit(let count): return MatchingPursuit(gram: gram, count: count).weights(likeness)
        case .leastAngles(let count): return LeastAngles(gram: gram, steps: count).weights(likeness)
        case .lasso(let weight, let precision):
            return LassoDescent(gram: gram, weight: weight, isPositive: isPositive, precision: precision)
                .weights(likeness, square: square)
        }
    }
}
