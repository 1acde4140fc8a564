import Pickle
import Prediction
import Sklearn

/// scikit-learn's NMF: the parts of each row that the fit's components make it up of, none of them below zero, found by
/// coordinate descent (Cichocki and Phan 2009, Fast local algorithms for large scale nonnegative matrix and tensor
/// factorizations). All rows of a batch are descended together, as scikit-learn does: they stop at the same time.
struct NonNegativeFactors: Transformer {
    let rules: RowRules
    let components: Matrix
    /// components × componentsᵀ, with the weight of squares on its diagonal.
    let gram: Matrix
    /// Weight of the sum of the parts.
    let sumWeight: Double
    let tolerance: Double
    let roundsMax: Int

    var input: Input { rules.input }
    var outputColumns: Int { components.rows }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        if try value.member("solver").isText("mu") { return try MultiplicativeFactors.build(value) }
        guard try !value.member("shuffle").flag() else {
            throw value.refusal(.shuffledFactors, "shuffles, which makes its answers random: that is not native")
        }
        let components = try value.member("components_").matrix()
        guard components.rows > 0, components.columns > 0 else { throw value.defect("components_ are none") }
        let roundsMax = try value.member("max_iter").rounds(from: 1)
        let weight = try value.factorWeight(columns: components.columns)
        let share = try value.member("l1_ratio").number()
        try value.heap.spend(components.rows * components.rows, at: value.place)
        var gram = components.times(components.transposed())
        for row in 0..<gram.rows { gram[row, row] += weight * (1 - share) }
        let transformer = NonNegativeFactors(
            rules: value.rowRules(columns: components.columns, sparse: true),
            components: components,
            gram: gram,
            sumWeight: weight * share,
            tolerance: try value.member("tol").number(),
            roundsMax: roundsMax
        )
        return EstimatorSteps(transformers: [transformer])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try batch.makeDense(by: rules.name)
        guard !batch.values.contains(where: { $0 < 0 }) else {
            throw InputDefect("Negative values in data passed to X in \(rules.name).")
        }
        let (rows, width) = (batch.rows, components.rows)
        // The rows' likeness to the components, then their parts.
        try batch.mapRows(to: width, by: rules.name) { row, likeness in
            components.multiply(row, into: likeness)
            for part in likeness.indices { likeness[part] -= sumWeight }
        }
        batch.nextValues.removeAll(keepingCapacity: true)
        batch.nextValues.append(contentsOf: repeatElement(0, count: rows * width))
        descend(rows, batch.values, &batch.nextValues)
        swap(&batch.values, &batch.nextValues)
    }

    private func descend(_ rows: Int, _ likeness: [Double], _ parts: inout [Double]) {
        var first = 0.0
        for round in 0..<roundsMax {
            let violation = likeness.withUnsafeBufferPointer { likeness in
                parts.withUnsafeMutableBufferPointer { improve(rows, likeness, $0) }
            }
            if round == 0 { first = violation }
            if first == 0 || violation / first <= tolerance { return }
        }
    }

    /// One round; how far the parts were from the best ones.
    private func improve(
        _ rows: Int,
        _ likeness: UnsafeBufferPointer<Double>,
        _ parts: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        let width = components.rows
        var violation = 0.0
        for part in 0..<width {
            let curvature = gram[part, part]
            for row in 0..<rows {
                let at = row * width + part
                var gradient = -likeness[at]
                for other in 0..<width { gradient += gram.values[part * width + other] * parts[row * width + other] }
                violation += abs(parts[at] == 0 ? min(0, gradient) : gradient)
                if curvature != 0 { parts[at] = max(parts[at] - gradient / curvature, 0) }
            }
        }
        return violation
    }
}

extension PickleValue {
    /// What an NMF weighs the parts of a row of so many columns by.
    func factorWeight(columns: Int) throws(ModelDefect) -> Double {
        // Before version 1.2 there was one weight for both factors, which did not grow with the columns.
        if let old = try optional("alpha"), !old.isText("deprecated"), !old.isText("warn") {
            let scope = try optional("regularization")
            let isForParts = scope.map { $0.isText("both") || $0.isText("transformation") || $0.isText("deprecated") }
            return isForParts ?? true ? try old.number() : 0
        }
        return try member("alpha_W").number() * Double(columns)
    }
}
