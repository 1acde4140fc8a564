import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's MiniBatchNMF, and NMF by the solver "mu": the parts of each row, found by multiplicative updates (Févotte and
/// Idier 2011, Algorithms for nonnegative matrix factorization with the beta-divergence). All rows of a batch begin
/// with the same number and stop at the same time, as scikit-learn has it.
struct MultiplicativeFactors: Transformer {
    /// When updates are enough.
    enum End: Sendable {
        /// Every tenth time the divergence has hardly become less, in relation to the first one.
        case divergence
        /// The parts have hardly changed.
        case change
    }

    let rules: RowRules
    let components: Matrix
    let update: MultiplicativeUpdate
    let end: End
    let tolerance: Double
    let roundsMax: Int

    private static let losses = ["frobenius": 2.0, "kullback-leibler": 1.0, "itakura-saito": 0.0]

    var input: Input { rules.input }
    var outputColumns: Int { components.rows }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let isBatched = value.className?.name == "MiniBatchNMF"
        let components = try value.member("components_").matrix()
        guard components.rows > 0, components.columns > 0 else { throw value.defect("components_ are none") }
        var rounds = try value.member("max_iter")
        if isBatched, let own = try value.optional("transform_max_iter") { rounds = own }
        let roundsMax = try rounds.rounds(from: 1)
        let weight = try value.factorWeight(columns: components.columns)
        let share = try value.member("l1_ratio").number()
        let transformer = MultiplicativeFactors(
            rules: value.rowRules(columns: components.columns, sparse: true),
            components: components,
            update: MultiplicativeUpdate(
                components,
                beta: try beta(value.member("beta_loss")),
                sumWeight: weight * share,
                squareWeight: weight * (1 - share),
                dropsTiny: !isBatched
            ),
            end: isBatched ? .change : .divergence,
            tolerance: try value.member("tol").number(),
            roundsMax: roundsMax
        )
        return EstimatorSteps(transformers: [transformer])
    }

    private static func beta(_ value: PickleValue) throws(ModelDefect) -> Double {
        for (name, beta) in losses where value.isText(name) { return beta }
        return try value.number()
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try batch.makeDense(by: rules.name)
        guard !batch.values.contains(where: { $0 < 0 }) else {
            throw InputDefect("Negative values in data passed to X in \(rules.name).")
        }
        try Batch.checkSize(batch.rows, components.rows, by: rules.name)
        let mean = batch.values.reduce(0, +) / Double(batch.values.count)
        let first = (mean / Double(components.rows)).squareRoot()
        batch.nextValues.removeAll(keepingCapacity: true)
        batch.nextValues.append(contentsOf: repeatElement(first, count: batch.rows * components.rows))
        improve(batch.rows, batch.values, &batch.nextValues)
        swap(&batch.values, &batch.nextValues)
        batch.columns = components.rows
    }

    private func improve(_ rows: Int, _ values: [Double], _ parts: inout [Double]) {
        var work = [Double](repeating: 0, count: update.workspace)
        let start = end == .divergence ? update.divergence(rows, values, parts, &work) : 0
        var previous = start
        for round in 1...roundsMax {
            let before = end == .change ? parts : []
            for row in 0..<rows { update.run(row, values, &parts, &work) }
            guard tolerance > 0 else { continue }
            switch end {
            case .change:
                if MultiplicativeFactors.change(before, parts) <= tolerance { return }
            case .divergence where round.isMultiple(of: 10):
                let now = update.divergence(rows, values, parts, &work)
                if (previous - now) / start < tolerance { return }
                previous = now
            case .divergence: continue
            }
        }
    }

    /// How much the parts have changed, in relation to themselves.
    private static func change(_ before: [Double], _ parts: [Double]) -> Double {
        var (change, size) = (0.0, 0.0)
        for index in parts.indices {
            change += (parts[index] - before[index]) * (parts[index] - before[index])
            size += parts[index] * parts[index]
        }
        return change.squareRoot() / size.squareRoot()
    }
}
