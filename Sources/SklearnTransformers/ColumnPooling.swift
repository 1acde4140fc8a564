import Pickle
import Prediction
import Sklearn

/// scikit-learn's FeatureAgglomeration: one number for each cluster of columns.
struct ColumnPooling: Transformer {
    /// numpy's function that makes one number of several.
    enum Function: String, Sendable {
        case mean, median, max, min, sum
    }

    let rules: RowRules
    /// The columns of each cluster.
    let clusters: [[Int]]
    let function: Function

    var input: Input { rules.input }
    var outputColumns: Int { clusters.count }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let pooling = try value.member("pooling_func")
        // numpy's own names of its maximum and minimum have changed.
        let aliases = ["amax": "max", "amin": "min"]
        guard let (module, name) = pooling.globalName, module.hasPrefix("numpy"),
            let function = Function(rawValue: aliases[name] ?? name)
        else { throw pooling.refusal(.pooling) }
        let listed = try value.member("labels_")
        let labels = try listed.integers()
        guard let last = labels.max(), labels.allSatisfy((0..<labels.count).contains) else {
            throw listed.defect("does not number the clusters")
        }
        var clusters = [[Int]](repeating: [], count: last + 1)
        for (column, label) in labels.enumerated() { clusters[label].append(column) }
        guard clusters.allSatisfy({ !$0.isEmpty }) else { throw listed.defect("leaves clusters without columns") }
        let rules = value.rowRules(columns: labels.count)
        return EstimatorSteps(transformers: [ColumnPooling(rules: rules, clusters: clusters, function: function)])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try batch.mapRows(to: clusters.count, work: rules.columns, by: rules.name) { row, pooled, work in
            for (cluster, columns) in clusters.enumerated() {
                for (place, column) in columns.enumerated() { work[place] = row[column] }
                pooled[cluster] = pool(UnsafeMutableBufferPointer(rebasing: work[..<columns.count]))
            }
        }
    }

    /// - Parameter numbers: at least one, which may be put in another order.
    private func pool(_ numbers: UnsafeMutableBufferPointer<Double>) -> Double {
        switch function {
        case .sum: return numbers.reduce(0, +)
        case .mean: return numbers.reduce(0, +) / Double(numbers.count)
        case .max: return numbers.reduce(-.infinity) { Swift.max($0, $1) }
        case .min: return numbers.reduce(.infinity) { Swift.min($0, $1) }
        case .median:
            var sorted = numbers
            sorted.sort()
            let middle = numbers.count / 2
            return numbers.count.isMultiple(of: 2) ? (numbers[middle - 1] + numbers[middle]) / 2 : numbers[middle]
        }
    }
}
