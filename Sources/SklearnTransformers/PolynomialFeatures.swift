import Pickle
import Prediction
import Sklearn

/// scikit-learn's PolynomialFeatures: products of columns up to a degree.
struct PolynomialFeatures: Transformer {
    /// A product: an earlier one times a column.
    struct Term: Sendable {
        let product: Int32
        let column: Int32
    }

    let rules: RowRules
    let hasBias: Bool
    /// The products of two and more columns, in order.
    let terms: [Term]
    /// Whether the columns themselves are there; else only the bias is.
    let hasColumns: Bool

    var input: Input { rules.input }
    var outputColumns: Int { (hasBias ? 1 : 0) + (hasColumns ? rules.columns : 0) + terms.count }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let rules = try value.rowRules(sparse: true)
        let degree = try value.member("degree")
        let bounds = try Bounds(degree)
        let hasBias = try value.member("include_bias").flag()
        let isDistinct = try value.member("interaction_only").flag()
        let first = hasBias ? 1 : 0
        var terms: [Term] = []
        // Where each degree's products begin.
        var starts = [first, first + rules.columns]
        var previous = Array(first...first + rules.columns)
        for _ in stride(from: 2, through: bounds.high, by: 1) {
            let count = terms.count
            previous = try extend(&terms, previous, isDistinct: isDistinct, from: first + rules.columns, at: degree)
            if terms.count == count { break }
            starts.append(first + rules.columns + terms.count)
        }
        let transformer = PolynomialFeatures(
            rules: rules,
            hasBias: hasBias,
            terms: terms,
            hasColumns: bounds.high > 0
        )
        return try EstimatorSteps(transformers: [transformer] + selection(transformer, bounds.low, starts, at: degree))
    }

    /// Adds the products of one degree: each column times the products of the degree before that have no column before
    /// it. `starts` says where those whose first column is each column begin, and where the last of them ends.
    private static func extend(
        _ terms: inout [Term],
        _ starts: [Int],
        isDistinct: Bool,
        from offset: Int,
        at degree: PickleValue
    ) throws(ModelDefect) -> [Int] {
        var next: [Int] = []
        let end = starts[starts.count - 1]
        for column in 0..<starts.count - 1 {
            next.append(offset + terms.count)
            let start = isDistinct ? starts[column + 1] : starts[column]
            guard terms.count + end - start <= ModelLimits.stepColumnsMax else {
                throw degree.defect("makes more than \(ModelLimits.stepColumnsMax) columns")
            }
            // Safe: bounded by stepColumnsMax and the columns, which are fewer than 2^30.
            for product in start..<max(start, end) {
                terms.append(Term(product: Int32(product), column: Int32(column)))
            }
        }
        next.append(offset + terms.count)
        return next
    }

    /// Lets go of the products of too low a degree.
    private static func selection(
        _ all: PolynomialFeatures,
        _ low: Int,
        _ starts: [Int],
        at degree: PickleValue
    ) throws(ModelDefect) -> [any Transformer] {
        guard all.outputColumns > 0 else { throw degree.defect("makes no columns") }
        guard low > 1 else { return [] }
        let first = low - 1 < starts.count ? starts[low - 1] : all.outputColumns
        let kept = (all.hasBias ? [0] : []) + Array(min(first, all.outputColumns)..<all.outputColumns)
        guard !kept.isEmpty else { throw degree.defect("makes no columns") }
        return [ColumnSelection(rules: all.rules.ofOwn(columns: all.outputColumns), kept: kept)]
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        let wasSparse = batch.content == .sparse
        try batch.makeDense(by: rules.name)
        let columns = rules.columns
        try batch.mapTiles(to: outputColumns, work: 0, by: rules.name) { rows, count, products, _ in
            for row in 0..<count {
                multiply(
                    UnsafeBufferPointer(rebasing: rows[row * columns..<(row + 1) * columns]),
                    into: UnsafeMutableBufferPointer(
                        rebasing: products[row * outputColumns..<(row + 1) * outputColumns]
                    )
                )
            }
        }
        if wasSparse { batch.makeSparse() }
    }

    private func multiply(_ row: UnsafeBufferPointer<Double>, into products: UnsafeMutableBufferPointer<Double>) {
        var at = 0
        if hasBias {
            products[0] = 1
            at = 1
        }
        guard hasColumns else { return }
        for value in row {
            products[at] = value
            at += 1
        }
        terms.withUnsafeBufferPointer { terms in
            for term in terms {
                products[at] = products[Int(term.product)] * row[Int(term.column)]
                at += 1
            }
        }
    }
}

extension PolynomialFeatures {
    /// Lowest and highest degree, as `degree` says them.
    private struct Bounds {
        let low: Int
        let high: Int

        /// No product of more columns is made.
        static let highest = 1024

        init(_ value: PickleValue) throws(ModelDefect) {
            let pair = try value.isSequence ? value.elements() : [value]
            guard let last = pair.last, pair.count <= 2 else { throw value.defect("is neither a degree nor two") }
            low = pair.count == 2 ? try pair[0].integer() : 0
            high = try last.integer()
            guard 0 <= low, low <= high, high <= Bounds.highest else {
                throw value.defect("is from \(low) to \(high), expected are degrees up to \(Bounds.highest)")
            }
        }
    }
}
